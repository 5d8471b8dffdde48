/** Tables of a Markdown document with the line of each row; everything else is left alone. */
import type { PhrasingContent, RootContent, Table } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { gfmTable } from 'micromark-extension-gfm-table';
import { isCommentLine } from './annotations.ts';

export interface TableRow {
  /** Line in the document, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** A comment to this tool, on the row or in the line above it. */
  readonly comment?: string;
}
export interface DocumentTable {
  /** The words of the nearest heading above it; empty where there is none. */
  readonly heading: string;
  /** Line of the title row. */
  readonly line: number;
  readonly header: readonly string[];
  readonly rows: readonly TableRow[];
  /** The sentence right above it. */
  readonly lead?: string;
  /** A comment to this tool above the table. */
  readonly comment?: string;
}
export interface Tables {
  readonly tables: readonly DocumentTable[];
  /** Lines of tables that were passed over because there is too much of them. */
  readonly linesLeft: number;
}

const text = (nodes: readonly PhrasingContent[]): string =>
  nodes
    .map((node) => {
      // Tags are not words; a line break stands between two.
      if (node.type === 'html') return /^<br\b/i.test(node.value) ? ' ' : '';
      return 'value' in node ? node.value : 'children' in node ? text(node.children) : '';
    })
    .join('');
const commentsIn = (nodes: readonly PhrasingContent[]): string =>
  nodes
    .map((node) => (node.type === 'html' ? node.value : 'children' in node ? commentsIn(node.children) : ''))
    .join('');

/** What is struck out is withdrawn; not in code, where it stands for itself, but nobody strikes there. */
const unstruck = (cell: string): string => cell.replaceAll(/~~(?=\S)[^~]{1,2000}~~/g, ' ');

interface Found {
  readonly table: Table;
  readonly heading: string;
  readonly comment: string;
  readonly lead: string;
}
/** All tables in the order of the document, each with the heading it stands under and the comment right above it. */
function* tablesIn(nodes: readonly RootContent[], under = { heading: '' }): Generator<Found> {
  for (const [index, node] of nodes.entries()) {
    const before = nodes[index - 1];
    if (node.type === 'heading') under.heading = text(node.children).trim();
    else if (node.type === 'table')
      yield {
        table: node,
        heading: under.heading,
        comment: before?.type === 'html' ? before.value : '',
        lead: before?.type === 'paragraph' ? text(before.children) : '',
      };
    else if ('children' in node) yield* tablesIn(node.children as RootContent[], under);
  }
}

/**
 * The parser takes seconds and gigabytes for a megabyte of text. A longer document is thinned first: lines that can be no
 * part of a table become empty ones, and tables are read up to this many characters of them.
 */
export const READ_WHOLE_CHARS = 64 * 1024;
/** A table's shortest rows cost the parser as much as these: "|". */
const SHORTEST_ROW = 8;
const KEPT = /\||^\s{0,3}#{1,6}\s|^[\s>]*(?:```|~~~)|<!--|-->/;
/** Lists and quotes in each other, deeper than anybody writes: the parser would never end. */
const TOO_DEEP = /^(?:\s*(?:>|[-*+]\s|\d{1,9}[.)]\s)){20}/;
function thin(lines: readonly string[], isLong: boolean): { lines: string[]; left: number } {
  let [used, left] = [0, 0];
  const kept = lines.map((line) => {
    if (TOO_DEEP.test(line)) return '';
    if (!isLong) return line;
    if (!KEPT.test(line)) return '';
    used += Math.max(SHORTEST_ROW, line.length + 1);
    if (used <= READ_WHOLE_CHARS) return line;
    if (line.includes('|')) left++;
    return '';
  });
  return { lines: kept, left };
}

/**
 * Lines for the parser, each with its number in the document. A comment between two rows would end the table: it is taken
 * out, and kept for the row below it. Of several empty lines one is enough.
 */
function linesToRead(lines: readonly string[]): { lines: string[]; lineOf: number[]; above: Map<number, string> } {
  const above = new Map<number, string>();
  const kept: string[] = [];
  const lineOf: number[] = [];
  for (const [index, line] of lines.entries()) {
    const isBetweenRows =
      isCommentLine(line) && (lines[index - 1] ?? '').includes('|') && (lines[index + 1] ?? '').includes('|');
    if (isBetweenRows) above.set(index + 2, line);
    else if (line !== '' || kept.at(-1) !== '') {
      kept.push(line);
      lineOf.push(index + 1);
    }
  }
  return { lines: kept, lineOf, above };
}

/** All tables of a document, in order, and how much of them was passed over. */
export function readAllTables(markdown: string): Tables {
  const all = markdown.split(/\r\n|\n|\r/);
  const { lines: whole, left } = thin(all, markdown.length > READ_WHOLE_CHARS);
  const { lines, lineOf, above } = linesToRead(whole);
  const root = fromMarkdown(lines.join('\n'), {
    extensions: [gfmTable()],
    mdastExtensions: [gfmTableFromMarkdown()],
  });
  const tables = [...tablesIn(root.children)].map(({ table, heading, comment, lead }): DocumentTable => {
    const [header, ...rows] = table.children.map((row): TableRow => {
      const line = lineOf[(row.position?.start.line ?? 1) - 1] ?? 0;
      const said = `${above.get(line) ?? ''}${row.children.map((cell) => commentsIn(cell.children)).join('')}`;
      const cells = row.children.map((cell) => unstruck(text(cell.children)).trim());
      return { line, cells, ...(said === '' ? {} : { comment: said }) };
    });
    return {
      heading,
      line: header?.line ?? 0,
      header: header?.cells ?? [],
      rows,
      ...(lead === '' ? {} : { lead }),
      ...(comment === '' ? {} : { comment }),
    };
  });
  return { tables, linesLeft: left };
}

/** All tables of a document, in order. A text without tables gives an empty list; no text is an error. */
export const readTables = (markdown: string): readonly DocumentTable[] => readAllTables(markdown).tables;
