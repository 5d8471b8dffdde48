/** The end of a run in a terminal: a line for each variant, what is not in the book, what changed and why, one head line. */
import { styleText } from 'node:util';
import type { RunSummary } from '../sim/scenario/summary.ts';
import { fold, pad, width } from './cells.ts';
import { plain } from './inert.ts';
import { bookOf, rowsOf, type Row } from './rows.ts';
import * as words from './words.ts';

export interface TerminalOptions {
  /** Where it will be written: colours are used only when this is a terminal and NO_COLOR is not set. */
  readonly stream: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  /** The index.html to point at, as the person should type it. */
  readonly reportPath: string;
  /** Where the command ends otherwise than by what the run found: a run that is accepted. */
  readonly exitCode?: number;
  readonly expectedFile?: string;
  /** What was found after the twin came down: "nothing", or what is still there. */
  readonly leftBehind: string;
}
/** Fewer columns than this are not reckoned with. */
export const COLUMNS_MIN = 80;
const COLUMNS_MAX = 160;

export type Style = Parameters<typeof styleText>[0];
export type Paint = (style: Style, text: string) => string;
/** Colours text for a stream; leaves it as it is where the stream is no terminal. */
export const painter =
  (stream: TerminalOptions['stream']): Paint =>
  (style, text) =>
    stream.isTTY === true && text !== '' ? styleText(style, text, { stream }) : text;
/** Cells for a line that is drawn again and again: longer, it would wrap. A terminal that has no size says 0. */
export const widthOf = ({ columns }: TerminalOptions['stream']): number => columns || COLUMNS_MIN;
/** Cells for a table. */
export const columnsOf = ({ columns }: TerminalOptions['stream']): number =>
  Math.min(COLUMNS_MAX, Math.max(COLUMNS_MIN, columns || 120));

interface Cell {
  readonly text: string;
  readonly style?: Style;
}
type Cells = readonly Cell[];

function painStyle(row: Row): Cell {
  const text = words.PAIN_WORDS[row.pain];
  return row.pain === 'loss'
    ? { text, style: ['bold', 'red'] }
    : row.pain === 'outage'
      ? { text, style: 'bold' }
      : { text };
}
function bookStyle(row: Row): Cell {
  const text = words.bookWords(row).replace(' of ', 'of');
  return row.book === 'wrong' ? { text, style: 'yellow' } : row.book === 'right' ? { text, style: 'dim' } : { text };
}
function sinceStyle(row: Row): Cell {
  const text = plain(words.sinceWords(row.since));
  return row.since.kind === 'changed'
    ? { text, style: ['bold', 'red'] }
    : row.since.kind === 'same' || row.since.kind === 'not-compared'
      ? { text, style: 'dim' }
      : { text };
}

function cellsOf(row: Row, previous: Row | undefined, summary: RunSummary): Cells {
  const failure = previous?.scenario === row.scenario ? '' : row.scenario;
  // Of a scenario's variants another shard may have the others.
  const several = row.result.plays.length > 1 || row.unmentioned !== undefined || summary.shard !== undefined;
  const saw = several && !row.saw.startsWith(`${row.variant}:`) ? `${row.variant}: ${row.saw}` : row.saw;
  return [{ text: plain(failure) }, { text: plain(saw) }, painStyle(row), bookStyle(row), sinceStyle(row)];
}

/** Widths of the columns: each as wide as it needs, what users saw takes what is left, and nothing is wider than the terminal. */
function widthsOf(table: readonly Cells[], columns: number): number[] {
  const need = (index: number): number => Math.max(...table.map((cells) => width(cells[index]?.text ?? '')));
  const failure = Math.min(need(0), 24);
  const fixed = [
    Math.max(failure, 14),
    0,
    Math.max(need(2), 7),
    Math.max(need(3), 11),
    Math.min(need(4), columns >= 110 ? 32 : 12),
  ];
  const left = columns - fixed.reduce((sum, one) => sum + one, 0) - 2 * (fixed.length - 1);
  fixed[1] = Math.max(20, Math.min(left, need(1)));
  return fixed;
}

function linesOf(cells: Cells, widths: readonly number[], paint: Paint): string[] {
  const folded = cells.map((cell, index) => fold(cell.text, widths[index] ?? 0));
  const height = Math.max(...folded.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) => {
    const parts = cells.map((cell, index) => {
      const text = folded[index]?.[line] ?? '';
      const blanks = ' '.repeat(Math.max(0, (widths[index] ?? 0) - width(text)));
      return (cell.style === undefined ? text : paint(cell.style, text)) + blanks;
    });
    return parts.join('  ').trimEnd();
  });
}

/** A note under a row, indented, folded to the terminal; without a label the sentence speaks for itself. */
function note(label: string, text: string, columns: number): string[] {
  const indent = label === '' ? 2 : 9;
  const [first = '', ...rest] = fold(plain(text), columns - indent);
  return [`${pad(label === '' ? '' : `  ${label}`, indent)}${first}`, ...rest.map((line) => ' '.repeat(indent) + line)];
}

function notesOf(row: Row, summary: RunSummary, columns: number): string[] {
  const said = new Set<string>();
  const once = (label: string, text: string): string[] =>
    said.has(text) ? [] : (said.add(text), note(label, text, columns));
  const open = words.openRowSentence(row);
  if (open !== undefined) return note('', open, columns);
  const lastTime = words.lastTimeOf(row, summary);
  const last = lastTime === undefined ? [] : note('last', `run: ${lastTime}`, columns);
  const notes = row.statements.flatMap((one) => {
    const book = bookOf(one);
    const known = words.knownSentence(one.since);
    if (book === 'not-proven' && known !== undefined) return once('', `Not proven, ${known}`);
    if (book === 'not-proven' || book === 'not-judged') return once('', words.statementSentence(one));
    if (one.since.kind !== 'changed') return once('', known ?? '').filter((line) => line.trim() !== '');
    const accept = book === 'right' ? once('accept', '--update-expected: the book is right now') : [];
    return [...once('why', one.reason), ...accept, ...once('again', one.repro)];
  });
  return [...notes, ...last];
}

function table(summary: RunSummary, columns: number, paint: Paint): string[] {
  const rows = rowsOf(summary);
  const head: Cells = [
    words.COLUMNS.failure,
    words.COLUMNS.saw,
    words.COLUMNS.pain,
    words.COLUMNS.book,
    words.COLUMNS.since,
  ].map((text) => ({ text, style: 'dim' }));
  const body = rows.map((row, index) => ({ row, cells: cellsOf(row, rows[index - 1], summary) }));
  const widths = widthsOf([head, ...body.map((one) => one.cells)], columns);
  return [
    ...linesOf(head, widths, paint),
    ...body.flatMap(({ row, cells }) => [
      ...linesOf(cells, widths, paint),
      ...notesOf(row, summary, columns).map((line) => paint('dim', line)),
    ]),
    ...unseen(summary, columns).map((line) => paint('dim', line)),
  ];
}

/** What the plays could not show of the user's own api, each once. */
function unseen(summary: RunSummary, columns: number): string[] {
  if (summary.api === 'reference') return [];
  const texts = new Set(summary.scenarios.flatMap((one) => one.plays).flatMap((play) => play.notModelled));
  return [...texts].flatMap((text) => fold(plain(`Your api: ${text}`), columns));
}

/** The last words of a run, with a newline at the end. */
export function finalTable(summary: RunSummary, options: TerminalOptions): string {
  const paint = painter(options.stream);
  const columns = columnsOf(options.stream);
  const expectedFile = options.expectedFile ?? words.EXPECTED_FILE;
  // By hand the exit says how it was ended, not what was found.
  const exit = summary.mode === 'by-hand' ? '' : ` (exit ${options.exitCode ?? summary.exitCode})`;
  const control = words.controlSentence(summary);
  const ended = words.endedSentence(summary);
  const head =
    control ?? `The book: ${words.totalsWords(summary.totals)}. ${words.sinceSentence(summary, expectedFile)}`;
  const last = [`report ${options.reportPath}`, `again: ${summary.command}`, `left behind: ${options.leftBehind}`].map(
    plain,
  );
  const tail = width(last.join('    ')) <= columns ? [last.join('    ')] : last.flatMap((line) => fold(line, columns));
  const body = control === undefined || summary.mode === 'by-hand' ? table(summary, columns, paint) : [];
  return `${[...body, ...(ended === undefined ? [] : fold(ended, columns)), ...fold(plain(`${head}${exit}`), columns), ...tail].join('\n')}\n`;
}
