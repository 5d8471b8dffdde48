/** What a topology may set of a program's clients, and what follows from it. */
import { expect, test } from 'vitest';
import { GO_REDIS_DEFAULTS } from '../../sim/behaviour/redis-client.ts';
import { redisOf } from '../../sim/behaviour/tasks-http.ts';

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
