import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { describeHost, embeddedBlocker, INSTEAD } from '../../../sim/runtimes/embedded/host.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twin-test-host-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  rmSync(folder, { recursive: true, force: true });
});

test('where nothing is in the way, embedded runs and says with which Postgres', async () => {
  const host = await describeHost(folder);
  expect(embeddedBlocker()).toBe(undefined);
  expect(host).toMatchObject({
    platform: 'linux',
    procfs: true,
    postgres: '18.4',
    node: process.version,
    runtimes: { model: 'runs', embedded: 'runs' },
  });
  expect(host.glibc).toMatch(/^\d+\.\d+$/);
});

test('on another platform it says why not, and what to type', async () => {
  vi.stubGlobal('process', Object.create(process, { platform: { value: 'darwin' } }));
  expect(embeddedBlocker()).toContain('macOS');
  vi.unstubAllGlobals();
  expect(INSTEAD).toContain('docker build');
});

test('an engine that answers is told with its version, one that is not there with what to do', async () => {
  const socketPath = join(folder, 'engine.sock');
  const engine = createServer((_, response) => response.end('{"Version":"29.0.1"}')).listen(socketPath);
  await once(engine, 'listening');
  vi.stubEnv('DOCKER_HOST', `unix://${socketPath}`);
  expect(await describeHost(folder)).toMatchObject({ docker: '29.0.1', runtimes: { docker: 'runs' } });
  engine.close();
  await once(engine, 'close');
  expect((await describeHost(folder)).runtimes.docker).toEqual({
    missing: 'no container engine answers',
    instead: 'start Docker, or set DOCKER_HOST',
  });
});

test('a program that answers nonsense is no engine', async () => {
  const socketPath = join(folder, 'engine.sock');
  const engine = createServer((_, response) => response.end('<html>')).listen(socketPath);
  await once(engine, 'listening');
  vi.stubEnv('DOCKER_HOST', `unix://${socketPath}`);
  expect((await describeHost(folder)).docker).toBe(undefined);
  engine.close();
  await once(engine, 'close');
});
