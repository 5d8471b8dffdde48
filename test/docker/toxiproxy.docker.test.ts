/** The conformance suite of the Toxiproxy stand-in, run against the real program: taken out of its image, it is static. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { GenericContainer } from 'testcontainers';
import { afterAll, beforeAll, describe } from 'vitest';
import { temporaryFolder } from '../cli/command.ts';
import { runToxiproxyCases } from '../conformance/toxiproxy-suite.ts';
import { freeAddress, World } from '../conformance/toxiproxy-world.ts';
import { imageOf } from './containers.ts';

const folder = temporaryFolder();
const binary = join(folder.path, 'toxiproxy');

beforeAll(async () => {
  await using container = await new GenericContainer(imageOf('TWIN_IMAGE_TOXIPROXY')).start();
  const unpack = spawn('tar', ['--extract', '--directory', folder.path], { stdio: ['pipe', 'ignore', 'inherit'] });
  const unpacked = once(unpack, 'exit');
  await pipeline(await container.copyArchiveFromContainer('/toxiproxy'), unpack.stdin);
  await unpacked;
});
afterAll(() => folder[Symbol.dispose]());

/** It cannot tell which port it took: it is given one that was free a moment ago. */
async function real(): Promise<World> {
  const port = Number((await freeAddress()).split(':')[1]);
  const child = spawn(binary, ['-host', '127.0.0.1', '-port', `${port}`], {
    stdio: 'ignore',
    env: { LOG_LEVEL: 'fatal' },
  });
  const exited = once(child, 'exit');
  while (!(await accepts(port))) if (child.exitCode !== null) throw new Error('toxiproxy did not start');
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

describe('toxiproxy: the real one', () => runToxiproxyCases(real));
