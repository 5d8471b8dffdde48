import { describe, expect, it } from 'vitest';
import { rowsOf } from '../../reports/rows.ts';
import * as words from '../../reports/words.ts';
import type { Statement } from '../../sim/scenario/summary.ts';
import { changedRun, notJudgedRun, notProvenRun, placeboRun, redisRun, transcriptRun } from './fixtures.ts';

const statementOf = (summary: ReturnType<typeof redisRun>['summary'], index = 0): Statement => {
  const found = summary.scenarios.flatMap((one) => one.statements)[index];
  if (found === undefined) throw new Error('the fixture has no such statement');
  return found;
};

describe('reports: words', () => {
  it('a right statement quotes the book, counts, and says what it was judged on', () => {
    const oom = transcriptRun().summary.scenarios.find((one) => one.id === 'api-pod-oom');
    expect(words.statementSentence(oom?.statements[0] ?? statementOf(redisRun().summary))).toBe(
      'The book is right: "502 to user briefly". 4 of 1,204 requests got 502, all within 0.9 s of the kill; container back after 1.1 s. Judged on: our api, real kernel kill.',
    );
  });
  it('a wrong statement tells what the book says and what happens instead', () => {
    expect(words.statementSentence(statementOf(redisRun().summary, 1))).toMatch(
      /^The book says "api serves without cache \(degraded\)"\. No list came within 10 s: .* fills\. Judged on: real Redis, real Postgres, our api\.$/,
    );
  });
  it('not proven says nothing about the cluster and what to do next', () => {
    expect(words.statementSentence(statementOf(notProvenRun().summary))).toBe(
      'Not proven: Redis still answered PING at 12.4 s, so the fault was not in force. Nothing is said about your cluster. Try: npx twin doctor redis.',
    );
  });
  it('not judged tells the baseline, even where the verdict is inconclusive', () => {
    expect(words.statementSentence(statementOf(notJudgedRun().summary))).toBe(
      'Not judged: before the fault 22 of 361 requests already failed (limit 1 %). Usually a slow machine: load 9.1 on 2 cores.',
    );
  });
  it('variants that differ are told apart, never as one verdict', () => {
    const [redis] = redisRun().summary.scenarios;
    expect(redis && words.dependsSentence(redis)).toBe('Right when dead, wrong when hung. 1 of 2.');
    const [oom] = changedRun().summary.scenarios;
    expect(oom && words.dependsSentence(oom)).toBeUndefined();
  });
  it('a change names what it was', () => {
    const row = rowsOf(changedRun().summary).find((one) => one.since.kind === 'changed');
    expect(row && words.changedSentence('v1.4', row, '0 of 2,398')).toBe(
      'CHANGED since v1.4: rolling-update, 31 of 2,410 got 502 within 2.1 s (was 0 of 2,398).',
    );
  });
  it('the head line counts statements and leaves out what there is none of', () => {
    expect(words.totalsWords(transcriptRun().summary.totals)).toBe('6 statements right, 5 wrong, 1 missing');
    expect(words.totalsWords(notProvenRun().summary.totals)).toBe('0 statements right, 0 wrong, 1 not proven');
    expect(words.changeWords(changedRun().summary, 'v1.4')).toBe('1 of 3 statements changed since v1.4.');
  });
  it('everything new is not told as nothing changed', () => {
    const { summary } = redisRun();
    expect(words.changeWords({ ...summary, totals: { ...summary.totals, fresh: 3 } }, 'e.yaml')).toBe(
      'All of it is new: nothing is in e.yaml yet.',
    );
    expect(words.changeWords({ ...summary, totals: { ...summary.totals, fresh: 1 } }, 'e.yaml')).toBe(
      'Nothing changed since e.yaml; 1 is new.',
    );
  });
  it('what is missing in several variants changes, and is new, in each', () => {
    const { summary } = redisRun();
    const scenarios = summary.scenarios.map((one) => ({
      ...one,
      unmentioned: ['dead', 'hung'].flatMap((variant) => one.unmentioned.map((missing) => ({ ...missing, variant }))),
    }));
    const of = (totals: Partial<typeof summary.totals>): string =>
      words.changeWords({ ...summary, scenarios, totals: { ...summary.totals, ...totals } }, 'e.yaml');
    expect(of({ fresh: 4 })).toBe('All of it is new: nothing is in e.yaml yet.');
    expect(of({ changed: 3 })).toBe('3 of 4 statements changed since e.yaml.');
  });
  it('a placebo run in which something was proven accuses the twin, not the cluster', () => {
    const { summary } = placeboRun();
    expect(words.controlSentence(summary)).toBe(
      '2 statements, 2 not proven (no fault, so nothing to prove): as it must be. 0 of 2,400 requests failed',
    );
    expect(words.controlSentence({ ...summary, totals: { ...summary.totals, notProven: 1, wrong: 1 } })).toContain(
      'but 1 must not be proven: do not trust this twin',
    );
  });
  it('the edge judged from documents is called Cloudflare, a real program bears its version', () => {
    expect(words.partName({ role: 'edge', kind: 'from-documents', version: '0.1.0' })).toBe('Cloudflare');
    expect(words.partName({ role: 'edge', kind: 'stand-in', version: '0.1.0' })).toBe('edge');
    expect(words.partName({ role: 'postgres', kind: 'real', version: '18.4' })).toBe('Postgres 18.4');
  });
});
