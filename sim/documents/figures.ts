/** Latency figures of a document: tables whose cells are durations. Judged by the latency-budget scenario; read here. */
import { readTables } from './markdown.ts';

export interface Figure {
  readonly line: number;
  readonly label: string;
  /** As written. */
  readonly text: string;
  readonly minMs: number;
  readonly maxMs: number;
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

/** "5–15 ms", "<1 ms", "~40 ms" as a range in milliseconds; undefined when the cell is no duration. */
export function readDuration(text: string): { minMs: number; maxMs: number } | undefined {
  const match = FIGURE.exec(text.trim());
  if (match === null) return undefined;
  const [, bound, first = '', firstUnit, second, unit] = match;
  const inMs = (digits: string, of = unit): number => plain(digits) * UNIT_MS[of as keyof typeof UNIT_MS];
  const low = inMs(first, firstUnit);
  const high = second === undefined ? low : inMs(second);
  if (bound === '<' || bound === '≤') return { minMs: 0, maxMs: high };
  if (bound === '>' || bound === '≥') return { minMs: low, maxMs: Infinity };
  return { minMs: low, maxMs: high };
}

/** All figures that stand in tables with a duration in a row's last cell. */
export function readFigures(markdown: string): Figure[] {
  return readTables(markdown).flatMap((table) =>
    table.rows.flatMap((row) => {
      const text = row.cells.at(-1) ?? '';
      const duration = readDuration(text);
      return duration === undefined ? [] : [{ line: row.line, label: row.cells[0] ?? '', text, ...duration }];
    }),
  );
}
