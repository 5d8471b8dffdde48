/** The live Redis client against a real Redis: asynq's keys and effects (facts 5.1, 5.2), go-redis' greeting (facts 5.4). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { QUEUE_KEYS, type Job } from '../../sim/behaviour/queue.ts';
import type { RedisCommand } from '../../sim/behaviour/redis-client.ts';
import type { LiveConnection } from '../../sim/parts/connection.ts';
import { redisDialer } from '../../sim/parts/redis.ts';
import { encodeCommand, RespError, RespReader, type RespValue } from '../../sim/parts/resp.ts';
import { connect } from 'node:net';
import { addresses } from './program.ts';
import { redisServer, type RedisServer } from './redis-server.ts';

const at = addresses()();
const FOREVER = { timeoutMs: Infinity };
const payload = JSON.stringify({ type: 'send-notification', user: 1, requestId: 'j1' });

/** One raw command on a connection of its own. */
function raw(...parts: string[]): Promise<RespValue> {
  const { promise, resolve } = Promise.withResolvers<RespValue>();
  const socket = connect(at, () => socket.write(encodeCommand(parts)));
  const reader = new RespReader();
  socket.on('data', (chunk) => {
    for (const value of reader.read(chunk)) resolve(value);
  });
  return promise.finally(() => socket.destroy());
}
const text = (value: RespValue): unknown =>
  Buffer.isBuffer(value)
    ? value.toString()
    : value instanceof RespError
      ? value.message
      : Array.isArray(value)
        ? value.map(text)
        : value;
async function dialled(dialer = redisDialer()): Promise<LiveConnection> {
  const result = await dialer(at, FOREVER);
  if (!result.ok) throw new Error(result.saw);
  return result.connection;
}

describe('redis: a real server', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await redisServer(at);
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const ask = async (connection: LiveConnection, command: RedisCommand): Promise<unknown> =>
    connection.exchange(command, FOREVER);

  it('greets with RESP3, and an older Redis that knows no SETINFO does not mind', async () => {
    const connection = await dialled();
    expect(await ask(connection, { op: 'hello' })).toMatchObject({ ok: true });
    await ask(connection, { op: 'introduce' });
    expect(connection.trips).toBe(3); // TCP, HELLO, both SETINFO in one flight
    expect(await ask(connection, { op: 'get', key: 'absent' })).toEqual({ ok: true, value: null });
    connection.close();
  });

  it('sets with a time to live, gets and deletes', async () => {
    const connection = await dialled();
    await ask(connection, { op: 'set', key: 'k', value: 'ü', ttlSeconds: 300 });
    expect(await ask(connection, { op: 'get', key: 'k' })).toEqual({ ok: true, value: 'ü' });
    expect(await raw('TTL', 'k')).toBe(300);
    expect(await ask(connection, { op: 'del', key: 'k' })).toEqual({ ok: true, value: '1' });
    connection.close();
  });

  it("enqueues on asynq's keys: set of queues, task hash, pending list; a known id changes nothing", async () => {
    await raw('FLUSHALL');
    const connection = await dialled();
    expect(await ask(connection, { op: 'enqueue', id: 'j1', payload })).toEqual({ ok: true, value: '1' });
    expect(await ask(connection, { op: 'enqueue', id: 'j1', payload })).toEqual({ ok: true, value: '0' });
    expect(text(await raw('SMEMBERS', QUEUE_KEYS.queues))).toEqual(['default']);
    expect(text(await raw('LRANGE', QUEUE_KEYS.pending, '0', '-1'))).toEqual(['j1']);
    expect(text(await raw('HMGET', QUEUE_KEYS.task('j1'), 'state', 'unique_key'))).toEqual(['pending', null]);
    connection.close();
  });

  it('dequeues in order, with a lease, and removes what is done', async () => {
    await raw('FLUSHALL');
    const connection = await dialled();
    for (const id of ['j1', 'j2']) await ask(connection, { op: 'enqueue', id, payload });
    expect(await ask(connection, { op: 'dequeue', leaseUntilSeconds: 130 })).toEqual({
      ok: true,
      value: JSON.stringify({ id: 'j1', type: 'send-notification', payload, retried: 0, maxRetry: 25 }),
    });
    expect(text(await raw('ZRANGE', QUEUE_KEYS.lease, '0', '-1', 'WITHSCORES'))).toEqual(['j1', '130']);
    expect(text(await raw('HMGET', QUEUE_KEYS.task('j1'), 'state', 'pending_since'))).toEqual(['active', null]);
    expect(await ask(connection, { op: 'done', id: 'j1' })).toEqual({ ok: true, value: 'OK' });
    expect(await raw('EXISTS', QUEUE_KEYS.task('j1'), QUEUE_KEYS.active, QUEUE_KEYS.lease)).toBe(0);
    expect(text(await raw('GET', QUEUE_KEYS.processed))).toBe('1');
    expect(await ask(connection, { op: 'done', id: 'j1' })).toMatchObject({
      ok: false,
      saw: 'redis-error',
      detail: expect.stringContaining('NOT FOUND') as string,
    });
    connection.close();
  });

  /** Takes job j1 until a second of Unix time. */
  async function taken(connection: LiveConnection, leaseUntilSeconds: number): Promise<Job> {
    await raw('FLUSHALL');
    await ask(connection, { op: 'enqueue', id: 'j1', payload });
    const reply = (await ask(connection, { op: 'dequeue', leaseUntilSeconds })) as { value: string };
    return JSON.parse(reply.value) as Job;
  }
  const where = async (): Promise<unknown[]> => [
    text(await raw('LRANGE', QUEUE_KEYS.pending, '0', '-1')),
    text(await raw('LRANGE', QUEUE_KEYS.active, '0', '-1')),
    text(await raw('ZRANGE', QUEUE_KEYS.lease, '0', '-1', 'WITHSCORES')),
    text(await raw('ZRANGE', QUEUE_KEYS.retry, '0', '-1', 'WITHSCORES')),
    text(await raw('ZRANGE', QUEUE_KEYS.archived, '0', '-1', 'WITHSCORES')),
    text(await raw('HGET', QUEUE_KEYS.task('j1'), 'state')),
  ];

  it('tries a failed job again when it is due, once more retried; both counters tell of it (retry, forward)', async () => {
    const connection = await dialled();
    const job = await taken(connection, 130);
    const told = { op: 'retry', job, error: 'no', nowSeconds: 100, dueSeconds: 120 } as const;
    expect(await ask(connection, told)).toEqual({ ok: true, value: 'OK' });
    expect(await where()).toEqual([[], [], [], ['j1', '120'], [], 'retry']);
    expect(text(await raw('MGET', QUEUE_KEYS.processed, QUEUE_KEYS.failed))).toEqual(['1', '1']);
    expect(await ask(connection, { op: 'forward', nowSeconds: 119 })).toEqual({ ok: true, value: '0' });
    expect(await ask(connection, { op: 'forward', nowSeconds: 120 })).toEqual({ ok: true, value: '1' });
    expect(await where()).toEqual([['j1'], [], [], [], [], 'pending']);
    expect(await ask(connection, { op: 'dequeue', leaseUntilSeconds: 150 })).toEqual({
      ok: true,
      value: JSON.stringify({ ...job, retried: 1 }),
    });
    expect(await ask(connection, { ...told, job: { ...job, id: 'j9' } })).toMatchObject({ saw: 'redis-error' });
    connection.close();
  });

  it.each(['hello', '{}', 'null', ''])(
    'lets go of a job that is not ours, payload %j, as it came: its type is its own',
    async (foreign) => {
      const connection = await dialled();
      const ours = await taken(connection, 130);
      const text = (field: number, value: string): number[] => [(field << 3) | 2, value.length, ...Buffer.from(value)];
      const message = Buffer.from([...text(1, 'email:welcome'), ...text(2, foreign), ...text(3, 'j1'), 5 << 3, 25]);
      await ask(connection, { op: 'requeue', id: 'j1' });
      await raw('HSET', QUEUE_KEYS.task('j1'), 'msg', message.toString());
      const reply = (await ask(connection, { op: 'dequeue', leaseUntilSeconds: 130 })) as { value: string };
      const job = JSON.parse(reply.value) as Job;
      expect(job).toEqual({ ...ours, type: 'email:welcome', payload: foreign });
      const told = { op: 'retry', job, error: 'no', nowSeconds: 100, dueSeconds: 120 } as const;
      expect(await ask(connection, told)).toEqual({ ok: true, value: 'OK' });
      await ask(connection, { op: 'forward', nowSeconds: 120 });
      const again = (await ask(connection, { op: 'dequeue', leaseUntilSeconds: 150 })) as { value: string };
      expect(JSON.parse(again.value)).toEqual({ ...job, retried: 1 });
      connection.close();
    },
  );

  it('archives, and gives a job back to the head of the queue (archive, requeue)', async () => {
    const connection = await dialled();
    const nowSeconds = Math.floor(Date.now() / 1_000);
    await ask(connection, { op: 'archive', job: await taken(connection, 130), error: 'no', nowSeconds });
    expect(await where()).toEqual([[], [], [], [], ['j1', String(nowSeconds)], 'archived']);
    await taken(connection, 130);
    await ask(connection, { op: 'enqueue', id: 'j2', payload });
    expect(await ask(connection, { op: 'requeue', id: 'j1' })).toEqual({ ok: true, value: 'OK' });
    expect(await where()).toEqual([['j2', 'j1'], [], [], [], [], 'pending']);
    connection.close();
  });

  it('extends leases that stand, and finds those that ended (heartbeat, recoverer)', async () => {
    const connection = await dialled();
    const job = await taken(connection, 130);
    await ask(connection, { op: 'extend', ids: ['j1', 'gone'], leaseUntilSeconds: 135 });
    expect((await where())[2]).toEqual(['j1', '135']);
    expect(await ask(connection, { op: 'expired', untilSeconds: 134 })).toEqual({ ok: true, value: '[]' });
    expect(await ask(connection, { op: 'expired', untilSeconds: 135 })).toEqual({
      ok: true,
      value: JSON.stringify([job]),
    });
    connection.close();
  });

  it('finds an empty or paused queue empty', async () => {
    await raw('FLUSHALL');
    const connection = await dialled();
    expect(await ask(connection, { op: 'dequeue', leaseUntilSeconds: 1 })).toEqual({ ok: true, value: null });
    await ask(connection, { op: 'enqueue', id: 'j1', payload });
    await raw('SET', QUEUE_KEYS.paused, '1');
    expect(await ask(connection, { op: 'dequeue', leaseUntilSeconds: 1 })).toEqual({ ok: true, value: null });
    connection.close();
  });

  it("sends a script's text again when Redis has forgotten it", async () => {
    await raw('FLUSHALL');
    const connection = await dialled();
    await ask(connection, { op: 'enqueue', id: 'j1', payload });
    await raw('SCRIPT', 'FLUSH');
    expect(await ask(connection, { op: 'enqueue', id: 'j2', payload })).toEqual({ ok: true, value: '1' });
    connection.close();
  });

  it('tells an error of Redis from a failure of the way', async () => {
    await raw('LPUSH', 'list', '1');
    const connection = await dialled();
    expect(await ask(connection, { op: 'get', key: 'list' })).toMatchObject({
      ok: false,
      saw: 'redis-error',
      detail: expect.stringMatching(/^WRONGTYPE/) as string,
    });
    expect(connection.alive).toBe(true);
    connection.close();
  });

  it('a stopped Redis is silent, and its connection is given up', async () => {
    const connection = await dialled();
    await ask(connection, { op: 'ping' });
    server.signal('SIGSTOP');
    const reply = await connection.exchange({ op: 'ping' }, { timeoutMs: 30 });
    server.signal('SIGCONT');
    expect([reply, connection.alive]).toEqual([{ ok: false, saw: 'reply-silent' }, false]);
  });
});
