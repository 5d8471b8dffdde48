/** What counts as worse between two runs, and what is not compared. */
import { describe, expect, test } from 'vitest';
import type { HopTime } from '../../sim/checkers/hops.ts';
import { hopPairs, pairsOf, sinceRun, type Turn } from '../../sim/scenario/compare-runs.ts';
import type { Pain, RunSummary, Statement, Verdict } from '../../sim/scenario/summary.ts';
import { redisRun, withStatements } from '../reports/fixtures.ts';

type Seen = readonly [Verdict, Pain, judged?: boolean];
const runWith = ([verdict, pain, judged = true]: Seen): RunSummary =>
  withStatements(redisRun(), () => ({ verdict, pain, judged })).summary;
const turn = (was: Seen, is: Seen): Turn | undefined =>
  pairsOf(runWith(was), runWith(is)).find((one) => one.id.endsWith('/sees'))?.turn;

describe('a statement', () => {
  test.each([
    [['confirmed', 'low'], ['confirmed', 'low'], 'same'],
    [['confirmed', 'none'], ['confirmed', 'low'], 'same'],
    [['confirmed', 'low'], ['refuted', 'low'], 'worse'],
    [['confirmed', 'low'], ['confirmed', 'medium'], 'worse'],
    [['refuted', 'high'], ['refuted', 'outage'], 'worse'],
    [['confirmed', 'high'], ['refuted', 'low'], 'worse'],
    [['refuted', 'low'], ['confirmed', 'low'], 'better'],
    [['refuted', 'outage'], ['refuted', 'high'], 'better'],
    [['confirmed', 'low'], ['inconclusive', 'unknown'], 'unproven'],
    [['confirmed', 'low'], ['inconclusive', 'unknown', false], 'unproven'],
    [['inconclusive', 'unknown'], ['refuted', 'outage'], 'proven'],
    [['inconclusive', 'unknown', false], ['inconclusive', 'unknown'], 'same'],
  ] as readonly (readonly [Seen, Seen, Turn])[])('%j, then %j: %s', (was, is, expected) => {
    expect(turn(was, is)).toBe(expected);
  });
});

describe('what the document does not mention', () => {
  const id = 'redis-down/hung/jobs-lost';
  const lost = {
    id,
    variant: 'hung',
    sentence: 'jobs never ran',
    pain: 'loss',
    since: { kind: 'new' },
    requestIds: [],
  } as const;
  const run = redisRun().summary;
  const telling = (unmentioned: readonly (typeof lost)[]): RunSummary => ({
    ...run,
    scenarios: run.scenarios.map((one) => ({ ...one, unmentioned })),
  });
  const [whole, without] = [telling([lost]), telling([])];
  const unproven: RunSummary = {
    ...without,
    scenarios: without.scenarios.map((one) => ({
      ...one,
      plays: one.plays.map((play) => ({ ...play, pain: 'unknown' as const })),
    })),
  };
  const turns = (a: RunSummary, b: RunSummary): Turn[] =>
    pairsOf(a, b)
      .filter((one) => one.id === id)
      .map((one) => one.turn);

  test('is worse where it was not seen before, better where it is gone', () => {
    expect(turns(without, whole)).toEqual(['worse']);
    expect(turns(whole, without)).toEqual(['better']);
  });
  test('is not proven any more where no job was seen to run: neither better nor worse', () => {
    const blind: RunSummary = {
      ...without,
      scenarios: without.scenarios.map((one) => ({
        ...one,
        plays: one.plays.map((play) => ({ ...play, ledger: { ...play.ledger, jobsSeen: false } })),
      })),
    };
    expect(turns(whole, blind)).toEqual(['unproven']);
    expect(turns(blind, whole)).toEqual(['proven']);
    const untold = telling([{ ...lost, pain: 'unknown' as 'loss' }]);
    expect(turns(whole, untold)).toEqual(['unproven']);
  });
  test('is not compared with a play that proves nothing', () => {
    expect(turns(unproven, whole)).toEqual([]);
    expect(turns(whole, unproven)).toEqual([]);
  });
});

test('since a run: what came out otherwise, with what it was', () => {
  const was = runWith(['confirmed', 'low']);
  expect(sinceRun(was, was).changes).toEqual([]);
  const { compared, changes } = sinceRun(was, runWith(['refuted', 'outage']));
  const ids = was.scenarios.flatMap((one) => one.statements).map((one: Statement) => one.id);
  expect(compared).toBeGreaterThanOrEqual(ids.length);
  expect(changes.map((one) => one.id)).toEqual(ids);
  expect(changes[0]?.was).toMatch(/^right, pain low: /);
});

describe('a hop', () => {
  const took = (ms: number, half: number | undefined, hop = 'api'): HopTime => {
    const quantile = { ms, interval95: half === undefined ? undefined : { low: ms - half, high: ms + half } };
    return { play: 'p', phase: 'before', journey: 'j', hop, n: 100, p50: quantile, p95: quantile };
  };
  const turnOf = (a: HopTime, b: HopTime): string | undefined => hopPairs([a], [b])[0]?.turn;
  test.each([
    ['slower by more than a fifth and 50 ms', took(200, 1), took(260, 1), 'worse'],
    ['slower by a fifth', took(1_000, 1), took(1_200, 1), 'same'],
    ['slower by 50 ms', took(100, 1), took(150, 1), 'same'],
    ['slower, and not well enough known', took(200, 40), took(260, 40), 'same'],
    ['slower, with too few requests', took(200, undefined), took(600, undefined), 'same'],
    ['faster', took(600, 1), took(200, 1), 'better'],
  ])('%s is %s', (_, was, is, expected) => {
    expect(turnOf(was, is)).toBe(expected);
  });
  test('that only one run has is left out', () => {
    expect(hopPairs([took(1, 1, 'edge')], [took(1, 1)])).toEqual([]);
  });
});
