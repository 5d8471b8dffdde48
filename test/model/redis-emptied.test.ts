/** A Redis that is killed once and comes back empty, on the model: the cache is cold, and what was queued is gone. */
import { describe, expect, test } from 'vitest';
import redisDown from '../../scenarios/redis-down.ts';
import type { Outcome } from '../../sim/runtimes/contract.ts';
import type { PlayedEntry } from '../../sim/runtimes/entries.ts';
import type { Scenario } from '../../sim/scenario/scenario.ts';
import { journalOf, summaryOf } from './play.ts';

const emptied = redisDown.variants['emptied']!;
const scenarioOf = (jobMs: number): Scenario => ({
  ...redisDown,
  variants: { emptied: { ...emptied, set: { 'workloads.worker.settings.jobMs': jobMs } } },
});
const BUSY = scenarioOf(1_000);
interface Played {
  readonly killedMs: number;
  readonly outcomes: readonly Outcome[];
  readonly lost: (outcome: Outcome) => boolean;
}
async function played(scenario: Scenario): Promise<Played> {
  const entries = (await journalOf({ scenario })).filter(
    (one): one is PlayedEntry => 'play' in one && one.play === 'redis-down/emptied',
  );
  const ran = entries.find((one) => one.kind === 'readback')?.jobs ?? {};
  return {
    killedMs: entries.find((one) => one.kind === 'pod' && one.event === 'Exited')?.atMs ?? Number.NaN,
    outcomes: entries
      .flatMap((one) => (one.kind === 'request' ? [one.outcome] : []))
      .toSorted((a, b) => a.atMs - b.atMs),
    lost: ({ journey, end, requestId }) => journey === 'createTask' && end === 'ok' && ran[requestId] === undefined,
  };
}

describe('model: redis-down, emptied', () => {
  test('what waited in the queue is gone, and so is what came while Redis was dead: without persistence a restart loses all (facts 5.3)', async () => {
    const { killedMs, outcomes, lost } = await played(BUSY);
    const gone = outcomes.filter(lost);
    expect(gone.filter((one) => one.atMs < killedMs - 1_000).length).toBeGreaterThanOrEqual(6);
    expect(gone.filter((one) => one.atMs > killedMs + 2_000)).toEqual([]);
  });
  test('with a worker that keeps up, hardly any job waits: what is lost could not be enqueued', async () => {
    const { outcomes, lost } = await played(scenarioOf(0));
    const gone = outcomes.filter(lost);
    expect(gone.filter((one) => one.evidence.headers['x-job'] === 'lost').length).toBeGreaterThanOrEqual(2);
    // An idle worker looks once a second: of three jobs a second one or two lie there at any moment.
    expect(gone.filter((one) => one.evidence.headers['x-job'] !== 'lost').length).toBeLessThanOrEqual(3);
  });
  test('nobody gets an error: dead pooled connections are replaced, a cache that fails is passed by (facts 5.4)', async () => {
    const { outcomes } = await played(BUSY);
    expect(outcomes.filter((one) => one.end !== 'ok')).toEqual([]);
  });
  test("each user's list comes from Postgres once more, then from the cache", async () => {
    const { killedMs, outcomes } = await played(BUSY);
    const hits = (fromMs: number, toMs: number): number => {
      const lists = outcomes.filter(
        ({ journey, atMs }) => journey === 'listTasks' && atMs >= killedMs + fromMs && atMs < killedMs + toMs,
      );
      return lists.filter((one) => one.evidence.headers['x-cache'] === 'HIT').length / lists.length;
    };
    // A new task takes its list out of the cache: never do all lie there.
    expect(hits(-3_000, 0)).toBeGreaterThan(0.5);
    expect(hits(0, 1_000)).toBeLessThan(0.3);
    expect(hits(8_000, 12_000)).toBeGreaterThan(0.5);
  });
  test('no row of the book is about it: what was lost is told as not in the book', async () => {
    const [only] = (await summaryOf({ scenario: BUSY })).scenarios;
    expect(only?.statements).toEqual([]);
    const told = only?.unmentioned.find((one) => one.id === 'redis-down/emptied/jobs-lost');
    expect(told?.sentence).toMatch(/^\d+ of \d+ notification jobs were accepted and never ran$/);
    expect(told?.pain).toBe('loss');
  });
  test.each(['placebo', 'sabotage'] as const)('%s loses nothing and tells nothing', async (mode) => {
    const [only] = (await summaryOf({ scenario: BUSY, mode })).scenarios;
    expect(only?.unmentioned).toEqual([]);
  });
});
