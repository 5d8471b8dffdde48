/** Ways on requests written by hand: durations between parts, counted trips, warm and cold. */
import { describe, expect, test } from 'vitest';
import { assumedMs, leastMs, legCounts, middleOf, sightsOf, tripsOf } from '../../sim/checkers/ways.ts';
import type { Hop, Outcome } from '../../sim/runtimes/contract.ts';
import type { Leg } from '../../sim/runtimes/entries.ts';
import { request } from './entries.ts';

const leg = (from: Leg['from'], to: Leg['to'], km: number, rttMs: number): Leg => ({
  ...{ from, to, km, rttMs, jitterMs: 1, source: 'made up for a test' },
  between: ['user:a', 'node:b'],
});
const LEGS = [
  leg('phone', 'edge', 300, 8),
  leg('edge', 'ingress', 8_000, 120),
  leg('ingress', 'api', 0, 1),
  leg('api', 'postgres', 6_700, 95),
  leg('api', 'redis', 0, 1),
];
const hop = (part: string, tookMs: number, trips = 1, handshakes = 0): Hop => ({
  ...{ part, instance: '', tookMs, trips, handshakes },
});
interface Shape {
  readonly phone?: number;
  readonly sqlTrips?: number;
  readonly sqlHandshakes?: number;
}
function outcome({ phone = 0, sqlTrips = 4, sqlHandshakes = 0 }: Shape = {}): Outcome {
  const hops = [
    hop('phone', 540, 1 + phone, phone),
    hop('connect', 20),
    hop('edge', 530),
    hop('ingress', 408),
    { part: 'api', instance: 'api-1', tookMs: 405 },
    hop('sql', 380, sqlTrips, sqlHandshakes),
    hop('redis', 2, 2),
  ];
  const entry = request('r', 0, { journey: 'createTask', tookMs: 542, hops });
  if (entry.kind !== 'request') throw new Error('not a request');
  return entry.outcome;
}
const took = (between: readonly [Leg['from'], Leg['to']], one = outcome()): number | undefined =>
  sightsOf([one], LEGS, { between, connection: 'warm' })[0]?.sight.tookMs;

describe('how long a way took', () => {
  test.each([
    [['phone', 'edge'], 10],
    [['edge', 'ingress'], 122],
    [['ingress', 'api'], 3],
    [['api', 'postgres'], 380],
    [['api', 'redis'], 2],
    [['phone', 'api'], 135],
    [['ingress', 'postgres'], 383],
  ] as const)('%j is what the one end took without what lies behind the other: %d ms', (ends, ms) => {
    expect(took(ends)).toBeCloseTo(ms, 9);
  });
  test('the whole way is what the user waited, from the instant the request was due', () => {
    const [whole] = sightsOf([outcome()], LEGS, { connection: 'warm' });
    expect(whole?.sight.tookMs).toBe(542);
    expect(whole?.sight.trips.map(({ leg: { to }, trips }) => [to, trips])).toEqual([
      ['edge', 1],
      ['ingress', 1],
      ['api', 1],
      ['postgres', 4],
      ['redis', 2],
    ]);
  });
  test.each([
    ['that no leg joins', ['redis', 'phone']],
    ['that leads backwards', ['api', 'edge']],
  ] as const)('a way %s has none', (_what, ends) => {
    expect(took(ends)).toBeUndefined();
  });
  test('a request that did not come by, or whose parts did not count, tells nothing', () => {
    expect(took(['api', 'postgres'], outcome({ sqlTrips: 0 }))).toBeUndefined();
    const silent = { ...outcome(), hops: [] };
    expect(sightsOf([silent], LEGS, { connection: 'warm' })).toEqual([]);
  });
});

describe('warm and cold', () => {
  const cold = outcome({ phone: 2, sqlTrips: 12, sqlHandshakes: 6 });
  const half = outcome({ sqlTrips: 12, sqlHandshakes: 6 });
  const seen = (one: Outcome, connection: 'warm' | 'cold', between?: readonly ['api', 'postgres']): number =>
    sightsOf([one], LEGS, { connection, ...(between === undefined ? {} : { between }) }).length;
  test('on one leg: warm when nothing was opened on it, cold when it was', () => {
    expect([seen(outcome(), 'warm', ['api', 'postgres']), seen(outcome(), 'cold', ['api', 'postgres'])]).toEqual([
      1, 0,
    ]);
    expect([seen(half, 'warm', ['api', 'postgres']), seen(half, 'cold', ['api', 'postgres'])]).toEqual([0, 1]);
  });
  test('on the whole way: cold only when every long leg was opened for it, neither when some were', () => {
    expect([seen(half, 'warm'), seen(half, 'cold')]).toEqual([0, 0]);
    const all = {
      ...cold,
      hops: cold.hops.map((one) => (one.part === 'edge' ? { ...one, trips: 2, handshakes: 1 } : one)),
    };
    expect([seen(all, 'warm'), seen(all, 'cold')]).toEqual([0, 1]);
  });
  test('other journeys are left out', () => {
    expect(sightsOf([outcome()], LEGS, { connection: 'warm', journey: 'listTasks' })).toEqual([]);
  });
});

test('assumed is trips times the assumed round trip; no delay in force takes less than its jitter allows', () => {
  const [seen] = sightsOf([outcome()], LEGS, { between: ['api', 'postgres'], connection: 'warm' });
  if (seen === undefined) throw new Error('not seen');
  expect([assumedMs(seen.sight), leastMs(seen.sight), tripsOf(seen.sight)]).toEqual([380, 376, 4]);
});

test('the usual count is the most frequent one, with how many needed it', () => {
  const requests = [4, 4, 5, 4].map((sqlTrips) => outcome({ sqlTrips }));
  const sights = sightsOf(requests, LEGS, { between: ['api', 'postgres'], connection: 'warm' }).map((one) => one.sight);
  expect(legCounts(sights)).toMatchObject([{ trips: 4, handshakes: 0, hits: 3, n: 4 }]);
});

test('a median has an interval from six values on, and none of nothing', () => {
  expect(middleOf([])).toBeUndefined();
  expect(middleOf([5, 3, 1, 2, 4])).toEqual({ ms: 3, interval95: undefined });
  expect(middleOf([6, 5, 3, 1, 2, 4])?.interval95).toEqual({ low: 1, high: 6 });
  const hundred = Array.from({ length: 100 }, (_, n) => n + 1);
  expect(middleOf(hundred)).toEqual({ ms: 50, interval95: { low: 41, high: 60 } });
});
