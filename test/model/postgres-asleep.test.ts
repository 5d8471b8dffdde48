/** A Neon that has scaled to zero, on the model: dead connections are replaced unseen, and the first who ask pay for the wake. */
import { describe, expect, test } from 'vitest';
import postgresDown from '../../scenarios/postgres-down.ts';
import type { PlayedEntry } from '../../sim/runtimes/entries.ts';
import type { Scenario } from '../../sim/scenario/scenario.ts';
import { journalOf, summaryOf, type PlayOptions } from './play.ts';

const PLAY = 'postgres-down/asleep';
const asleep = postgresDown.variants['asleep']!;
/** The scenario with this variant alone. @param wakeMs  undefined: as Neon says */
const scenarioOf = (wakeMs?: number): Scenario => ({
  ...postgresDown,
  variants: {
    asleep: {
      ...asleep,
      steps: asleep.steps.map((step) => ({
        ...step,
        do: step.do.map((one) =>
          'fault' in one && wakeMs !== undefined ? { ...one, params: { ...(one.params as object), wakeMs } } : one,
        ),
      })),
    },
  },
});
const entriesOf = async (options: PlayOptions): Promise<PlayedEntry[]> =>
  (await journalOf(options)).filter((one): one is PlayedEntry => 'play' in one && one.play === PLAY);
/** Requests that were due after Neon fell asleep, and how long they took. */
function back(entries: readonly PlayedEntry[], journey: string) {
  const fromMs = entries.find((one) => one.kind === 'fault')?.atMs ?? Infinity;
  return entries
    .flatMap((one) => (one.kind === 'request' && one.outcome.atMs >= fromMs ? [one.outcome] : []))
    .filter((one) => one.journey === journey)
    .toSorted((a, b) => a.atMs - b.atMs);
}

describe('model: postgres-down, scaled to zero', () => {
  test('nobody gets an error: a dead idle connection is a bad one, which database/sql replaces (facts 3.10, 4.1)', async () => {
    const entries = await entriesOf({ scenario: scenarioOf() });
    for (const journey of ['createTask', 'listTasks'])
      expect(new Set(back(entries, journey).map((one) => one.end))).toEqual(new Set(['ok']));
  });
  test('the first new task waits for the wake, and opens a connection of six round trips (facts 4.1, 4.2)', async () => {
    const firstMs = async (wakeMs: number): Promise<number> =>
      back(await entriesOf({ scenario: scenarioOf(wakeMs) }), 'createTask')[0]?.tookMs ?? 0;
    const [quick, slow] = [await firstMs(1), await firstMs(2_001)];
    expect(quick).toBeGreaterThan(12 * 90);
    // What else it meets, jitter and how many dial with it, is some round trips at most.
    expect(Math.abs(slow - quick - 2_000)).toBeLessThan(300);
  });
  test('nobody is sent while it falls asleep: what was under way would have failed', async () => {
    const entries = await entriesOf({ scenario: scenarioOf() });
    const at = (name: string): number =>
      entries.find((one) => one.kind === 'step' && one.step === name)?.atMs ?? Number.NaN;
    const due = entries.flatMap((one) => (one.kind === 'request' ? [one.outcome.atMs] : []));
    const [fromMs, toMs] = [at('nobody is there'), at('users come back')];
    expect(toMs - fromMs).toBe(302_000);
    expect(due.filter((ms) => ms >= fromMs && ms < toMs)).toEqual([]);
  });
  test('is proven by sessions that were open before: ended while it sleeps, and new ones are let in after', async () => {
    const proofs = (await entriesOf({ scenario: scenarioOf() })).flatMap((one) => (one.kind === 'proof' ? [one] : []));
    const seen = (stage: string) => new Set(proofs.filter((one) => one.stage === stage).map((one) => one.answer.saw));
    expect([seen('before'), seen('during'), seen('after')]).toEqual([
      new Set(['answer']),
      new Set(['reset']),
      new Set(['answer']),
    ]);
  });
  test('a proof does not wake it: the users who come back do', async () => {
    const entries = await entriesOf({ scenario: scenarioOf(3_000) });
    const [first] = back(entries, 'createTask');
    expect(first?.tookMs).toBeGreaterThan(3_000);
  });
  test.each(['placebo', 'sabotage'] as const)('%s proves none of it', async (mode) => {
    const proofs = (await entriesOf({ scenario: scenarioOf(), mode })).flatMap((one) =>
      one.kind === 'proof' && one.stage === 'during' ? [one.holds] : [],
    );
    expect(new Set(proofs)).toEqual(new Set([false]));
  });
  test('the book speaks of Neon being down, which this is not: what users saw is told as not in the book', async () => {
    const [played] = (await summaryOf({ scenario: scenarioOf() })).scenarios;
    expect(played?.statements).toEqual([]);
    expect(played?.unmentioned.map((one) => one.id)).toEqual(['postgres-down/asleep/slower']);
    expect(played?.unmentioned[0]?.sentence).toMatch(/^nobody failed; \d+ of 36 new tasks took up to 1\.\d s, where /);
  });
});
