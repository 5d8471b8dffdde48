/** Whether runs that differ in nothing that should matter saw the same: for tests of seeds and tempi, on any runtime. */
import type { Statement } from '../sim/scenario/summary.ts';

/** Each run with each later one. */
export const pairs = <T>(runs: readonly T[]): [T, T][] =>
  runs.flatMap((one, index) => runs.slice(index + 1).map((other): [T, T] => [one, other]));

/** Verdicts by statement, to be equal. */
export const verdicts = (statements: readonly Statement[]): Record<string, string> =>
  Object.fromEntries(statements.map(({ id, verdict }) => [id, verdict]));

/**
 * Shares that do not lie within each other's 95 % interval, in words. Of shares only: what a median took is this machine's too.
 *
 * @param one the statements of a run, @param other those of another, in the same order
 */
export function sharesApart(one: readonly Statement[], other: readonly Statement[]): string[] {
  return one.flatMap((statement, index) =>
    statement.findings.flatMap((mine, n) => {
      const theirs = other[index]?.findings[n];
      if (mine.predicate?.unit !== 'share' || theirs === undefined) return [];
      const isWithin =
        lies(mine.value, theirs.interval95) && lies(theirs.value, mine.interval95) && statement.id === other[index]?.id;
      return isWithin ? [] : [`${statement.id}: ${mine.reading}: ${mine.seen} against ${theirs.seen}`];
    }),
  );
}
const lies = (
  value: number | undefined,
  within: { readonly low: number; readonly high: number } | undefined,
): boolean => value !== undefined && within !== undefined && within.low <= value && value <= within.high;
