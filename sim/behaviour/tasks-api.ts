/**
 * What the reference api does for each route, as the book describes it (chapter 12, hops 4 to 6 and the read path).
 * Verdicts about these decisions are about our reference api: reports say so (`reference-app`).
 */
import { now, type Program } from './effects.ts';
import { redisCommand, type RedisPool } from './redis-client.ts';
import {
  borrow,
  execute,
  giveBack,
  simple,
  type Session,
  type SqlPool,
  type SqlResult,
  type SqlRows,
} from './sql-pool.ts';

export interface AppSettings {
  readonly cacheTtlSeconds: number;
  /** The book does not say what the api does when a job cannot be enqueued: carry on (201, the job is lost), or fail. */
  readonly onEnqueueFailure: 'ignore' | 'fail';
}
export interface App {
  readonly settings: AppSettings;
  readonly sql: SqlPool;
  readonly redis: RedisPool;
}
export interface AppResponse {
  readonly status: number;
  readonly body: string;
  readonly cache: 'HIT' | 'MISS' | 'BYPASS' | undefined;
  /** Milliseconds spent towards each dependency. */
  readonly spent: { readonly sqlMs: number; readonly redisMs: number };
  readonly jobLost: boolean;
}
export const INTERNAL_ERROR = JSON.stringify({ message: 'Internal Server Error' });
export const cacheKey = (user: number): string => `tasks:user:${user}`;

/** Texts of the prepared statements; `prepare` on a connection names one of them. */
export const STATEMENTS = {
  residence: 'SELECT id FROM residence WHERE user_id = $1',
  insert: 'INSERT INTO task_task (residence_id, user_id, title, request_id) VALUES ($1, $2, $3, $4) RETURNING id',
  users: 'SELECT id, email FROM auth_user ORDER BY id LIMIT 50',
  list: 'SELECT id, title, request_id FROM task_task WHERE user_id = $1 ORDER BY id',
} as const;

class Meter {
  sqlMs = 0;
  redisMs = 0;
  *time<R>(what: 'sqlMs' | 'redisMs', program: Program<R>): Program<R> {
    const fromMs = yield* now();
    const result = yield* program;
    this[what] += (yield* now()) - fromMs;
    return result;
  }
}

const failed = (meter: Meter): AppResponse => ({
  status: 500,
  body: INTERNAL_ERROR,
  cache: undefined,
  spent: { ...spentOf(meter) },
  jobLost: false,
});
const spentOf = (m: Meter) => ({ sqlMs: m.sqlMs, redisMs: m.redisMs });

/** BEGIN, SELECT, INSERT, COMMIT one by one; the first that fails ends it, and what Postgres refused is rolled back. */
function* insertTask(app: App, user: number, title: string, requestId: string): Program<SqlResult> {
  const borrowed = yield* borrow(app.sql);
  if (!borrowed.ok) return borrowed;
  const { session } = borrowed;
  try {
    const begun = yield* simple(session, 'BEGIN');
    if (!begun.ok) return begun;
    const inserted = yield* insertRow(session, user, title, requestId);
    const ended = yield* simple(session, inserted.ok ? 'COMMIT' : 'ROLLBACK');
    return inserted.ok && !ended.ok ? ended : inserted;
  } finally {
    yield* giveBack(app.sql, session);
  }
}

function* insertRow(session: Session, user: number, title: string, requestId: string): Program<SqlResult> {
  const residence = yield* execute(session, 'residence', [user]);
  if (!residence.ok) return residence;
  const residenceId = Number(residence.value[0]?.['id'] ?? 0);
  return yield* execute(session, 'insert', [residenceId, user, title, requestId]);
}

/** POST /api/tasks/: write, invalidate the cached list, enqueue the notification. */
export function* createTask(app: App, user: number, title: string, requestId: string): Program<AppResponse> {
  const meter = new Meter();
  const inserted = yield* meter.time('sqlMs', insertTask(app, user, title, requestId));
  if (!inserted.ok) return failed(meter);
  yield* meter.time('redisMs', redisCommand(app.redis, { op: 'del', key: cacheKey(user) }));
  const payload = JSON.stringify({ type: 'send-notification', user, requestId });
  const enqueued = yield* meter.time('redisMs', redisCommand(app.redis, { op: 'enqueue', id: requestId, payload }));
  // asynq's client returns an error for an id that is queued already (ErrTaskIDConflict), like any other.
  const jobLost = !enqueued.ok || enqueued.value === '0';
  if (jobLost && app.settings.onEnqueueFailure === 'fail') return { ...failed(meter), jobLost };
  const id = inserted.value[0]?.['id'] ?? 0;
  return {
    status: 201,
    body: JSON.stringify({ id, title, request_id: requestId }),
    cache: undefined,
    spent: spentOf(meter),
    jobLost,
  };
}

function* select(app: App, name: 'list' | 'users', values: readonly number[]): Program<SqlResult> {
  const borrowed = yield* borrow(app.sql);
  if (!borrowed.ok) return borrowed;
  try {
    return yield* execute(borrowed.session, name, values);
  } finally {
    yield* giveBack(app.sql, borrowed.session);
  }
}

const selectTasks = (app: App, user: number): Program<SqlResult> => select(app, 'list', [user]);

/** GET /api/tasks/: the cached list, else from Postgres and into the cache; a cache that fails is passed by. */
export function* listTasks(app: App, user: number): Program<AppResponse> {
  const meter = new Meter();
  const cached = yield* meter.time('redisMs', redisCommand(app.redis, { op: 'get', key: cacheKey(user) }));
  if (cached.ok && cached.value !== null)
    return { status: 200, body: cached.value, cache: 'HIT', spent: spentOf(meter), jobLost: false };
  const rows = yield* meter.time('sqlMs', selectTasks(app, user));
  if (!rows.ok) return failed(meter);
  const body = listBody(rows.value);
  yield* meter.time(
    'redisMs',
    redisCommand(app.redis, { op: 'set', key: cacheKey(user), value: body, ttlSeconds: app.settings.cacheTtlSeconds }),
  );
  return { status: 200, body, cache: cached.ok ? 'MISS' : 'BYPASS', spent: spentOf(meter), jobLost: false };
}

/** GET /api/admin/users/: the first of them, from Postgres each time. */
export function* listUsers(app: App): Program<AppResponse> {
  const meter = new Meter();
  const rows = yield* meter.time('sqlMs', select(app, 'users', []));
  if (!rows.ok) return failed(meter);
  return { status: 200, body: listBody(rows.value), cache: undefined, spent: spentOf(meter), jobLost: false };
}

const listBody = (rows: SqlRows): string => JSON.stringify(rows);
