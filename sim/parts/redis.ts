/** Redis as a client: the wire form of the behaviours' commands, over one connection. */
import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Failure } from '../behaviour/effects.ts';
import { FORWARDED_AT_ONCE, QUEUE_KEYS } from '../behaviour/queue.ts';
import type { RedisCommand, RedisResult } from '../behaviour/redis-client.ts';
import { TripCounter } from '../behaviour/tally.ts';
import { ARCHIVE, decodeTask, DEQUEUE, DONE, encodeTask, ENQUEUE, EXPIRED, FORWARD, REQUEUE, RETRY } from './asynq.ts';
import { REPLY_SILENT, type Dialer, type LiveConnection } from './connection.ts';
import { pending, type Limits } from './pending.ts';
import { encodeCommand, RespError, RespReader, type RespValue } from './resp.ts';
import { dialTcp, Lifeline, TCP_TRIPS } from './tcp.ts';

/** What the connections of one process share: asynq names its queue once per process. */
interface Shared {
  queuePublished: boolean;
}

/** asynq keeps a day's counter for 90 days. */
const STATS_TTL_SECONDS = 90 * 24 * 3_600;

/** Where a task is that somebody works on. */
const IN_HAND = [QUEUE_KEYS.active, QUEUE_KEYS.lease] as const;
const thatDay = (counter: string): string => `${counter}:${new Date().toISOString().slice(0, 10)}`;
const nowNs = (): string => String(BigInt(Date.now()) * 1_000_000n);

export function redisDialer(): Dialer {
  const shared: Shared = { queuePublished: false };
  return async (target, limits) => {
    const dialled = await dialTcp(target, limits);
    return dialled.ok ? { ok: true, connection: new RedisConnection(dialled.socket, shared) } : dialled;
  };
}

type Part = string | number | Buffer;
class RedisConnection implements LiveConnection {
  readonly #socket: Socket;
  readonly #shared: Shared;
  readonly #line: Lifeline;
  readonly #reader = new RespReader();
  readonly #waiting: PromiseWithResolvers<RespValue>[] = [];
  readonly speaks = 'redis';
  readonly #counter = new TripCounter();
  constructor(socket: Socket, shared: Shared) {
    this.#socket = socket;
    this.#shared = shared;
    this.#line = new Lifeline(socket);
    this.#line.onEnd = (failure) => {
      for (const waiter of this.#waiting.splice(0)) waiter.reject(new Ended(failure));
    };
    socket.on('data', (chunk) => this.#receive(chunk));
  }

  get alive(): boolean {
    return this.#line.alive && !this.#socket.destroyed;
  }
  get trips(): number {
    return TCP_TRIPS + this.#counter.trips;
  }

  exchange(message: unknown, limits: Limits): Promise<RedisResult> {
    const result = pending<RedisResult>(limits, REPLY_SILENT, () => this.#socket.destroy());
    this.#perform(message as RedisCommand).then(
      (value) => result.settle(resultOf(value)),
      (error: unknown) => result.settle(error instanceof Ended ? error.failure : { ok: false, saw: 'reset' }),
    );
    return result.promise;
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#counter.received();
    try {
      for (const reply of this.#reader.read(chunk)) this.#waiting.shift()?.resolve(reply);
    } catch {
      this.#socket.destroy(); // not RESP: nothing after it can be trusted
    }
  }

  #send(...parts: readonly Part[]): Promise<RespValue> {
    if (!this.alive) return Promise.reject(new Ended(this.#line.end));
    const waiter = Promise.withResolvers<RespValue>();
    this.#waiting.push(waiter);
    this.#socket.write(encodeCommand(parts));
    this.#counter.sent();
    return waiter.promise;
  }

  async #perform(command: RedisCommand): Promise<RespValue> {
    switch (command.op) {
      case 'hello':
        return this.#send('HELLO', 3);
      case 'introduce':
        return this.#introduce();
      case 'ping':
        return this.#send('PING');
      case 'get':
        return this.#send('GET', command.key);
      case 'set':
        return this.#send('SET', command.key, command.value, 'EX', command.ttlSeconds);
      case 'del':
        return this.#send('DEL', command.key);
      case 'length':
        return this.#send('LLEN', command.list);
      case 'enqueue':
        return this.#enqueue(command.id, command.payload);
      case 'dequeue':
        return this.#dequeue(command.leaseUntilSeconds);
      case 'done':
        return this.#done(command.id);
      case 'retry':
        return this.#failed(RETRY, QUEUE_KEYS.retry, command, [command.dueSeconds]);
      case 'archive':
        return this.#failed(ARCHIVE, QUEUE_KEYS.archived, command, [command.nowSeconds]);
      case 'requeue':
        return this.#script(REQUEUE, [...IN_HAND, QUEUE_KEYS.pending, QUEUE_KEYS.task(command.id)], [command.id]);
      case 'extend':
        return this.#extend(command.ids, command.leaseUntilSeconds);
      case 'expired':
        return this.#expired(command.untilSeconds);
      case 'forward':
        return this.#forward(command.nowSeconds);
    }
  }

  async #introduce(): Promise<RespValue> {
    const [name, version] = await Promise.all([
      this.#send('CLIENT', 'SETINFO', 'LIB-NAME', 'cluster-twin'),
      this.#send('CLIENT', 'SETINFO', 'LIB-VER', '1'),
    ]);
    return name instanceof RespError ? name : version;
  }

  async #enqueue(id: string, payload: string): Promise<RespValue> {
    if (!this.#shared.queuePublished) {
      const published = await this.#send('SADD', QUEUE_KEYS.queues, 'default');
      if (published instanceof RespError) return published;
      this.#shared.queuePublished = true;
    }
    const { type } = JSON.parse(payload) as { type: string }; // our api's own
    const message = encodeTask({ id, type, payload });
    return this.#script(ENQUEUE, [QUEUE_KEYS.task(id), QUEUE_KEYS.pending], [message, id, nowNs()]);
  }

  async #dequeue(leaseUntilSeconds: number): Promise<RespValue> {
    const keys = [QUEUE_KEYS.pending, QUEUE_KEYS.paused, QUEUE_KEYS.active, QUEUE_KEYS.lease];
    const message = await this.#script(DEQUEUE, keys, [leaseUntilSeconds, QUEUE_KEYS.taskPrefix]);
    return Buffer.isBuffer(message) ? Buffer.from(JSON.stringify(decodeTask(message))) : message;
  }

  #done(id: string): Promise<RespValue> {
    const keys = [...IN_HAND, QUEUE_KEYS.task(id), QUEUE_KEYS.processed, thatDay(QUEUE_KEYS.processed)];
    return this.#script(DONE, keys, [id, Math.floor(Date.now() / 1_000) + STATS_TTL_SECONDS]);
  }

  /** An attempt that failed: the task goes to another set, with what is known of the attempt. */
  #failed(
    script: string,
    set: string,
    { job, error, nowSeconds }: Extract<RedisCommand, { op: 'retry' | 'archive' }>,
    [score = 0]: readonly number[],
  ): Promise<RespValue> {
    const { id, maxRetry } = job;
    const retried = job.retried + (script === RETRY ? 1 : 0);
    const message = encodeTask(job, { retried, maxRetry, error, failedAtSeconds: nowSeconds });
    const { processed, failed } = QUEUE_KEYS;
    const keys = [...IN_HAND, set, QUEUE_KEYS.task(id), thatDay(processed), thatDay(failed), processed, failed];
    const nowUnix = Math.floor(Date.now() / 1_000);
    return this.#script(script, keys, [id, message, score, nowUnix + STATS_TTL_SECONDS, nowUnix - STATS_TTL_SECONDS]);
  }

  #extend(ids: readonly string[], untilSeconds: number): Promise<RespValue> {
    return this.#send('ZADD', QUEUE_KEYS.lease, 'XX', ...ids.flatMap((id) => [untilSeconds, id]));
  }

  async #expired(untilSeconds: number): Promise<RespValue> {
    const messages = await this.#script(EXPIRED, [QUEUE_KEYS.lease], [untilSeconds, QUEUE_KEYS.taskPrefix]);
    if (!Array.isArray(messages)) return messages;
    return Buffer.from(JSON.stringify(messages.flatMap((one) => (Buffer.isBuffer(one) ? [decodeTask(one)] : []))));
  }

  async #forward(nowSeconds: number): Promise<RespValue> {
    let moved = 0;
    for (const set of [QUEUE_KEYS.scheduled, QUEUE_KEYS.retry])
      for (;;) {
        const values = [nowSeconds, QUEUE_KEYS.taskPrefix, nowNs(), FORWARDED_AT_ONCE];
        const some = await this.#script(FORWARD, [set, QUEUE_KEYS.pending], values);
        if (typeof some !== 'number') return some;
        if (some === 0) break;
        moved += some;
      }
    return moved;
  }

  /** By hash; with its text when the server does not know it (a restarted Redis has forgotten all scripts). */
  async #script(script: string, keys: readonly string[], values: readonly Part[]): Promise<RespValue> {
    const hash = createHash('sha1').update(script).digest('hex');
    const reply = await this.#send('EVALSHA', hash, keys.length, ...keys, ...values);
    if (!(reply instanceof RespError) || !reply.message.startsWith('NOSCRIPT')) return reply;
    return this.#send('EVAL', script, keys.length, ...keys, ...values);
  }
}

/** Thrown to whoever waits for a reply on a connection that has ended. */
class Ended extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super('the connection ended');
    this.failure = failure;
  }
}

function resultOf(value: RespValue): RedisResult {
  if (value instanceof RespError) return { ok: false, saw: 'redis-error', detail: value.message };
  if (value === null) return { ok: true, value: null };
  return {
    ok: true,
    value: Buffer.isBuffer(value) || typeof value === 'number' ? value.toString() : JSON.stringify(value),
  };
}
