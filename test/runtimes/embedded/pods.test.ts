/** Programs of pods on a bare stage: nobody probes them, nobody starts them again but the test. */
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { OwnApi } from '../../../sim/runtimes/embedded/own-api.ts';
import { embedded } from '../../../sim/runtimes/embedded/runtime.ts';
import type { Question, Saw, Stage } from '../../../sim/runtimes/contract.ts';
import { defineTopology } from '../../../topology/load.ts';
import type { TopologyInput } from '../../../topology/schema.ts';
import { BARE_STAGE } from '../../bare-stage.ts';
import { redisProgram } from '../../redis.ts';
import { small } from '../../topology/small.ts';

const cacheFolder = join(import.meta.dirname, '..', '..', '..', '.cache');
const open = (topology: TopologyInput, ownApi?: OwnApi): Promise<Stage> =>
  embedded({ redis: redisProgram(), cacheFolder, ownApi }).open(defineTopology(topology), BARE_STAGE);

test.each([
  ['a database', {}],
  ['one behind a pooler', { poolerServers: 2 }],
])('%s that is killed listens no more, and started again it has what was committed', async (_, settings) => {
  await using stage = await open(small());
  const sandbox = await stage.sandbox('db', 'external:db', true);
  const run = () => sandbox.run({ role: 'postgres', ports: [5432], settings });
  const text = "INSERT INTO task_task (residence_id, user_id, title, request_id) VALUES (1, 0, 'kept', 'r-1')";
  const ask = async (question: Question): Promise<Saw> =>
    (await stage.prober.ask('node:a', { place: 'external:db', port: 5432 }, question, 10_000)).saw;
  const first = await run();
  await vi.waitUntil(async () => (await ask({ ask: 'connect' })) === 'answer', { timeout: 20_000 });
  expect(await ask({ ask: 'sql', text })).toBe('answer');
  await first.signal('SIGKILL');
  await first.exited;
  expect(await ask({ ask: 'connect' })).toBe('refused');
  await run();
  await vi.waitUntil(async () => (await ask({ ask: 'connect' })) === 'answer', { timeout: 20_000 });
  expect(await stage.readback.writes()).toEqual(new Map([['r-1', 1]]));
});

test('a port of which the topology says nothing, and a Postgres that stands within the cluster or nowhere, are no error', async () => {
  await using stage = await open({ ...small(), externals: {} });
  const run = (id: string, role: string, port: number) =>
    stage.sandbox(id, 'node:b', false).then((sandbox) => sandbox.run({ role, ports: [port], settings: {} }));
  await run('api-1', 'api', 8000);
  await run('db-1', 'postgres', 5432);
  const nobody = { place: 'node:b', port: 80 } as const;
  expect(await stage.prober.ask('node:a', nobody, { ask: 'connect' }, 10_000)).toMatchObject({ saw: 'refused' });
  expect(await stage.readback.writes()).toEqual(new Map());
});

test('two programs on one host listen each for itself: one is killed, the other is still reached', async () => {
  await using stage = await open(small());
  const run = (id: string, port: number) =>
    stage.sandbox(id, 'node:b', true).then((sandbox) => sandbox.run({ role: 'redis', ports: [port], settings: {} }));
  const ping = async (port: number): Promise<Saw> =>
    (await stage.prober.ask('node:a', { place: 'node:b', port }, { ask: 'ping' }, 10_000)).saw;
  const [one] = await Promise.all([run('redis-1', 8000), run('redis-2', 5432)]);
  const nobody = 6379;
  await vi.waitUntil(async () => (await ping(8000)) === 'answer' && (await ping(5432)) === 'answer');
  expect(await ping(nobody)).toBe('refused');
  await one.signal('SIGKILL');
  await one.exited;
  expect([await ping(8000), await ping(5432)]).toEqual(['refused', 'answer']);
});

test('a program behind a shell that is killed listens no more when its end is told, however long the kernel needs for it', async () => {
  // To free that much takes the kernel a while, and only then it closes the listener.
  const program =
    'globalThis.much = Buffer.alloc(4e8, 1); net.createServer().listen(process.env.PORT, process.env.HOST)';
  const command = `'${process.execPath}' -e '${program}'; exit $?`;
  await using stage = await open(small(), { command, name: 'own', folder: cacheFolder });
  const sandbox = await stage.sandbox('api-1', 'node:b', false);
  const container = await sandbox.run({ role: 'api', ports: [8000], settings: {} });
  const ask = async (): Promise<Saw> =>
    (await stage.prober.ask('node:a', { pod: 'api-1', port: 8000 }, { ask: 'connect' }, 10_000)).saw;
  await vi.waitUntil(async () => (await ask()) === 'answer', { timeout: 20_000 });
  await container.signal('SIGKILL');
  await container.exited;
  expect(await ask()).toBe('refused');
});
