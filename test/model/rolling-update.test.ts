/** rolling-update on the model: verdicts over seeds, proofs of an operation, and what happens to an old pod's connections. */
import { describe, expect, test } from 'vitest';
import rollingUpdate from '../../scenarios/rolling-update.ts';
import type { Entry, ProofEntry, RequestEntry } from '../../sim/runtimes/entries.ts';
import { summarise } from '../../sim/scenario/summarise.ts';
import { timer } from '../../topology/timers.ts';
import { journalOf, summaryOf, verdictsOf, type PlayOptions } from './play.ts';

/** Played once, looked at by many tests. */
const journal = journalOf({ scenario: rollingUpdate });
const summary = (options: PlayOptions = {}) => summaryOf({ scenario: rollingUpdate, ...options });
/** Where the new revision refuses to start nobody notices, but old and new pods never serve side by side. */
const EXPECTED = {
  'rolling-update/no-pre-stop/sees': 'refuted',
  'rolling-update/pre-stop/sees': 'confirmed',
  'rolling-update/schema-gate/sees': 'refuted',
};
const ofPlay = (entries: readonly Entry[], variant: string) =>
  entries.filter((one) => 'play' in one && one.play === `rolling-update/${variant}`);
const failuresIn = (entries: readonly Entry[], variant: string) =>
  ofPlay(entries, variant)
    .filter((one): one is RequestEntry => one.kind === 'request')
    .map((one) => one.outcome)
    .filter((one) => one.end !== 'ok');

describe('model: rolling-update', () => {
  test.each([1, 2, 3, 4, 5])('seed %i gives the same verdicts', async (seed) => {
    expect(verdictsOf(await summary({ seed }))).toEqual(EXPECTED);
  });

  test.each(['placebo', 'sabotage'] as const)(
    '%s leaves every statement unproven, and no request fails',
    async (mode) => {
      const played = await summary({ mode });
      expect(Object.values(verdictsOf(played))).toEqual(Array(3).fill('inconclusive'));
      expect(played.exitCode).toBe(0);
      for (const one of played.scenarios.flatMap(({ statements }) => statements)) {
        expect(one.counts.fail).toBe(0);
        expect(one.reason).toContain(mode === 'placebo' ? 'no fault was applied' : 'the fault was not in force');
      }
    },
  );

  test('failures are counted and told by their code; nothing acknowledged is lost', async () => {
    const [result] = summarise(await journal, { expectations: {}, ci: false }).scenarios;
    const saw = Object.fromEntries(result?.plays.map((play) => [play.variant, play.saw]) ?? []);
    expect(saw['no-pre-stop']).toMatch(/^\d+ of 400 requests failed: \d+ with 504, \d+ with 502$/);
    expect(saw['pre-stop']).toBe('400 of 400 requests served');
    expect(saw['schema-gate']).toBe('400 of 400 requests served');
    const reason = (variant: string) => result?.statements.find((one) => one.variant === variant)?.reason;
    expect(reason('no-pre-stop')).toBe(saw['no-pre-stop']);
    expect(reason('pre-stop')).toMatch(/^\d\d+ of \d+ requests answered by old pods and \d\d+ by new ones meanwhile; /);
    expect(reason('schema-gate')).toBe('400 of 400 requests answered by old pods and 0 by new ones meanwhile');
    for (const { ledger } of result?.plays ?? []) {
      expect(ledger.lostWrites).toEqual([]);
      expect(ledger.lostJobs).toEqual([]);
      expect(ledger.phantomWrites).toEqual([]);
    }
  });

  test('who fails was sent to a pod after its SIGTERM: refused, or silent once it is gone; none is produced by the api', async () => {
    const entries = await journal;
    for (const one of failuresIn(entries, 'no-pre-stop')) {
      const isSilent = one.tookMs > timer('ingress.dial').ms;
      expect(one.status).toBe(isSilent ? 504 : 502);
      expect(one.evidence.bodyHead).toBe(isSilent ? 'Gateway Timeout' : 'Bad Gateway');
      expect(one.hops.map((hop) => hop.part)).toEqual(['phone', 'edge', 'ingress']);
    }
  });

  test('a proof is of pods that answer and of pods that do not, and of the exit of one that refuses to start', async () => {
    const entries = await journal;
    const during = (variant: string) =>
      ofPlay(entries, variant)
        .filter((one): one is ProofEntry => one.kind === 'proof' && one.stage === 'during')
        .map((one) => ({
          about: one.about.split(' ')[0],
          saw: one.answer.saw,
          detail: one.answer.detail,
          holds: one.holds,
        }));
    const replaced = during('pre-stop');
    expect(replaced.map((one) => one.about)).toEqual(['api-1', 'api-2', 'api-3', 'api-4', 'api-5', 'api-6']);
    expect(replaced.slice(3).every((one) => one.saw === 'answer')).toBe(true);
    expect(replaced.slice(0, 3).some((one) => one.saw === 'answer')).toBe(false);
    const stuck = during('schema-gate');
    expect(stuck.slice(0, 3).map((one) => one.saw)).toEqual(['answer', 'answer', 'answer']);
    expect(stuck.slice(3)).toMatchObject([
      { about: 'api-4', saw: 'refused' },
      { about: 'api-4', saw: 'reported', detail: 'exit 1, Error; Running' },
    ]);
    expect([...replaced, ...stuck].every((one) => one.holds)).toBe(true);
  });
});
