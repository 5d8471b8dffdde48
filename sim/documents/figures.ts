/** Latency figures of a document: tables whose cells are durations. Which way each is about is read by `ways.ts`. */
import { readTables } from './markdown.ts';

export interface WrittenFigure extends Duration {
  readonly line: number;
  readonly label: string;
  /** As written. */
  readonly text: string;
  /** The heading above its table. */
  readonly heading: string;
}

const UNIT_MS = { us: 0.001, µs: 0.001, μs: 0.001, ms: 1, s: 1_000 } as const;
const NUMBER = String.raw`(\d{1,3}(?:,\d{3})+|\d+(?:[.,]\d+)?)`;
const UNIT = '(us|µs|μs|ms|s)';
/** Any dash that people type between two figures; a unit may stand after the first too. */
const FIGURE = new RegExp(
  String.raw`^[~≈]?\s*([<>≤≥])?\s*${NUMBER}(?:\s*${UNIT}?\s*[\p{Pd}−]\s*${NUMBER})?\s*${UNIT}\b`,
  'u',
);
/** "1,140" is a thousand and more, "0,6" is less than one. */
const plain = (digits: string): number =>
  Number(/^[1-9]\d{0,2}(?:,\d{3})+$/.test(digits) ? digits.replaceAll(',', '') : digits.replace(',', '.'));

/** "About 80" is said of anything from 64 to 96. */
const ABOUT = 0.2;
/** Half of the last digit that counts: "120" was rounded to tens, "15" to ones, "0.5" to tenths; round figures not beyond a tenth. */
function roundingOf(digits: string): number {
  const [, fraction = ''] = /[.,](\d+)$/.exec(plain(digits).toString()) ?? [];
  if (fraction !== '') return 0.5 * 10 ** -fraction.length;
  const zeros = /0*$/.exec(String(plain(digits)))?.[0].length ?? 0;
  return plain(digits) === 0 ? 0 : Math.min(0.5 * 10 ** zeros, Math.max(0.5, plain(digits) / 10));
}

export interface Duration {
  readonly minMs: number;
  readonly maxMs: number;
  /** All that would be written so when rounded; a bound ("<1 ms") is not rounded. */
  readonly lowMs: number;
  readonly highMs: number;
}
/** "5–15 ms", "<1 ms", "~40 ms" as a range in milliseconds; undefined when the cell is no duration. */
export function readDuration(text: string): Duration | undefined {
  const match = FIGURE.exec(text.trim());
  if (match === null) return undefined;
  const [, bound, first = '', firstUnit, second, unit] = match;
  const inMs = (digits: string, of = unit): number => plain(digits) * UNIT_MS[of as keyof typeof UNIT_MS];
  const low = inMs(first, firstUnit);
  const high = second === undefined ? low : inMs(second);
  if (bound === '<' || bound === '≤') return { minMs: 0, maxMs: high, lowMs: 0, highMs: high };
  if (bound === '>' || bound === '≥') return { minMs: low, maxMs: Infinity, lowMs: low, highMs: Infinity };
  const about = /^[~≈]/.test(text.trim()) ? ABOUT : 0;
  const slack = (digits: string, ms: number, of = unit): number =>
    Math.max(roundingOf(digits) * UNIT_MS[of as keyof typeof UNIT_MS], about * ms);
  return {
    minMs: low,
    maxMs: high,
    lowMs: Math.max(0, low - slack(first, low, firstUnit)),
    highMs: high + slack(second ?? first, high, second === undefined ? firstUnit : unit),
  };
}

/** All figures that stand in tables with a duration in a row's last cell. */
export function readFigures(markdown: string): WrittenFigure[] {
  return readTables(markdown).flatMap((table) =>
    table.rows.flatMap((row) => {
      const text = row.cells.at(-1) ?? '';
      const duration = readDuration(text);
      return duration === undefined
        ? []
        : [{ line: row.line, label: row.cells[0] ?? '', text, heading: table.heading, ...duration }];
    }),
  );
}
