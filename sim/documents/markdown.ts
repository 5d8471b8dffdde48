/** Tables of a Markdown document with the line of each row; everything else is left alone. */
import type { PhrasingContent, RootContent, Table } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { gfmTable } from 'micromark-extension-gfm-table';

export interface TableRow {
  /** Line in the document, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}
export interface DocumentTable {
  /** The words of the nearest heading above it; empty where there is none. */
  readonly heading: string;
  readonly header: readonly string[];
  readonly rows: readonly TableRow[];
}

const text = (nodes: readonly PhrasingContent[]): string =>
  nodes
    .map((node) => {
      // Tags are not words; a line break stands between two.
      if (node.type === 'html') return /^<br\b/i.test(node.value) ? ' ' : '';
      return 'value' in node ? node.value : 'children' in node ? text(node.children) : '';
    })
    .join('');

/** All tables in the order of the document, each with the heading it stands under. */
function* tablesIn(
  nodes: readonly RootContent[],
  under = { heading: '' },
): Generator<{ table: Table; heading: string }> {
  for (const node of nodes) {
    if (node.type === 'heading') under.heading = text(node.children).trim();
    else if (node.type === 'table') yield { table: node, heading: under.heading };
    else if ('children' in node) yield* tablesIn(node.children as RootContent[], under);
  }
}

/** All tables of a document, in order. A text without tables gives an empty list; no text is an error. */
export function readTables(markdown: string): DocumentTable[] {
  const root = fromMarkdown(markdown, {
    extensions: [gfmTable()],
    mdastExtensions: [gfmTableFromMarkdown()],
  });
  return [...tablesIn(root.children)].map(({ table, heading }) => {
    const [header, ...rows] = table.children.map((row) => ({
      line: row.position?.start.line ?? 0,
      cells: row.children.map((cell) => text(cell.children).trim()),
    }));
    return { heading, header: header?.cells ?? [], rows };
  });
}
