/** Five seeds and three tempos, as users would play them: each run is as expected, and idle time decides nothing. */
import { describe, expect, test } from 'vitest';
import { summarySchema } from '../../reports/summary-schema.ts';
import type { RunSummary, Statement } from '../../sim/scenario/summary.ts';
import { showsStack, temporaryFolder, twin } from '../cli/command.ts';

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

  test('tempo 1, 5 and 20 give the same verdicts, and shares within each other’s intervals', async () => {
    const runs = [await rehearsed(7, 1, FIVE), await rehearsed(7, 5, FIVE), await rehearsed(7, 20, FIVE)].map(all);
    const [first = [], ...others] = runs;
    for (const other of others) {
      const verdicts = (statements: readonly Statement[]) => statements.map(({ id, verdict }) => ({ id, verdict }));
      expect(verdicts(other)).toEqual(verdicts(first));
    }
    const apart = pairs(runs).flatMap(([one, other]) =>
      one.flatMap((statement, index) => findingsApart(statement, other[index])),
    );
    expect(apart).toEqual([]);
  });
});

const pairs = <T>(items: readonly T[]): [T, T][] =>
  items.flatMap((one, index) => items.slice(index + 1).map((other): [T, T] => [one, other]));

/** Shares of one statement whose 95 % intervals have nothing in common in two runs; a median's time is this machine's too. */
function findingsApart(one: Statement, other: Statement | undefined): string[] {
  return one.findings.flatMap(({ interval95: mine, predicate, reading, seen }, n) => {
    const theirs = other?.findings[n];
    if (mine === undefined || predicate?.unit !== 'share' || theirs?.interval95 === undefined) return [];
    const overlap = mine.low <= theirs.interval95.high && theirs.interval95.low <= mine.high;
    return overlap ? [] : [`${one.id}: ${reading}: ${seen} against ${theirs.seen}`];
  });
}
