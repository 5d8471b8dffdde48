/** The reference api's HTTP side: its settings, its headers, its plain answers. Echo 4.15's error bodies. */
import type { ContainerSettings } from '../../topology/schema.ts';
import type { Gate } from './effects.ts';
import { timing, type HttpResponse } from './http-message.ts';
import { GO_REDIS_DEFAULTS, redisPool, type RedisPool, type RedisSettings } from './redis-client.ts';
import { PGX_DEFAULTS, sqlPool, type SqlSettings } from './sql-pool.ts';
import type { Tally } from './tally.ts';
import type { App, AppResponse } from './tasks-api.ts';

const numberOf = (settings: ContainerSettings, key: string, otherwise: number): number =>
  typeof settings[key] === 'number' ? settings[key] : otherwise;
const textOf = (settings: ContainerSettings, key: string, otherwise: string): string =>
  typeof settings[key] === 'string' ? settings[key] : otherwise;

/**
 * A part's Redis client as its settings say: redisHost, redisPort, redisPoolSize, redisMaxRetries, redisDialTimeoutMs,
 * redisReadTimeoutMs, redisPoolTimeoutMs, redisMinBackoffMs, redisMaxBackoffMs; go-redis' defaults for the rest.
 */
export function redisOf(settings: ContainerSettings): RedisPool {
  const readTimeoutMs = numberOf(settings, 'redisReadTimeoutMs', GO_REDIS_DEFAULTS.readTimeoutMs);
  const own: RedisSettings = {
    ...GO_REDIS_DEFAULTS,
    dialTimeoutMs: numberOf(settings, 'redisDialTimeoutMs', GO_REDIS_DEFAULTS.dialTimeoutMs),
    readTimeoutMs,
    // go-redis options.go: a second more than a read may take, and half a minute where that has no limit.
    poolTimeoutMs: numberOf(
      settings,
      'redisPoolTimeoutMs',
      readTimeoutMs === Infinity ? 30_000 : readTimeoutMs + 1_000,
    ),
    minBackoffMs: numberOf(settings, 'redisMinBackoffMs', GO_REDIS_DEFAULTS.minBackoffMs),
    maxBackoffMs: numberOf(settings, 'redisMaxBackoffMs', GO_REDIS_DEFAULTS.maxBackoffMs),
    host: textOf(settings, 'redisHost', 'redis'),
    port: numberOf(settings, 'redisPort', 6379),
    poolSize: numberOf(settings, 'redisPoolSize', GO_REDIS_DEFAULTS.poolSize),
    maxRetries: numberOf(settings, 'redisMaxRetries', GO_REDIS_DEFAULTS.maxRetries),
  };
  return redisPool(own);
}

/** A part's database pool as its settings say: databaseHost, databasePort, sqlMaxOpen, sqlMaxIdle, sqlConnectTimeoutMs, sqlPingAfterIdleMs. */
export const sqlOf = (settings: ContainerSettings): SqlSettings => ({
  ...PGX_DEFAULTS,
  host: textOf(settings, 'databaseHost', 'postgres'),
  port: numberOf(settings, 'databasePort', 5432),
  maxOpen: numberOf(settings, 'sqlMaxOpen', PGX_DEFAULTS.maxOpen),
  maxIdle: numberOf(settings, 'sqlMaxIdle', PGX_DEFAULTS.maxIdle),
  connectTimeoutMs: numberOf(settings, 'sqlConnectTimeoutMs', PGX_DEFAULTS.connectTimeoutMs),
  pingAfterIdleMs: numberOf(settings, 'sqlPingAfterIdleMs', PGX_DEFAULTS.pingAfterIdleMs),
});

/** The api as its settings say: cacheTtlSeconds, onEnqueueFailure, and those of its Redis client and its database pool. */
export function appOf(settings: ContainerSettings): App {
  const onEnqueueFailure = settings['onEnqueueFailure'] === 'fail' ? 'fail' : 'ignore';
  return {
    settings: { cacheTtlSeconds: numberOf(settings, 'cacheTtlSeconds', 300), onEnqueueFailure },
    sql: sqlPool(sqlOf(settings)),
    redis: redisOf(settings),
  };
}

/** What a worker's settings say of its work: jobMs (how long one takes), concurrency (how many at once). */
export const workOf = (settings: ContainerSettings): { readonly jobMs: number; readonly gate: Gate } => ({
  jobMs: numberOf(settings, 'jobMs', 0),
  gate: { capacity: numberOf(settings, 'concurrency', 2) },
});

/** Which migration the api wants to find applied before it serves. */
export const schemaVersionOf = (settings: ContainerSettings): number => numberOf(settings, 'schemaVersion', 1);

/** What came of a route, with how long it took here and towards each dependency, and what was counted on the way. */
export function responseOf(answer: AppResponse, instance: string, tookMs: number, tally: Tally): HttpResponse {
  const { spent } = answer;
  const timings = [
    timing('api', tookMs, instance, { questions: tally.questions }),
    timing('sql', spent.sqlMs, undefined, tally.postgres),
    timing('redis', spent.redisMs, undefined, tally.redis),
  ];
  return {
    status: answer.status,
    body: answer.body,
    headers: {
      'content-type': 'application/json',
      'server-timing': timings.join(', '),
      ...(answer.cache === undefined ? {} : { 'x-cache': answer.cache }),
      ...(answer.jobLost ? { 'x-job': 'lost' } : {}),
    },
  };
}

/** An answer that no dependency had a part in: unknown route, missing token, unreadable body. */
export const refusal = (status: number, message: string, instance: string): HttpResponse => ({
  status,
  body: JSON.stringify({ message }),
  headers: { 'content-type': 'application/json', 'server-timing': timing('api', 0, instance) },
});
