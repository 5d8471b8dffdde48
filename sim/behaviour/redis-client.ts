/**
 * go-redis 9.14 as a client of Redis: pool, dial, retries. Each rule is the library's own (options.go, redis.go,
 * internal/pool/pool.go); `test/behaviour/redis-client.test.ts` holds them against it.
 */
import {
  close,
  enter,
  exchange,
  leave,
  random,
  wait,
  type Connection,
  type Dialled,
  type Failure,
  type Gate,
  type Program,
  type Reply,
} from './effects.ts';
import type { Job } from './queue.ts';
import { dialByName, POD_RESOLV_CONF, type StubSettings } from './resolver.ts';

export interface RedisSettings {
  readonly host: string;
  readonly port: number;
  readonly poolSize: number;
  readonly maxRetries: number;
  readonly dialTimeoutMs: number;
  readonly readTimeoutMs: number;
  readonly poolTimeoutMs: number;
  readonly minBackoffMs: number;
  readonly maxBackoffMs: number;
  readonly resolver: StubSettings;
}
/** options.go `init`: PoolSize is 10 × GOMAXPROCS, here two cores. */
export const GO_REDIS_DEFAULTS = {
  poolSize: 20,
  maxRetries: 3,
  dialTimeoutMs: 5_000,
  readTimeoutMs: 3_000,
  poolTimeoutMs: 4_000,
  minBackoffMs: 8,
  maxBackoffMs: 512,
  resolver: POD_RESOLV_CONF,
} as const;

/** What is asked of Redis; the drivers know the wire form. */
export type RedisCommand =
  | { readonly op: 'hello' }
  /** CLIENT SETINFO, twice in one flight. */
  | { readonly op: 'introduce' }
  | { readonly op: 'ping' }
  | { readonly op: 'get'; readonly key: string }
  | { readonly op: 'set'; readonly key: string; readonly value: string; readonly ttlSeconds: number }
  | { readonly op: 'del'; readonly key: string }
  | { readonly op: 'length'; readonly list: string }
  | { readonly op: 'enqueue'; readonly id: string; readonly payload: string }
  | { readonly op: 'dequeue'; readonly leaseUntilSeconds: number }
  | { readonly op: 'done'; readonly id: string }
  | {
      readonly op: 'retry';
      readonly job: Job;
      readonly error: string;
      readonly nowSeconds: number;
      readonly dueSeconds: number;
    }
  | { readonly op: 'archive'; readonly job: Job; readonly error: string; readonly nowSeconds: number }
  | { readonly op: 'requeue'; readonly id: string }
  | { readonly op: 'extend'; readonly ids: readonly string[]; readonly leaseUntilSeconds: number }
  /** Jobs whose lease ended until then, as JSON. */
  | { readonly op: 'expired'; readonly untilSeconds: number }
  | { readonly op: 'forward'; readonly nowSeconds: number };
export type RedisValue = string | null;
export type RedisResult =
  | Reply<RedisValue>
  | { readonly ok: false; readonly saw: 'pool-timeout' }
  /** Redis answered, with an error. */
  | { readonly ok: false; readonly saw: 'redis-error'; readonly detail: string };

export interface RedisPool {
  readonly settings: RedisSettings;
  readonly idle: Connection[];
  readonly gate: Gate;
  dialErrors: number;
  lastDialFailure: Failure | undefined;
}
export const redisPool = (settings: RedisSettings): RedisPool => ({
  settings,
  idle: [],
  gate: { capacity: settings.poolSize },
  dialErrors: 0,
  lastDialFailure: undefined,
});

/** internal.RetryBackoff: min + rand(min·2^attempt), at most max. */
export const backoffMs = (
  attempt: number,
  draw: number,
  settings: Pick<RedisSettings, 'minBackoffMs' | 'maxBackoffMs'>,
): number =>
  Math.min(settings.maxBackoffMs, settings.minBackoffMs + Math.floor(draw * settings.minBackoffMs * 2 ** attempt));

/** Look-up and TCP within DialTimeout: options.go `NewDialer` hands it to a net.Dialer. */
const dialRedis = ({ host, port, dialTimeoutMs, resolver }: RedisSettings): Program<Dialled> =>
  dialByName('redis', { name: host, port, timeoutMs: dialTimeoutMs }, resolver);

/** A dial that ends in silence is not retried (`retryTimeout` stays 0), nor is what fails fast because of it. */
const undialled = (failure: Failure): Failure & { retry: boolean } => ({
  ...failure,
  retry: failure.saw !== 'connect-silent' && failure.saw !== 'reply-silent',
});

/** A new connection, greeted. A silent greeting is not retried either. */
function* open(pool: RedisPool): Program<{ ok: true; connection: Connection } | (Failure & { retry: boolean })> {
  const s = pool.settings;
  if (pool.dialErrors >= s.poolSize && pool.lastDialFailure !== undefined) return undialled(pool.lastDialFailure);
  const dialled = yield* dialRedis(s);
  if (!dialled.ok) {
    pool.dialErrors++;
    pool.lastDialFailure = dialled;
    return undialled(dialled);
  }
  const greeted = yield* greet(dialled.connection, s.readTimeoutMs);
  if (greeted.ok) return dialled;
  yield* close(dialled.connection);
  if (greeted.saw === 'redis-error' || greeted.saw === 'pool-timeout')
    return { ok: false, saw: 'reset', retry: mayRetry(greeted) };
  return { ...greeted, retry: greeted.saw !== 'reply-silent' };
}

/** redis.go `initConn`: HELLO 3, then who we are in one further round trip; what Redis itself says to that (errors before 7.2) does not matter. */
function* greet(connection: Connection, timeoutMs: number): Program<RedisResult> {
  const hello = (yield* exchange<RedisValue>(
    connection,
    { op: 'hello' } satisfies RedisCommand,
    timeoutMs,
  )) as RedisResult;
  if (!hello.ok) return hello;
  const introduced = (yield* exchange<RedisValue>(
    connection,
    { op: 'introduce' } satisfies RedisCommand,
    timeoutMs,
  )) as RedisResult;
  return !introduced.ok && introduced.saw === 'redis-error' ? hello : introduced;
}

/** Errors of Redis itself that pass: error.go `shouldRetry`. */
const PASSING_ERRORS = /^(LOADING |READONLY |MASTERDOWN |CLUSTERDOWN |TRYAGAIN |ERR max number of clients reached)/;

/** What went wrong on the way is tried again; what Redis refused is not, unless it says that this will pass. */
const mayRetry = (result: RedisResult): boolean =>
  !result.ok && (result.saw !== 'redis-error' || PASSING_ERRORS.test(result.detail));
/** A connection stays usable after Redis' own errors, except to a read-only replica (error.go `isBadConn`). */
const isSpent = (result: RedisResult): boolean =>
  !result.ok && (result.saw !== 'redis-error' || result.detail.startsWith('READONLY '));

/**
 * After `poolSize` dial errors one dial a second is tried in the background. Only its success sets the count back
 * (pool.go `tryDial`): dials that succeed in between do not.
 */
export function* redialBackground(pool: RedisPool): Program<void> {
  for (;;) {
    yield* wait(1_000);
    if (pool.dialErrors < pool.settings.poolSize) continue;
    const dialled = yield* dialRedis(pool.settings);
    if (!dialled.ok) {
      pool.lastDialFailure = dialled;
      continue;
    }
    yield* close(dialled.connection);
    pool.dialErrors = 0;
  }
}

function* attempt(pool: RedisPool, command: RedisCommand): Program<{ result: RedisResult; retry: boolean }> {
  const entered = yield* enter(pool.gate, pool.settings.poolTimeoutMs);
  if (!entered) return { result: { ok: false, saw: 'pool-timeout' }, retry: true };
  try {
    let connection = pool.idle.pop();
    while (connection !== undefined && !connection.alive) connection = pool.idle.pop();
    if (connection === undefined) {
      const opened = yield* open(pool);
      if (!opened.ok) return { result: { ok: false, saw: opened.saw }, retry: opened.retry };
      connection = opened.connection;
    }
    const reply = (yield* exchange<RedisValue>(connection, command, pool.settings.readTimeoutMs)) as RedisResult;
    if (isSpent(reply)) yield* close(connection);
    else pool.idle.push(connection);
    return { result: reply, retry: mayRetry(reply) };
  } finally {
    yield* leave(pool.gate);
  }
}

/** One command with go-redis' retries: refused, reset, end of file, pool and read time-outs are tried again, with back-off. */
export function* redisCommand(pool: RedisPool, command: RedisCommand): Program<RedisResult> {
  let last: RedisResult = { ok: false, saw: 'refused' };
  for (let n = 0; n <= pool.settings.maxRetries; n++) {
    if (n > 0) yield* wait(backoffMs(n, yield* random(), pool.settings));
    const { result, retry } = yield* attempt(pool, command);
    if (result.ok || !retry) return result;
    last = result;
  }
  return last;
}
