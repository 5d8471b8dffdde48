/** postgres-down on the model: what a new task gets, whom the cache saves, and what a probe that asks the database costs. */
import { describe, expect, test } from 'vitest';
import postgresDown from '../../scenarios/postgres-down.ts';
import { ascending, percentile } from '../../sim/checkers/statistics.ts';
import type { Outcome } from '../../sim/runtimes/contract.ts';
import type { Entry, PlayedEntry } from '../../sim/runtimes/entries.ts';
import type { RunSummary } from '../../sim/scenario/summary.ts';
import honeydue from '../../topology/honeydue.ts';
import { applySet } from '../../topology/set.ts';
import { BOOK, journalOf, summaryOf, verdictsOf, type PlayOptions } from './play.ts';

const play = (options: PlayOptions = {}): Promise<RunSummary> => summaryOf({ scenario: postgresDown, ...options });
/** Longer than any request takes that is not hung: who is under way at the fault's end is helped by it. */
const UNDER_WAY_MS = 1_000;
/** Requests of a variant that were due from so many milliseconds after its fault until it was about to end, as they were due. */
async function during(variant: string, journey: string, fromMs = 0, options: PlayOptions = {}): Promise<Outcome[]> {
  const entries = (await journalOf({ scenario: postgresDown, ...options })).filter(
    (one: Entry): one is PlayedEntry => 'play' in one && one.play === `postgres-down/${variant}`,
  );
  const at = (state: string): number =>
    entries.find((one) => one.kind === 'fault' && one.state === state)?.atMs ?? Number.NaN;
  const [beganMs, endedMs] = [at('applied'), at('healed')];
  const due = entries.flatMap((one) => (one.kind === 'request' ? [one.outcome] : []));
  return due
    .filter((one) => one.journey === journey && one.atMs >= beganMs + fromMs && one.atMs < endedMs - UNDER_WAY_MS)
    .toSorted((a, b) => a.atMs - b.atMs);
}
const statusesOf = (outcomes: readonly Outcome[]): (number | undefined)[] => [
  ...new Set(outcomes.map((one) => one.status)),
];

describe('model: postgres-down', () => {
  test("refused, every new task is Echo's 500 within a second, and lists that are cached are served (facts 0.1, 10)", async () => {
    const created = await during('refused', 'createTask');
    expect(statusesOf(created)).toEqual([500]);
    expect(Math.max(...created.map((one) => one.tookMs))).toBeLessThan(1_000);
    expect(created[0]?.evidence.bodyHead).toContain('Internal Server Error');
    const lists = await during('refused', 'listTasks');
    expect(lists.filter((one) => one.status === 200).every((one) => one.evidence.headers['x-cache'] === 'HIT')).toBe(
      true,
    );
    expect(lists.filter((one) => one.end === 'ok').length).toBeGreaterThan(lists.length / 2);
  });
  test('hung, nothing fails while it lasts: pgx sets no time-out, so a new task waits until Neon is back (facts 3.10)', async () => {
    const created = await during('hung', 'createTask');
    expect(statusesOf(created)).toEqual([201]);
    const early = created.slice(0, 10).map((one) => one.tookMs);
    expect(Math.min(...early)).toBeGreaterThan(15_000);
  });
  test('dropped, a connect meets Neon when its SYN is repeated, 1, 3, 7, 15 s after the first: some long after the others (RFC 6298)', async () => {
    const lateMs = async (variant: string): Promise<number> => {
      const created = await during(variant, 'createTask');
      expect(statusesOf(created)).toEqual([201]);
      const ends = created.map((one) => one.atMs + one.tookMs).toSorted((a, b) => a - b);
      return ends.at(-1)! - ends[0]!;
    };
    expect(await lateMs('dropped')).toBeGreaterThan(8_000);
    expect(await lateMs('hung')).toBeLessThan(2_000);
  });
  test('dropped for longer than a phone waits, nobody sees a 500: phones give up after 60 s (facts 3.10)', async () => {
    const variant = postgresDown.variants['dropped']!;
    const steps = variant.steps.map((one) => (one.phase === 'during' ? { ...one, lastsMs: 90_000 } : one));
    const scenario = { ...postgresDown, variants: { dropped: { ...variant, steps } } };
    const first = (await during('dropped', 'createTask', 0, { scenario })).slice(0, 60);
    expect(new Set(first.map((one) => one.error))).toEqual(new Set(['client-timeout']));
    expect(new Set(first.map((one) => Math.round(one.tookMs)))).toEqual(new Set([60_000]));
  });
  test('slow, nothing fails: with two connections a pod whoever comes waits for one, without limit; with 25 nobody does (facts 3.10)', async () => {
    const middleMs = async (sqlMaxOpen: number): Promise<number> => {
      const variant = postgresDown.variants['exhausted']!;
      const set = { 'workloads.api.settings.sqlMaxOpen': sqlMaxOpen };
      const scenario = { ...postgresDown, variants: { exhausted: { ...variant, set } } };
      const created = await during('exhausted', 'createTask', 8_000, { scenario });
      expect(statusesOf(created)).toEqual([201]);
      return percentile(ascending(created.map((one) => one.tookMs)), 0.5) ?? Number.NaN;
    };
    expect(await middleMs(2)).toBeGreaterThan(8_000);
    // Four statements and a ping at 1.1 s a round trip.
    expect(await middleMs(25)).toBeLessThan(6_000);
  });
  test('whatever it is, what waited is done once when Neon is back: nothing is lost, doubled or a phantom', async () => {
    for (const { ledger } of (await play()).scenarios.flatMap((one) => one.plays)) {
      expect([ledger.lostWrites, ledger.doubledWrites, ledger.phantomWrites]).toEqual([[], [], []]);
      expect(ledger.foundWrites).toBe(ledger.acknowledgedWrites);
    }
  });
  test('a readiness probe that asks the database takes lists away that the cache would have served: 503 for all', async () => {
    const settledMs = 10_000;
    for (const journey of ['createTask', 'listTasks'])
      expect(statusesOf(await during('readiness', journey, settledMs))).toEqual([503]);
  });
  test('by the Service its pods are refused instead: 502, and warm connections still reach them (facts 3.6)', async () => {
    const scenario = {
      ...postgresDown,
      variants: {
        readiness: {
          ...postgresDown.variants['readiness']!,
          set: { ...postgresDown.variants['readiness']?.set, routing: 'service' },
        },
      },
    };
    const statuses = statusesOf(await during('readiness', 'createTask', 10_000, { scenario }));
    expect(statuses).toContain(500);
    expect(statuses.filter((one) => one !== 500 && one !== 502)).toEqual([]);
  });
  test('without a cache every list fails too', async () => {
    const topology = applySet(honeydue, { 'workloads.api.settings.cacheTtlSeconds': 1 });
    const lists = await during('refused', 'listTasks', 2_000, { topology });
    expect(statusesOf(lists)).toEqual([500]);
  });
  test('a changed cell flips that statement and no other', async () => {
    const usual = verdictsOf(await play());
    expect(usual).toMatchObject({
      'postgres-down/refused/sees': 'confirmed',
      'postgres-down/hung/sees': 'refuted',
      'postgres-down/dropped/sees': 'refuted',
      'postgres-down/exhausted/sees': 'refuted',
      'postgres-down/readiness/sees': 'refuted',
    });
    const book = BOOK.replace('The api answers 500', 'The api answers 503');
    expect(verdictsOf(await play({ book }))).toEqual({
      ...usual,
      'postgres-down/refused/sees': 'refuted',
      'postgres-down/readiness/sees': 'confirmed',
    });
  });
});
