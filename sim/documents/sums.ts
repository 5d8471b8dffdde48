/** Whether the total of a latency table, or of a sentence, is what its figures add up to: one way, or there and back. */
import type { ReadFigure } from './ways.ts';
import { ROUND_TRIP } from './directions.ts';
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
  written.isTerm !== true && (isTotalOf(written.label.replaceAll(/\([^)]*\)/g, ' ')) || written.said.startsWith('='));
/** A total of parts that are counted elsewhere, or no sum at all. */
const NO_SUM =
  /\b(?:sub-?totals?|zwischensumme|cumulative|of which|davon|targets?|budgets?|goals?|saved|p\d\d|average|median|mean|requests|overall|end[- ]to[- ]end)\b/iu;
/** "2 × 20 ms": the figure is not what is added. */
const FACTOR = /\d ?[×x*] ?\d|[×x*] ?$/iu;
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

/** So many ways to count some of the rows twice are tried; of more rows, only all of them. */
const MOST_ROWS = 12;
/** Of the total, what a hop has at least that may be crossed twice. */
const LEAST_PART = 0.05;
/** Whether it fits when some of what is not said to be there and back is crossed again: which hops are, a table seldom says. */
function fitsTwice(total: ReadFigure, rows: readonly ReadFigure[]): boolean {
  // What is next to nothing would make anything fit.
  const least = LEAST_PART * total.written.maxMs;
  const open = rows.filter(
    ({ written, figure }) =>
      written.maxMs >= least &&
      figure?.way !== 'round-trip' &&
      !ROUND_TRIP.test(`${written.label} ${written.title ?? ''}`),
  );
  if (open.length > MOST_ROWS) return within(total, add([...rows, ...open]), rows);
  return Array.from({ length: 2 ** open.length }, (_, mask) => open.filter((_row, at) => (mask >> at) % 2 === 1)).some(
    (again) => within(total, add([...rows, ...again]), rows),
  );
}

function sumOf(total: ReadFigure, all: readonly ReadFigure[], of: Sum['of']): Sum[] {
  const isNone = ({ written }: ReadFigure): boolean =>
    NO_SUM.test(of === 'table' ? `${written.said} ${written.title ?? ''}` : written.said) ||
    (of === 'sentence' && FACTOR.test(written.said.split(written.text)[0] ?? ''));
  if ([total, ...all].some(isNone)) return [];
  const rows = all.filter((one) => one !== total && !isTotal(one) && Number.isFinite(one.written.maxMs));
  if (rows.length < FEWEST[of] || !Number.isFinite(total.written.maxMs)) return [];
  const forward = add(rows);
  const again = add(rows.filter(isCrossedTwice));
  const back = { minMs: forward.minMs + again.minMs, maxMs: forward.maxMs + again.maxMs };
  // "30 ms + 120 ms = 150 ms": whoever writes the terms out has counted each as often as he means it.
  const isWrittenOut = rows.every(({ written }) => written.isTerm === true);
  const isTwice = !isWrittenOut && (within(total, back, rows) || fitsTwice(total, rows));
  const fits = within(total, forward, rows) ? 'one way' : isTwice ? 'there and back' : 'neither';
  const { line, said } = total.written;
  return [{ line, text: said, rows: rows.length, of, forward, back, fits }];
}
const groupsBy = (figures: readonly ReadFigure[], key: 'table' | 'sentence'): (readonly ReadFigure[])[] => [
  ...Map.groupBy(
    figures.filter(({ written }) => written[key] !== undefined),
    ({ written }) => `${written[key]} ${written.column ?? ''}`,
  ).values(),
];
/** What stands before its total; behind it other things are told. */
const before = (total: ReadFigure, rows: readonly ReadFigure[]): readonly ReadFigure[] =>
  rows.includes(total) ? rows.slice(0, rows.indexOf(total)) : rows;

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
    return total === undefined ? [] : sumOf(total, before(total, table), 'table');
  });
  return [...inTables, ...inSentences];
}
