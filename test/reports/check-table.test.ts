/** What --write puts into a table, and what it leaves as it was. */
import { describe, expect, test } from 'vitest';
import { filledIn } from '../../reports/check-table.ts';
import type { Checked, CheckedFigure, CheckedRow } from '../../sim/scenario/checked.ts';

const row = (line: number, change: Partial<CheckedRow> = {}): CheckedRow => ({
  line,
  table: 2,
  layer: 'Redis dead',
  sentence: 'works',
  recovery: 'restart',
  reading: [],
  unread: [],
  confidence: 1,
  verdict: 'confirmed',
  seen: 'all lists right',
  sentences: [],
  ...change,
});
const checked = (rows: readonly CheckedRow[], figures: readonly CheckedFigure[] = []): Checked => ({
  version: 1,
  file: 'b.md',
  topology: 't',
  tables: 1,
  rows,
  figures,
  sums: [],
  notes: [],
});
const between = (table: string): string => `<!-- twin:begin -->\n${table}\n<!-- twin:end -->\n`;
/** Filled in, and again: the same bytes. */
function filled(table: string, found: Checked): string {
  const once = filledIn(between(table), found) ?? '';
  expect(filledIn(once, found)).toBe(once);
  return once.split('\n').slice(1, -2).join('\n');
}

describe('--write', () => {
  test('keeps what stands in a row behind its last title', () => {
    const table = '| Failure | Impact | Fix |\n|---|---|---|\n| Redis dead | works | restart | see ticket 42 |';
    expect(filled(table, checked([row(4)]))).toBe(
      '| Failure | Impact | Fix | Twin | Twin saw |\n|---|---|---|---|---|\n| Redis dead | works | restart | right | all lists right | see ticket 42 |',
    );
  });
  test('knows a table with which a list begins', () => {
    const table = '- | Failure | Impact |\n  |---|---|\n  | Redis dead | works |';
    expect(filled(table, checked([row(4)]))).toBe(
      '- | Failure | Impact | Twin | Twin saw |\n  |---|---|---|---|\n  | Redis dead | works | right | all lists right |',
    );
  });
  test('tells of several figures on a line the worst', () => {
    const figure = (change: Partial<CheckedFigure>): CheckedFigure =>
      ({
        line: 4,
        table: 2,
        sentence: 's',
        minMs: 1,
        reading: [],
        verdict: 'confirmed',
        seen: 'fine',
        ...change,
      }) as CheckedFigure;
    const table = '| Way | p50 | p99 |\n|---|---|---|\n| a → b | 9 ms | 1 ms |';
    const two = [figure({}), figure({ physics: 'impossible', seen: '', floors: 'light needs 5 ms' })];
    expect(filled(table, checked([], two))).toContain('| a → b | 9 ms | 1 ms | IMPOSSIBLE | light needs 5 ms |');
  });
});
