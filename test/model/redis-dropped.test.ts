/** redis-dropped on the model: waiting first, and then no more, unlike a Redis that hangs. */
import { describe, expect, test } from 'vitest';
import redisDown from '../../scenarios/redis-down.ts';
import redisDropped from '../../scenarios/redis-dropped.ts';
import type { Entry } from '../../sim/runtimes/entries.ts';
import honeydue from '../../topology/honeydue.ts';
import { applySet } from '../../topology/set.ts';
import { journalOf, summaryOf, verdictsOf } from './play.ts';

/** The slowest list of those that were due in ten seconds from an instant on. */
const slowest = (entries: readonly Entry[], play: string, fromMs: number): number =>
  Math.max(
    ...entries.flatMap((one) =>
      one.kind === 'request' && one.play === play && one.outcome.journey === 'listTasks'
        ? one.outcome.atMs >= fromMs && one.outcome.atMs < fromMs + 10_000
          ? [one.outcome.tookMs]
          : []
        : [],
    ),
  );

describe('model: redis-dropped', () => {
  test('go-redis waits for twenty dials and fails fast from then on (facts 5.4); hung, it never does', async () => {
    const dropped = await journalOf({ scenario: redisDropped });
    expect(slowest(dropped, 'redis-dropped/dropped', 15_000)).toBeGreaterThan(5_000);
    expect(slowest(dropped, 'redis-dropped/dropped', 25_000)).toBeLessThan(1_000);
    expect(slowest(await journalOf({ scenario: redisDown }), 'redis-down/hung', 25_000)).toBeGreaterThan(5_000);
  });
  test('a pool that is never full of failed dials waits all the while', async () => {
    const topology = applySet(honeydue, { 'workloads.api.settings.redisPoolSize': 2_000 });
    const entries = await journalOf({ scenario: redisDropped, topology });
    expect(slowest(entries, 'redis-dropped/dropped', 25_000)).toBeGreaterThan(5_000);
  });
  test('the book is wrong about it, and right about its end', async () => {
    expect(verdictsOf(await summaryOf({ scenario: redisDropped }))).toEqual({
      'redis-dropped/dropped/sees': 'refuted',
      'redis-dropped/dropped/recovers': 'confirmed',
    });
  });
});
