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
/** Any dash that people type between two figures; the unit may stand after each. */
const FIGURE = new RegExp(
  String.raw`^[~≈]?\s*(<|>|≤|≥)?\s*${NUMBER}(?:\s*(?:us|µs|μs|ms|s)?\s*[\p{Pd}−]\s*${NUMBER})?\s*(us|µs|μs|ms|s)\b`,
  'u',
);
/** "1,140" is a thousand and more, "0,6" is less than one. */
const plain = (digits: string): number =>
  Number(/,\d{3}(?:,|$)/.test(digits) && !digits.startsWith('0') ? digits.replaceAll(',', '') : digits.replace(',', '.'));

/** "5–15 ms", "<1 ms", "~40 ms" as a range in milliseconds; undefined when the cell is no duration. */
export function readDuration(text: string): { minMs: number; maxMs: number } | undefined {
  const match = FIGURE.exec(text.trim());
  if (match === null) return undefined;
  const unit = UNIT_MS[match[4] as keyof typeof UNIT_MS];
  const number = (digits: string): number => plain(digits) * unit;
  const low = number(match[2] ?? '0');
  const high = match[3] === undefined ? low : number(match[3]);
  if (match[1] === '<' || match[1] === '≤') return { minMs: 0, maxMs: high };
  if (match[1] === '>' || match[1] === '≥') return { minMs: low, maxMs: Infinity };
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
