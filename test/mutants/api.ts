/** Defects of the reference api, its clients included. None of them is known to a scenario or a checker. */
import type { Mutant } from './mutant.ts';

const TASKS = 'sim/behaviour/tasks-api.ts';
const REDIS = 'sim/behaviour/redis-client.ts';
const SQL = 'sim/behaviour/sql-pool.ts';
const CACHED = '  if (cached.ok && cached.value !== null)\n';
const LIST_FAILED =
  "  const rows = yield* meter.time('sqlMs', selectTasks(app, user));\n  if (!rows.ok) return failed(meter);";
const ENQUEUE =
  "  const enqueued = yield* meter.time('redisMs', redisCommand(app.redis, { op: 'enqueue', id: requestId, payload }));\n";
const DEL = "  yield* meter.time('redisMs', redisCommand(app.redis, { op: 'del', key: cacheKey(user) }));\n";
const INSERT = "  const inserted = yield* meter.time('sqlMs', insertTask(app, user, title, requestId));\n";

const api = (name: string, means: string, ...patches: Mutant['patches']): Mutant => ({
  name,
  of: 'api',
  means,
  patches,
});
const inTasks = (find: string, replace: string) => ({ file: TASKS, find, replace });

export const API_MUTANTS: readonly Mutant[] = [
  api(
    'no-cache-fallback',
    'a list whose cache cannot be asked is a 500',
    inTasks(CACHED, `  if (!cached.ok) return failed(meter);\n${CACHED}`),
  ),
  api(
    'empty-list',
    'a list that the cache does not have is empty, with 200',
    inTasks('const body = listBody(rows.value);', 'const body = listBody([]);'),
  ),
  api(
    'empty-list-on-error',
    'a list that Postgres does not give is empty, with 200',
    inTasks(
      LIST_FAILED,
      LIST_FAILED.replace('return failed(meter);', "return { ...failed(meter), status: 200, body: '[]' };"),
    ),
  ),
  api(
    'error-with-200',
    'whatever fails is answered with 200',
    inTasks(
      'const failed = (meter: Meter): AppResponse => ({\n  status: 500,',
      'const failed = (meter: Meter): AppResponse => ({\n  status: 200,',
    ),
  ),
  api(
    'tenth-write-rolled-back',
    'every tenth write is rolled back, and answered with 201',
    inTasks(
      "simple(session, inserted.ok ? 'COMMIT' : 'ROLLBACK')",
      "simple(session, inserted.ok && Number(inserted.value[0]?.['id']) % 10 !== 0 ? 'COMMIT' : 'ROLLBACK')",
    ),
  ),
  api(
    'shared-cache',
    "all users' lists are cached under one key",
    inTasks('`tasks:user:${user}`', "`tasks:user:${user && 'all'}`"),
  ),
  api('no-invalidation', 'a new task does not remove the cached list', inTasks(DEL, '')),
  api(
    'early-invalidation',
    'the cached list is removed before the new task is written, not after',
    inTasks(INSERT, `${DEL}${INSERT}`),
    inTasks(`return failed(meter);\n${DEL}`, 'return failed(meter);\n'),
  ),
  api(
    'job-twice',
    'each notification is queued twice, under two ids',
    inTasks(
      ENQUEUE,
      `${ENQUEUE}  yield* redisCommand(app.redis, { op: 'enqueue', id: \`\${requestId}-again\`, payload });\n`,
    ),
  ),
  api(
    'job-never',
    'no notification is queued',
    inTasks(ENQUEUE, '  const enqueued = { ok: payload.length > 0, value: null };\n'),
  ),
  api(
    'write-again',
    'a task whose notification cannot be queued is written once more',
    inTasks(ENQUEUE, `${ENQUEUE}  if (!enqueued.ok) yield* insertTask(app, user, title, requestId);\n`),
  ),
  api(
    'fails-after-writing',
    'a task whose notification cannot be queued is written, and answered with 500',
    inTasks("app.settings.onEnqueueFailure === 'fail'", "app.settings.onEnqueueFailure !== 'fail'"),
  ),
  api(
    'token-refused',
    'tokens are refused for good once Redis has been away',
    inTasks(
      CACHED,
      `  if (cached.ok && app.redis.lastDialFailure !== undefined)\n    return { ...failed(meter), status: 401, body: '{"message":"Unauthorized"}' };\n${CACHED}`,
    ),
  ),
  api(
    'list-of-another',
    'a list that the cache cannot be asked for is that of the next user',
    inTasks('selectTasks(app, user)', 'selectTasks(app, cached.ok ? user : user + 1)'),
  ),
  // go-redis without a read time-out waits 30 s for a place in the pool (options.go).
  api('no-read-time-out', 'no time-out towards Redis', {
    file: 'sim/behaviour/tasks-http.ts',
    find: "numberOf(settings, 'redisReadTimeoutMs', GO_REDIS_DEFAULTS.readTimeoutMs)",
    replace: 'Infinity',
  }),
  api(
    'connections-leak',
    'a connection to Redis that failed never gives its place in the pool back',
    {
      file: REDIS,
      find: '  try {\n    let connection = pool.idle.pop();',
      replace: '  let isWell = false;\n  try {\n    let connection = pool.idle.pop();',
    },
    {
      file: REDIS,
      find: 'if (isSpent(reply)) yield* close(connection);',
      replace: 'isWell = !isSpent(reply);\n    if (!isWell) yield* close(connection);',
    },
    {
      file: REDIS,
      find: '  } finally {\n    yield* leave(pool.gate);\n  }\n}\n\n/** One command',
      replace: '  } finally {\n    if (isWell) yield* leave(pool.gate);\n  }\n}\n\n/** One command',
    },
  ),
  api('no-redial', 'Redis is given up for good after twenty failed dials', {
    file: REDIS,
    find: '    pool.dialErrors = 0;\n',
    replace: '',
  }),
  api('no-pool', 'each request opens a connection to Postgres of its own', {
    file: SQL,
    find: 'pool.idle.length >= pool.settings.maxIdle',
    replace: 'pool.idle.length >= 0',
  }),
  api('one-connection', 'one connection to Postgres for all requests of a pod', {
    file: SQL,
    find: 'gate: { capacity: settings.maxOpen }',
    replace: 'gate: { capacity: 1 }',
  }),
  api(
    'no-drain',
    'at SIGTERM requests under way are cut off',
    {
      file: 'sim/runtimes/model/programs/api.ts',
      find: 'httpServer(world, Infinity, route)',
      replace: 'httpServer(world, 0, route)',
    },
    {
      file: 'sim/parts/api/main.ts',
      find: 'stop: () => drain.finish(Infinity)',
      replace: 'stop: () => drain.finish(0)',
    },
  ),
  api('no-schema-gate', 'serves whether its migrations have run or not', {
    file: 'sim/behaviour/schema-gate.ts',
    find: 'return found < wanted ?',
    replace: 'return found < 0 ?',
  }),
  api('jobs-skipped', 'the worker skips one job in ten', {
    file: 'sim/behaviour/queue-worker.ts',
    find: '= worked(worker, job);',
    replace: '= (yield* random()) < 0.1 ? undefined : worked(worker, job);',
  }),
  {
    ...api('job-not-taken', 'the script by which the worker takes a job leaves it in the queue', {
      file: 'sim/parts/asynq.ts',
      find: "redis.call('RPOPLPUSH', KEYS[1], KEYS[3])",
      replace: "redis.call('LINDEX', KEYS[1], -1)",
    }),
    live: 'redis-down',
  },
];
