/** GitHub annotations: one for each statement that changed, on its line in the document. Nothing else is worth one. */
import type { RunSummary, SinceLast, Statement } from '../sim/scenario/summary.ts';
import { escapeCommand, escapeCommandProperty } from './inert.ts';
import { rowsOf, type Row } from './rows.ts';
import { changedSentence, EXPECTED_FILE, rowName } from './words.ts';

/** `::error file=…,line=…,title=…::…` lines to print in a GitHub job; empty when nothing changed. */
export function renderAnnotations(summary: RunSummary, expectedFile: string = EXPECTED_FILE): string[] {
  if (summary.mode !== 'normal') return [];
  const annotation = (row: Row, since: SinceLast, source: Statement['source'] | undefined): string[] => {
    if (since.kind !== 'changed') return [];
    const place = source === undefined ? '' : `file=${escapeCommandProperty(source.file)},line=${source.line},`;
    return [
      `::error ${place}title=${escapeCommandProperty(`CHANGED ${rowName(row)}`)}::${escapeCommand(changedSentence(expectedFile, row, since.was))}`,
    ];
  };
  return rowsOf(summary).flatMap((row) => [
    ...row.statements.flatMap((one) => annotation(row, one.since, one.source)),
    // What the book does not mention has no line in it.
    ...(row.unmentioned === undefined ? [] : annotation(row, row.unmentioned.since, undefined)),
  ]);
}
