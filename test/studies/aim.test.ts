/** From words to what is broken. */
import { expect, test } from 'vitest';
import redisDown from '../../scenarios/redis-down.ts';
import { model } from '../../sim/runtimes/model/runtime.ts';
import { aim } from '../../sim/studies/by-hand/aim.ts';
import honeydue from '../../topology/honeydue.ts';
import { wordsOf } from './hand.ts';

test.each(['redis-down --hung', 'redis-down hung', 'redis-down --variant=hung', 'redis-down --variant hung'])(
  '%s is its variant "hung"',
  (line) => {
    const world = { topology: honeydue, runtime: model, scenarios: [redisDown], journeys: [] };
    expect(aim(world, wordsOf(line)).title).toBe('Redis, hung');
  },
);
test.each(['neon', 'external:noen'])('a place that is not there, %s, is told with the nearest', (place) => {
  const world = { topology: honeydue, runtime: model, scenarios: [redisDown], journeys: [] };
  expect(() => aim(world, wordsOf(`outage --place=${place} --port=5432 --how=refuses`))).toThrow(
    `unknown place "${place}". did you mean external:neon?`,
  );
});
