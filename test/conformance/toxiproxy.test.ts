/** Our stand-in; the real program runs the same cases in test/docker/toxiproxy.docker.test.ts. */
import { describe } from 'vitest';
import { createToxiproxy } from '../../sim/parts/toxiproxy/server.ts';
import { runToxiproxyCases } from './toxiproxy-suite.ts';
import { World } from './toxiproxy-world.ts';

describe('toxiproxy: our stand-in', () =>
  runToxiproxyCases(async () => {
    const server = createToxiproxy();
    return new World(await server.listen('127.0.0.1', 0), () => server.close());
  }));
