import { createToxiproxy } from '../../../sim/parts/toxiproxy/server.ts';
import { World } from '../../conformance/toxiproxy-world.ts';

/** Our stand-in, in this process, on a free port. */
export async function openWorld(): Promise<World> {
  const server = createToxiproxy();
  return new World(await server.listen('127.0.0.1', 0), () => server.close());
}
