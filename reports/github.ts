/** GitHub annotations: one for each statement that changed, on its line in the document. Nothing else is worth one. */
import type { RunSummary, SinceLast, Statement } from '../sim/scenario/summary.ts';
import { escapeCommand, escapeCommandProperty } from './inert.ts';
import { rowsOf, unmentionedOf, type Row } from './rows.ts';
import { changedSentence, EXPECTED_FILE, rowName } from './words.ts';

/**
 * `::error file=…,line=…,title=…::…` lines to print in a GitHub job; empty when nothing changed.
 * @param forgeName  a file as the forge knows it, from the repository's root; undefined for one that it does not have
 */
export function renderAnnotations(
  summary: RunSummary,
  expectedFile: string = EXPECTED_FILE,
  forgeName: (file: string) => string | undefined = (file) => file,
): string[] {
  if (summary.mode !== 'normal') return [];
  const annotation = (row: Row, since: SinceLast, source?: Statement['source']): string[] => {
    if (since.kind !== 'changed') return [];
    const file = source === undefined ? undefined : forgeName(source.file);
    const place = file === undefined ? '' : `file=${escapeCommandProperty(file)},line=${source?.line ?? 1},`;
    return [
      `::error ${place}title=${escapeCommandProperty(`CHANGED ${rowName(row)}`)}::${escapeCommand(changedSentence(expectedFile, row, since.was))}`,
    ];
  };
  return rowsOf(summary).flatMap((row) => [
    ...row.statements.flatMap((one) => annotation(row, one.since, one.source)),
    // What the book does not mention has no line in it.
    ...unmentionedOf(row).flatMap((one) => annotation(row, one.since)),
  ]);
}
