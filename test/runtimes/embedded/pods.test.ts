/** Programs of pods on a bare stage: nobody probes them, nobody starts them again but the test. */
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { embedded } from '../../../sim/runtimes/embedded/runtime.ts';
import type { Saw, Stage } from '../../../sim/runtimes/contract.ts';
import { defineTopology } from '../../../topology/load.ts';
import type { TopologyInput } from '../../../topology/schema.ts';
import { BARE_STAGE } from '../../bare-stage.ts';
import { redisProgram } from '../../redis.ts';
import { small } from '../../topology/small.ts';

const cacheFolder = join(import.meta.dirname, '..', '..', '..', '.cache');
const open = (topology: TopologyInput): Promise<Stage> =>
  embedded({ redis: redisProgram(), cacheFolder }).open(defineTopology(topology), BARE_STAGE);

test('a database that is killed and started again has what was committed', async () => {
  await using stage = await open(small());
  const sandbox = await stage.sandbox('db', 'external:db', true);
  const run = () => sandbox.run({ role: 'postgres', ports: [5432], settings: {} });
  const first = await run();
  const text = "INSERT INTO task_task (residence_id, user_id, title, request_id) VALUES (1, 0, 'kept', 'r-1')";
  const target = { place: 'external:db', port: 5432 } as const;
  expect(await stage.prober.ask('node:a', target, { ask: 'sql', text }, 10_000)).toMatchObject({ saw: 'answer' });
  await first.signal('SIGKILL');
  await first.exited;
  await run();
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
