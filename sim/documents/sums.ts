/** Whether the total of a latency table is what its rows add up to: one way, or there and back. */
import type { ReadFigure } from './ways.ts';
import { isTotalOf } from './ways.ts';

export interface Range {
  readonly minMs: number;
  readonly maxMs: number;
}
export interface Sum {
  /** Of the total. */
  readonly line: number;
  readonly text: string;
  readonly rows: number;
  readonly forward: Range;
  /** Ways that are not answered within their figure counted twice. */
  readonly back: Range;
  readonly fits: 'one way' | 'there and back' | 'neither';
}
/** Ends of ranges seldom meet in one request, and totals are rounded: a tenth on either side is no contradiction. */
const SLACK = 0.1;
const FEWEST_ROWS = 2;

const isTotal = ({ written }: ReadFigure): boolean => isTotalOf(written.label.replaceAll(/\([^)]*\)/g, ' '));
/** Sums of hops that are crossed again by the answer; what is asked and answered within its figure is counted once. */
const isCrossedTwice = ({ figure }: ReadFigure): boolean =>
  figure?.between !== undefined && figure.way !== 'round-trip';
const add = (figures: readonly ReadFigure[]): Range => ({
  minMs: figures.reduce((sum, { written }) => sum + written.minMs, 0),
  maxMs: figures.reduce((sum, { written }) => sum + written.maxMs, 0),
});
const within = (total: Range, sum: Range): boolean =>
  total.minMs >= sum.minMs * (1 - SLACK) && total.maxMs <= sum.maxMs * (1 + SLACK);

/** One entry a total that stands in, or in the same section after, a table of figures. */
export function sumsOf(figures: readonly ReadFigure[]): Sum[] {
  return [
    ...Map.groupBy(
      figures.filter(({ written }) => written.table !== undefined),
      ({ written }) => written.table,
    ),
  ].flatMap(([, table]) => {
    const last = table.at(-1)?.written;
    const rows = table.filter((one) => !isTotal(one) && Number.isFinite(one.written.maxMs));
    const total =
      table.find(isTotal) ??
      figures.find(
        (one) =>
          one.written.table === undefined &&
          isTotal(one) &&
          one.written.heading === last?.heading &&
          one.written.line > last.line,
      );
    if (total === undefined || rows.length < FEWEST_ROWS || !Number.isFinite(total.written.maxMs)) return [];
    const forward = add(rows);
    const again = add(rows.filter(isCrossedTwice));
    const back = { minMs: forward.minMs + again.minMs, maxMs: forward.maxMs + again.maxMs };
    const fits = within(total.written, forward)
      ? 'one way'
      : within(total.written, back)
        ? 'there and back'
        : 'neither';
    const { line, said } = total.written;
    return [{ line, text: said, rows: rows.length, forward, back, fits }];
  });
}
