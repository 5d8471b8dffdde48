/** The settings that each role's program reads, for what is told of others: a setting that nobody reads would be set and change nothing. */
import { z } from 'zod';

const ms = z.number().nonnegative();
const count = z.number().int().nonnegative();
const port = z.number().int().min(1).max(65_535);

/** Of a Redis client: `sim/behaviour/tasks-http.ts`, redisOf. */
const redis = {
  redisHost: z.string(),
  redisPort: port,
  redisPoolSize: count,
  redisMaxRetries: z.number().int().min(-1),
  redisDialTimeoutMs: ms,
  redisReadTimeoutMs: ms,
  redisPoolTimeoutMs: ms,
  redisMinBackoffMs: ms,
  redisMaxBackoffMs: ms,
};
/** Of a database pool: the same file, sqlOf. */
const sql = {
  databaseHost: z.string(),
  databasePort: port,
  sqlMaxOpen: count,
  sqlMaxIdle: count,
  sqlConnectTimeoutMs: ms,
  sqlPingAfterIdleMs: ms,
};
const ROLES = {
  api: {
    ...redis,
    ...sql,
    cacheTtlSeconds: z.number().nonnegative(),
    onEnqueueFailure: z.enum(['ignore', 'fail']),
    schemaVersion: z.number().int(),
    objectStoreHost: z.string(),
    objectStorePort: port,
    objectStoreBucket: z.string(),
    mediaCacheControl: z.string(),
    pageCacheControl: z.string(),
    assetCacheControl: z.string(),
  },
  worker: { ...redis, concurrency: count, jobMs: ms, recoveryIsIdle: z.boolean() },
  admin: { apiUrl: z.string() },
  edge: { retry: z.boolean(), cacheRulePaths: z.string() },
  'object-store': { bucket: z.string(), objects: count, region: z.string() },
  /** Of a pooler before it, which is there as soon as one of them is given; docker has none. */
  postgres: { poolerServers: z.number().int().positive(), poolerQueryWaitMs: ms },
  /** No runtime keeps what Redis held across a restart. */
  redis: { persistence: z.literal(false) },
  ingress: {},
  resolver: {},
} as const;

/** All roles that programs of ours have. */
export const ROLE_NAMES: readonly string[] = Object.keys(ROLES);

/** The schema of a role's settings, all of them optional; undefined for a role that no program of ours has. */
export const settingsOf = (role: unknown): z.ZodObject | undefined =>
  typeof role === 'string' && Object.hasOwn(ROLES, role)
    ? z.strictObject(ROLES[role as keyof typeof ROLES]).partial()
    : undefined;
