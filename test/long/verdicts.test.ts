/** Five seeds and three tempos, as users would play them: each run is as expected, and idle time decides nothing. */
import { describe, expect, test } from 'vitest';
import { summarySchema } from '../../reports/summary-schema.ts';
import type { RunSummary, Statement } from '../../sim/scenario/summary.ts';
import { showsStack, temporaryFolder, twin } from '../cli/command.ts';
import { pairs, sharesApart, verdicts } from '../intervals.ts';

/** The failures that were taken to the bone first; the others of the table are played on three seeds. */
const FIVE = ['redis-down', 'latency-budget', 'coredns-down', 'api-pod-oom', 'rolling-update'];

/** Named scenarios, or all, on embedded. In CI what is not in scenarios/expected.yaml is a finding too. */
async function rehearsed(seed: number, tempo: number, scenarios: readonly string[] = []): Promise<RunSummary> {
  using out = temporaryFolder();
  const args = ['rehearse', ...scenarios, '--no-fetch', '--json', '--seed', String(seed), '--tempo', String(tempo)];
  const { code, out: printed, err } = await twin([...args, '--out', out.path], { env: { CI: 'true' } });
  expect(showsStack(err), err).toBe(false);
  const summary = summarySchema.parse(JSON.parse(printed)) as RunSummary;
  expect({ code, ...deviations(summary) }, err).toEqual({ code: 0, changed: [], unexpected: [] });
  return summary;
}
const all = ({ scenarios }: RunSummary): Statement[] => scenarios.flatMap((one) => one.statements);
const deviations = (summary: RunSummary): Record<'changed' | 'unexpected', string[]> => {
  const named = (kind: string): string[] =>
    [...all(summary), ...summary.scenarios.flatMap((one) => one.unmentioned)]
      .filter((one) => one.since.kind === kind)
      .map((one) => `${one.id}: ${'reason' in one ? one.reason : one.sentence}`);
  return { changed: named('changed'), unexpected: named('new') };
};

describe('verdicts on embedded', () => {
  test.each([1, 2, 3, 4, 5])('seed %i: as expected', async (seed) => {
    await rehearsed(seed, 20, FIVE);
  });

  test.each([1, 2, 3])('the whole table, seed %i: as expected', async (seed) => {
    await rehearsed(seed, 20);
  });

  test('the five at tempo 1, 5 and 20: the same verdicts', async () => {
    const runs = [await rehearsed(7, 1, FIVE), await rehearsed(7, 5, FIVE), await rehearsed(7, 20, FIVE)].map(all);
    for (const [one, other] of pairs(runs)) expect(verdicts(other)).toEqual(verdicts(one));
  });

  test('redis-down at tempo 1, 5 and 20 and on five seeds: shares within each other’s intervals', async () => {
    const runs: Statement[][] = [];
    for (const tempo of [1, 5, 20]) runs.push(all(await rehearsed(7, tempo, ['redis-down'])));
    for (const seed of [1, 2, 3, 4, 5]) runs.push(all(await rehearsed(seed, 20, ['redis-down'])));
    expect(pairs(runs).flatMap(([one, other]) => sharesApart(one, other))).toEqual([]);
  });
});
