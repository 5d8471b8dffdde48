/** What looks like a table of failures and was passed over: told, so that nobody takes silence for "all is well". */
import { columnsOf } from './columns.ts';
import { aboutOf, type Lexicon } from './concepts.ts';
import type { FailureRow } from './failure-table.ts';
import type { DocumentTable } from './markdown.ts';

/** A table, and the failures that were read in it. */
interface Read {
  readonly table: DocumentTable;
  readonly rows: readonly FailureRow[];
}
/** Of many the first are told. */
const TOLD = 3;
const firstOf = (lines: readonly number[]): string =>
  `${lines.slice(0, TOLD).join(', ')}${lines.length > TOLD ? ` and ${lines.length - TOLD} more` : ''}`;

const DASHES = /^[\s>]*\|?(?:\s*:?-+:?\s*\|)+\s*(?::?-+:?\s*)?$/;
/** A longer line is data; and a longer document is looked at no further. */
const LONGEST_LINE = 2_000;
const MOST_LINES = 20_000;
const FENCE = /^[\s>]*(?:```|~~~)/;
const cellsIn = (line: string): number =>
  line
    .replace(/^[\s>]*\|?/, '')
    .replace(/\|\s*$/, '')
    .split(/(?<!\\)\|/).length;

/** Rows of dashes below a row of titles of another number: Markdown takes these for text. */
function brokenTables(markdown: string, tables: readonly Read[]): number[] {
  const known = new Set(tables.map(({ table }) => table.line));
  const found: number[] = [];
  let inFence = false;
  const lines = markdown.split(/\r\n|\n|\r/, MOST_LINES);
  for (const [index, line] of lines.entries()) {
    if (line.length > LONGEST_LINE) continue;
    if (FENCE.test(line)) inFence = !inFence;
    const above = lines[index - 1] ?? '';
    const isTitled = above.includes('|') && above.length <= LONGEST_LINE && !known.has(index);
    if (!inFence && isTitled && DASHES.test(line) && cellsIn(above) !== cellsIn(line)) found.push(index);
  }
  return found;
}
/** Rows of failure tables that say what fails and not what users see. */
function rowsOfNothing(tables: readonly Read[], lexicon: Lexicon): number[] {
  return tables.flatMap(({ table, rows }) => {
    const columns = rows.length === 0 ? undefined : columnsOf(table, lexicon);
    if (columns === undefined) return [];
    const [part] = columns.layer;
    return table.rows.flatMap(({ line, cells }) =>
      (cells[part] ?? '') !== '' && (cells[columns.sees] ?? '') === '' ? [line] : [],
    );
  });
}

/** So many cells that name a part and how it fails make a table of failures, whatever its titles are. */
const LEAST_CELLS = 3;
/** A list of what wakes somebody up tells of failures too, and not of what users see. */
const OF_ALERTS = /\b(?:alert(?:s|ing)?|thresholds?|metrics?|pages?)\b/iu;
/** Tables that tell of failures in their titles or in their first column, and in which none was read. */
function unreadTables(tables: readonly Read[], lexicon: Lexicon): number[] {
  return tables.flatMap(({ table, rows }) => {
    if (rows.length > 0 || table.header.some((title) => OF_ALERTS.test(title))) return [];
    const cells = [...table.header, ...table.rows.map((row) => row.cells[0] ?? '')];
    const whole = cells
      .map((cell) => aboutOf(cell, lexicon))
      .filter(({ parts, ways }) => parts.size > 0 && ways.size > 0);
    return whole.length < LEAST_CELLS ? [] : [table.line];
  });
}

/** A note for each kind of thing that was passed over. */
export function notesOfPassedOver(
  markdown: string,
  tables: readonly Read[],
  lexicon: Lexicon,
  silentSections: readonly number[],
): string[] {
  const [broken, silent] = [brokenTables(markdown, tables), rowsOfNothing(tables, lexicon)];
  const unread = unreadTables(tables, lexicon);
  return [
    ...(unread.length === 0
      ? []
      : [
          `the table at line ${firstOf(unread)} names parts and how they fail, and was not read: it needs a row for each failure, a column for what fails and one for what users see, with titles such as "Failure" and "Users see"`,
        ]),
    ...(broken.length === 0
      ? []
      : [
          `at line ${firstOf(broken)} a row of titles and the row of dashes below it have not the same number of cells: Markdown takes that for no table, and neither was it read`,
        ]),
    ...(silent.length === 0
      ? []
      : [`at line ${firstOf(silent)} it says what fails and not what users see: nothing is asked there`]),
    ...(silentSections.length === 0
      ? []
      : [
          `at line ${firstOf(silentSections)} a heading says what fails, and no line below it is marked as what users see: write "**Users see:** …", and "**Recovery:** …" below it`,
        ]),
    ...(/<table[\s>]/iu.test(markdown) ? ['a table in HTML was not read: write it with pipes'] : []),
  ];
}
