/** Whether the total of a latency table, or of a sentence, is what its figures add up to: one way, or there and back. */
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
  /** How many figures it is the total of. */
  readonly rows: number;
  readonly of: 'table' | 'sentence';
  readonly forward: Range;
  /** Ways that are not answered within their figure counted twice. */
  readonly back: Range;
  readonly fits: 'one way' | 'there and back' | 'neither';
}
/** Ends of ranges seldom meet in one request: a tenth on either side is no contradiction. */
const SLACK = 0.1;
const FEWEST = { table: 2, sentence: 3 } as const;

const isTotal = ({ written }: ReadFigure): boolean =>
  isTotalOf(written.label.replaceAll(/\([^)]*\)/g, ' ')) || written.said.startsWith('=');
/** Sums of hops that are crossed again by the answer; what is asked and answered within its figure is counted once. */
const isCrossedTwice = ({ figure }: ReadFigure): boolean =>
  figure?.between !== undefined && figure.way !== 'round-trip';
const add = (figures: readonly ReadFigure[]): Range => ({
  minMs: figures.reduce((sum, { written }) => sum + written.minMs, 0),
  maxMs: figures.reduce((sum, { written }) => sum + written.maxMs, 0),
});
/** "164 ms" is one figure, "about 164 ms" and "<1 ms" are not. */
const isExact = ({ written }: ReadFigure): boolean =>
  written.minMs === written.maxMs && !/^[~≈a-z]/i.test(written.text);
const roundedBy = ({ written }: ReadFigure): number => written.highMs - written.maxMs;
/** Exact figures add up to their total but for what each was rounded by. */
function within(total: ReadFigure, sum: Range, rows: readonly ReadFigure[]): boolean {
  const { minMs, maxMs } = total.written;
  if (![total, ...rows].every(isExact)) return minMs >= sum.minMs * (1 - SLACK) && maxMs <= sum.maxMs * (1 + SLACK);
  return Math.abs(minMs - sum.minMs) <= [total, ...rows].reduce((all, one) => all + roundedBy(one), 0);
}

function sumOf(total: ReadFigure, all: readonly ReadFigure[], of: Sum['of']): Sum[] {
  const rows = all.filter((one) => one !== total && !isTotal(one) && Number.isFinite(one.written.maxMs));
  if (rows.length < FEWEST[of] || !Number.isFinite(total.written.maxMs)) return [];
  const forward = add(rows);
  const again = add(rows.filter(isCrossedTwice));
  const back = { minMs: forward.minMs + again.minMs, maxMs: forward.maxMs + again.maxMs };
  const fits = within(total, forward, rows) ? 'one way' : within(total, back, rows) ? 'there and back' : 'neither';
  const { line, said } = total.written;
  return [{ line, text: said, rows: rows.length, of, forward, back, fits }];
}
const groupsBy = (figures: readonly ReadFigure[], key: 'table' | 'sentence'): (readonly ReadFigure[])[] => [
  ...Map.groupBy(
    figures.filter(({ written }) => written[key] !== undefined),
    ({ written }) => written[key],
  ).values(),
];

/** One entry a total that stands in, or in the same section after, a table of figures, or at the end of a sentence of them. */
export function sumsOf(figures: readonly ReadFigure[]): Sum[] {
  const inSentences = groupsBy(figures, 'sentence').flatMap((sentence) => {
    const at = sentence.findIndex(isTotal);
    const total = sentence[at];
    return total === undefined ? [] : sumOf(total, sentence.slice(0, at), 'sentence');
  });
  const told = new Set(inSentences.map(({ line }) => line));
  const inTables = groupsBy(figures, 'table').flatMap((table) => {
    const last = table.at(-1)?.written;
    const isBelow = ({ written }: ReadFigure): boolean =>
      written.table === undefined &&
      !told.has(written.line) &&
      written.heading === last?.heading &&
      written.line > last.line;
    const total = table.find(isTotal) ?? figures.find((one) => isTotal(one) && isBelow(one));
    return total === undefined ? [] : sumOf(total, table, 'table');
  });
  return [...inTables, ...inSentences];
}
