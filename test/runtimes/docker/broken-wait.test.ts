/** An engine that does not tell how a container ended: that breaks what waits for it, and nothing else. */
import type Dockerode from 'dockerode';
import { expect, test } from 'vitest';
import { Engine } from '../../../sim/runtimes/docker/engine.ts';
import { Tables } from '../../../sim/runtimes/docker/names.ts';
import type { DockerNetwork } from '../../../sim/runtimes/docker/network.ts';
import type { Part } from '../../../sim/runtimes/docker/part.ts';
import { startShell } from '../../../sim/runtimes/docker/shell.ts';
import { defineTopology } from '../../../topology/load.ts';
import { small } from '../../topology/small.ts';
import { stubbedEngine } from './engine-stub.ts';

const LOST = new Error('socket hang up');

test('it is an error of the runtime, which says what the engine said', async () => {
  const container = { id: 'c', wait: () => Promise.reject(LOST) };
  const docker = { getContainer: () => container } as unknown as Dockerode;
  await expect(new Engine(docker, { id: 'r', labels: {} }).running('c').exited).rejects.toMatchObject({
    code: 'SIM_RUNTIME_UNAVAILABLE',
    message: expect.stringContaining('socket hang up') as string,
  });
});
test('a sandbox says so to who writes rules there, then and later', async () => {
  const stub = stubbedEngine();
  const starting = startShell(stub.engine, { name: 'node:a', image: 'i', networkId: 'n', host: '10.64.1.1' });
  (await stub.hears)('#done 1 0', 'stdout');
  const shell = await starting;
  const waits = shell.run('true');
  stub.exited.reject(LOST);
  await expect(waits).rejects.toBe(LOST);
  await expect(shell.run('true')).rejects.toBe(LOST);
});
test('a sandbox of which nobody asks anything, and a resolver, break nothing', async () => {
  const stub = stubbedEngine();
  const starting = startShell(stub.engine, { name: 'node:a', image: 'i', networkId: 'n', host: '10.64.1.1' });
  (await stub.hears)('#done 1 0', 'stdout');
  const { container } = await starting;
  const part = { container, ready: new Promise(() => undefined) } as unknown as Part;
  new Tables(defineTopology(small()), {} as DockerNetwork).addResolver('cluster', part);
  // A rejection that nobody handles fails the run of this file.
  stub.exited.reject(LOST);
  await new Promise((resolve) => setImmediate(resolve));
});
