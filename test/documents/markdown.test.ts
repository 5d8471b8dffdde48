/** Tables of documents as people and their editors write them. */
import { describe, expect, test } from 'vitest';
import { readTables } from '../../sim/documents/markdown.ts';

const TABLE = '| Layer | User sees |\n|---|---|\n| Redis down | works |\n';
const cells = (markdown: string): (readonly string[])[] =>
  readTables(markdown).flatMap((table) => table.rows.map((row) => row.cells));

describe('tables', () => {
  test.each([
    ['no text at all', ''],
    ['no table', '# Title\n\nA | B is not a table.\n'],
    ['a table inside a code block', '```\n| a | b |\n|---|---|\n| c | d |\n```\n'],
    ['a header without a rule under it', '| a | b |\n| c | d |\n'],
  ])('of a text with %s: none', (_name, markdown) => {
    expect(readTables(markdown)).toEqual([]);
  });
  test('a table without rows has its header', () => {
    expect(readTables('| a | b |\n|---|---|\n')).toEqual([{ heading: '', line: 1, header: ['a', 'b'], rows: [] }]);
  });
  test('lines are counted from 1, as an editor shows them', () => {
    const [table] = readTables(`# Title\n\n${TABLE}| CoreDNS | fails |\n`);
    expect(table?.header).toEqual(['Layer', 'User sees']);
    expect(table?.rows.map((row) => row.line)).toEqual([5, 6]);
  });
  test('Windows line ends change nothing, neither text nor lines', () => {
    expect(readTables(`# T\n\n${TABLE}`.replaceAll('\n', '\r\n'))).toEqual(readTables(`# T\n\n${TABLE}`));
  });
  test('a byte order mark before the first header is no part of it', () => {
    expect(readTables(`\uFEFF${TABLE}`)).toEqual(readTables(TABLE));
  });
  test.each([
    ['HTML tags', '<b>Redis</b> <span class="x">down</span>', 'Redis down'],
    ['a line break', 'Redis<br>down', 'Redis down'],
    ['a closed line break', 'Redis<br/>down', 'Redis down'],
    ['a script', '<script>alert(1)</script>', 'alert(1)'],
    ['a comment', 'Redis <!-- not yet -->down', 'Redis down'],
    ['a link', '[Redis](https://example.com/a|b "t") down', 'Redis down'],
    ['emphasis in a link', '[**Redis**](x) down', 'Redis down'],
    ['code', '`Redis` down', 'Redis down'],
    ['an escaped pipe', 'Redis \\| Valkey', 'Redis | Valkey'],
    ['an escaped pipe in code', '`a \\| b`', 'a | b'],
    ['an entity', 'Redis &lt; 1', 'Redis < 1'],
    ['letters of other scripts', 'レディス停止', 'レディス停止'],
  ])('a cell with %s is its text', (_name, cell, text) => {
    expect(cells(`| A | B |\n|---|---|\n| ${cell.replace('a|b', 'a')} | x |\n`)[0]?.[0]).toBe(text);
  });
  test('a row with fewer cells than the header, or more, is read as it stands', () => {
    const rows = cells('| a | b |\n|---|---|\n| only |\n| 1 | 2 | 3 |\n');
    expect(rows[0]).toEqual(['only']);
    expect(rows[1]?.slice(0, 2)).toEqual(['1', '2']);
  });
  test('twenty tables come in order, those in quotes and lists too', () => {
    const many = Array.from({ length: 18 }, (_, n) => `## ${n}\n\n| h${n} |\n|---|\n| c${n} |\n`).join('\n');
    const nested = `\n> | h18 |\n> |---|\n> | c18 |\n\n- item\n\n  | h19 |\n  |---|\n  | c19 |\n`;
    expect(readTables(many + nested).map((table) => table.header[0])).toEqual(
      Array.from({ length: 20 }, (_, n) => `h${n}`),
    );
  });
  test('a document of one megabyte is read to its last row', { timeout: 60_000 }, () => {
    const prose = `${'Nothing in here is a table. '.repeat(500)}\n\n`.repeat(72);
    const rows = Array.from({ length: 200 }, (_, n) => `| layer ${n} | works |\n`).join('');
    const markdown = `${prose}| Layer | Sees |\n|---|---|\n${rows}`;
    expect(markdown.length).toBeGreaterThan(1_000_000);
    const [table] = readTables(markdown);
    expect(table?.rows).toHaveLength(200);
    expect(table?.rows.at(-1)).toEqual({ line: 72 * 2 + 202, cells: ['layer 199', 'works'] });
  });
});
