/** parts/api and parts/worker as processes, with a real Postgres and a real Redis. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { watch } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { queueTimings } from '../../sim/behaviour/queue.ts';
import type { ApiConfig, HostPort, WorkerConfig } from '../../sim/parts/config.ts';
import { residentBytes } from '../../sim/runtimes/embedded/memory-watcher.ts';
import { until } from '../runtimes/embedded/traces.ts';
import { skipped } from '../skipped.ts';
import { tokenOf } from '../../sim/parts/api/token.ts';
import { timer } from '../../topology/timers.ts';
import { noPostgres, testDatabase, type TestDatabase } from './database.ts';
import { request, type Answer } from './http-client.ts';
import { addresses, startProgram, type Program } from './program.ts';
import { redisServer, type RedisServer } from './redis-server.ts';

const next = addresses();
const reason = noPostgres();
const SECRET = 'secret';
const REAL = queueTimings({}, () => Number.NaN);
const record = (host: string) => ({ addresses: [host], ttlMs: 5_000 });

describe.skipIf(reason !== undefined)(`api: real Postgres and Redis${skipped(reason)}`, () => {
  let database: TestDatabase;
  let resolver: Program;
  const dnsAt = next();
  const redisAt = next();
  beforeAll(async () => {
    const postgresAt = next();
    const records = {
      node: { 'redis.default.svc.cluster.local': record(redisAt.host), 'neon.example.org': record(postgresAt.host) },
    };
    resolver = await startProgram('resolver', {
      instance: 'coredns',
      zone: 'cluster',
      listen: next(),
      viewers: { node: dnsAt },
      records,
    });
    database = await testDatabase(postgresAt);
  });
  afterAll(async () => {
    await resolver[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });
  let user = 0;
  beforeEach(() => void user++);

  async function start(more: Partial<ApiConfig> = {}): Promise<{ api: Program; at: HostPort }> {
    const at = next();
    const settings = {
      databaseHost: 'neon.example.org',
      databasePort: 5432,
      redisHost: 'redis',
      redisPort: 6379,
      onEnqueueFailure: 'ignore',
      ...more.settings,
    };
    const config: ApiConfig = {
      instance: 'api-1',
      listen: at,
      dns: { servers: [dnsAt] },
      database: database.config,
      redis: redisAt,
      tokenSecret: SECRET,
      seed: 1,
      ...more,
      settings,
    };
    return { api: await startProgram('api', config), at };
  }
  const auth = (): Record<string, string> => ({ authorization: `Token ${tokenOf(user, SECRET)}` });
  const list = (at: HostPort): Promise<Answer> => request(at, { headers: auth() });
  const create = (at: HostPort, id: string, headers: Record<string, string> = {}): Promise<Answer> =>
    request(at, {
      method: 'POST',
      headers: { ...auth(), ...headers },
      body: JSON.stringify({ title: 'paint', request_id: id }),
    });

  it('creates a task, invalidates the cached list and lists it: MISS, then HIT', async () => {
    await using _redis = await redisServer(redisAt);
    const { api, at } = await start();
    await using _api = api;
    expect(await list(at)).toMatchObject({ status: 200, body: '[]', headers: { 'x-cache': 'MISS' } });
    expect(await list(at)).toMatchObject({ headers: { 'x-cache': 'HIT' } });
    const created = await create(at, 'r1', { 'x-request-id': 'other' });
    expect([created.status, JSON.parse(created.body)]).toEqual([
      201,
      { id: expect.any(Number) as number, title: 'paint', request_id: 'r1' },
    ]);
    const listed = await list(at);
    expect([listed.headers['x-cache'], JSON.parse(listed.body)]).toEqual([
      'MISS',
      [expect.objectContaining({ request_id: 'r1' })],
    ]);
    expect(created.headers['server-timing']).toMatch(
      /^api;dur=[\d.]+;questions=\d+;desc="api-1", sql;dur=[\d.]+;trips=\d+;handshakes=[06], redis;dur=[\d.]+;trips=\d+;handshakes=[03]$/,
    );
  });

  it.each([
    ['GET', '/nowhere', {}, 404, '{"message":"Not Found"}'],
    ['GET', '/api/tasks/', {}, 401, '{"message":"Unauthorized"}'],
    ['GET', '/api/tasks/', { authorization: `Token 1.${'0'.repeat(64)}` }, 401, '{"message":"Unauthorized"}'],
    ['GET', '/healthz', {}, 200, 'ok'],
    ['GET', '/healthz?ask=database', {}, 200, 'ok'],
  ])('%s %s with %j is %i %s (Echo)', async (method, path, headers, status, body) => {
    const { api, at } = await start();
    await using _api = api;
    expect(await request(at, { method, path, headers })).toMatchObject({ status, body });
  });

  it('lists users for the admin panel, from Postgres each time, and only to who brings a token', async () => {
    const { api, at } = await start();
    await using _api = api;
    const path = '/api/admin/users/';
    expect((await request(at, { path })).status).toBe(401);
    expect((await request(at, { path, method: 'POST', headers: auth() })).status).toBe(405);
    const listed = await request(at, { path, headers: auth() });
    expect([listed.status, (JSON.parse(listed.body) as unknown[]).length]).toEqual([200, 50]);
    expect(JSON.parse(listed.body)).toContainEqual({ id: 1, email: 'user1@example.com' });
    expect(listed.headers['server-timing']).toMatch(/sql;dur=[\d.]+;trips=[1-9]/);
  });

  it('serves the landing page and its files, the page with its Cache-Control', async () => {
    const { api, at } = await start({ settings: { pageCacheControl: 'public, max-age=60', assetCacheControl: '' } });
    await using _api = api;
    expect(await request(at, { path: '/' })).toMatchObject({
      status: 200,
      body: 'file /',
      headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'public, max-age=60' },
    });
    const file = await request(at, { path: '/css/a.css' });
    expect([file.status, file.body, file.headers['cache-control']]).toEqual([200, 'file /css/a.css', undefined]);
    const headers = { 'if-modified-since': String(file.headers['last-modified']) };
    expect(await request(at, { path: '/css/a.css', headers })).toMatchObject({ status: 304, body: '' });
  });

  it('serves lists without a cache and loses jobs when Redis is gone, saying both', async () => {
    const { api, at } = await start();
    await using _api = api;
    expect(await create(at, 'r2')).toMatchObject({ status: 201, headers: { 'x-job': 'lost' } });
    expect(await list(at)).toMatchObject({ status: 200, headers: { 'x-cache': 'BYPASS' } });
  });

  it('fails a create whose job cannot be queued where it is told to', async () => {
    const { api, at } = await start({ settings: { onEnqueueFailure: 'fail' } });
    await using _api = api;
    expect(await create(at, 'r3')).toMatchObject({
      status: 500,
      body: '{"message":"Internal Server Error"}',
      headers: { 'x-job': 'lost' },
    });
  });

  it('takes memory in one go and with every request it serves, and keeps it, until it is told to stop', async () => {
    const MIB = 1024 * 1024;
    const { api, at } = await start();
    await using _api = api;
    await list(at);
    const bareBytes = residentBytes(api.pid);
    api.send({ grow: { number: 1, bytes: 40 * MIB, perRequestBytes: 30 * MIB } });
    await until('40 MiB are taken', () => residentBytes(api.pid) > bareBytes + 39 * MIB);
    await list(at);
    await until('30 MiB more are', () => residentBytes(api.pid) > bareBytes + 69 * MIB);
    await request(at, { path: '/healthz' });
    api.send({ grow: { number: 1 } });
    await api.table({}); // once this is acknowledged the order before it has been obeyed
    const keptBytes = residentBytes(api.pid);
    await list(at);
    expect(residentBytes(api.pid) - keptBytes).toBeLessThan(20 * MIB);
  });

  it('does not start on a schema that lacks a migration, and says so (RequireSchemaApplied)', async () => {
    await expect(start({ settings: { schemaVersion: 2 } })).rejects.toThrow(
      'schema precondition: version 2 wanted, 1 applied',
    );
  });

  it('drains on SIGTERM as Go does: idle connections end, a request under way is answered with Connection: close, then exit 0', async () => {
    const { api, at } = await start();
    await using _api = api;
    const idle = connect(at);
    idle.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(idle, 'data');
    const busy = connect(at);
    busy.write(
      `POST /api/tasks/ HTTP/1.1\r\nHost: x\r\nAuthorization: ${auth()['authorization']}\r\nExpect: 100-continue\r\nContent-Length: 36\r\n\r\n`,
    );
    await once(busy, 'data');
    api.signal('SIGTERM');
    await once(idle.resume(), 'end');
    busy.write('{"title":"paint","request_id":"r-4"}');
    let answer = '';
    busy.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
    await once(busy, 'end');
    expect(answer).toMatch(/^HTTP\/1.1 201 Created[\s\S]*connection: close/i);
    expect(await api.exited).toBe(0);
  });

  describe('worker', () => {
    let folder = '';
    beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'twin-worker-'))));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));
    const startWorker = (recordFile: string, settings: WorkerConfig['settings'] = {}, timings = REAL) =>
      startProgram('worker', {
        instance: 'worker-1',
        dns: { servers: [dnsAt] },
        redis: redisAt,
        settings: { redisHost: 'redis', redisPort: 6379, ...settings },
        timings,
        recordFile,
        seed: 1,
      });
    /** Resolves once the record holds a line for each id. */
    async function recorded(file: string, ids: readonly string[]): Promise<string[]> {
      const read = (): string[] =>
        readFileSync(file, 'utf8')
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => (JSON.parse(line) as { requestId: string }).requestId);
      const changes = watch(file)[Symbol.asyncIterator]();
      while (!ids.every((id) => read().includes(id)) || read().length < ids.length) await changes.next();
      await changes.return?.();
      return read();
    }

    it('does each job once, records it, and ends on SIGTERM', async () => {
      await using _redis = await redisServer(redisAt);
      const { api, at } = await start();
      await using _api = api;
      const file = join(folder, 'done.jsonl');
      await using worker = await startWorker(file);
      for (const id of ['j1', 'j2', 'j3']) await create(at, id);
      expect(await recorded(file, ['j1', 'j2', 'j3'])).toEqual(['j1', 'j2', 'j3']);
      worker.signal('SIGTERM');
      expect([await worker.exited, worker.log]).toEqual([0, []]);
    });

    it('killed after the side effect of a job and before its end, another does the job again', async () => {
      await using _redis = await redisServer(redisAt);
      const { api, at } = await start();
      await using _api = api;
      const file = join(folder, 'killed.jsonl');
      const faster = queueTimings({ recoveryIsIdle: true }, (name) => timer(name).ms / 100);
      await using first = await startWorker(file, { jobMs: 2_000 }, faster);
      await create(at, 'twice');
      await recorded(file, ['twice']);
      first.signal('SIGKILL');
      await first.exited;
      await using _second = await startWorker(file, { jobMs: 0 }, faster);
      expect(await recorded(file, ['twice', 'twice'])).toEqual(['twice', 'twice']);
    });

    it('waits for Redis to come back, and does what was queued then', async () => {
      const file = join(folder, 'late.jsonl');
      await using _worker = await startWorker(file);
      let redis: RedisServer | undefined;
      try {
        redis = await redisServer(redisAt);
        const { api, at } = await start();
        await using _api = api;
        await create(at, 'late');
        expect(await recorded(file, ['late'])).toEqual(['late']);
      } finally {
        await redis?.[Symbol.asyncDispose]();
      }
    });
  });
});
