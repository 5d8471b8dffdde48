import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, test } from 'vitest';
import { createToxiproxy } from '../../sim/parts/toxiproxy/server.ts';
import { toxiproxyCases } from './toxiproxy-cases.ts';
import { freeAddress, World } from './toxiproxy-world.ts';

async function ours(): Promise<World> {
  const server = createToxiproxy();
  return new World(await server.listen('127.0.0.1', 0), () => server.close());
}

/** The real program cannot tell which port it took: it is given one that was free a moment ago. */
async function real(binary: string): Promise<World> {
  const port = Number((await freeAddress()).split(':')[1]);
  const child = spawn(binary, ['-host', '127.0.0.1', '-port', `${port}`], {
    stdio: 'ignore',
    env: { LOG_LEVEL: 'fatal' },
  });
  const exited = once(child, 'exit');
  while (!(await accepts(port))) if (child.exitCode !== null) throw new Error(`${binary} did not start`);
  return new World(port, async () => {
    child.kill('SIGKILL');
    await exited;
  });
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const { promise, resolve } = Promise.withResolvers<boolean>();
  socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  const accepted = await promise;
  socket.destroy();
  return accepted;
}

function runCases(start: () => Promise<World>): void {
  for (const [name, body] of Object.entries(toxiproxyCases)) {
    test(name, async () => {
      await using world = await start();
      await body(world);
    });
  }
}

describe('toxiproxy: our stand-in', () => runCases(ours));

const binary = process.env['TOXIPROXY_BIN'];
const reason = 'skipped: TOXIPROXY_BIN names no toxiproxy-server 2.12 binary';
describe.skipIf(!binary)(binary ? 'toxiproxy: the real one' : `toxiproxy: the real one [${reason}]`, () =>
  runCases(() => real(binary ?? '')),
);
