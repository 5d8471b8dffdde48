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

const UNIT_MS = { us: 0.001, µs: 0.001, ms: 1, s: 1_000 } as const;
const FIGURE = /^[~≈]?\s*(<|>|≤|≥)?\s*(\d+(?:[.,]\d+)?)(?:\s*[-–—‒−]\s*(\d+(?:[.,]\d+)?))?\s*(us|µs|ms|s)\b/;

/** "5–15 ms", "<1 ms", "~40 ms" as a range in milliseconds; undefined when the cell is no duration. */
export function readDuration(text: string): { minMs: number; maxMs: number } | undefined {
  const match = FIGURE.exec(text.trim());
  if (match === null) return undefined;
  const unit = UNIT_MS[match[4] as keyof typeof UNIT_MS];
  const number = (digits: string): number => Number(digits.replace(',', '.')) * unit;
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
