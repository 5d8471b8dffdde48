/** What a topology may set of a program's clients, and what follows from it. */
import { expect, test } from 'vitest';
import { GO_REDIS_DEFAULTS } from '../../sim/behaviour/redis-client.ts';
import { PGX_DEFAULTS } from '../../sim/behaviour/sql-pool.ts';
import { redisOf, sqlOf } from '../../sim/behaviour/tasks-http.ts';

test('a Redis client without settings has the defaults of go-redis 9.14 options.go', () => {
  expect(redisOf({}).settings).toMatchObject(GO_REDIS_DEFAULTS);
});
test('its pool waits a second longer than its reads, whatever these are set to (go-redis options.go: PoolTimeout)', () => {
  expect(redisOf({ redisReadTimeoutMs: 200, redisDialTimeoutMs: 300 }).settings).toMatchObject({
    readTimeoutMs: 200,
    poolTimeoutMs: 1_200,
    dialTimeoutMs: 300,
  });
});
test('its back-off and how long its pool waits may be set too', () => {
  const set = { redisPoolTimeoutMs: 500, redisMinBackoffMs: 1, redisMaxBackoffMs: 2 };
  expect(redisOf(set).settings).toMatchObject({ poolTimeoutMs: 500, minBackoffMs: 1, maxBackoffMs: 2 });
});
test("a database pool without settings has the defaults of pgx and database/sql, and may have others'", () => {
  expect(sqlOf({})).toMatchObject(PGX_DEFAULTS);
  expect(sqlOf({ sqlConnectTimeoutMs: 2_000, sqlPingAfterIdleMs: 50 })).toMatchObject({
    connectTimeoutMs: 2_000,
    pingAfterIdleMs: 50,
  });
});
