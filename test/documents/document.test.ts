import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readDocument } from '../../sim/documents/document.ts';
import { readTables } from '../../sim/documents/markdown.ts';

const folder = mkdtempSync(join(tmpdir(), 'twin-document-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const written = (name: string, bytes: string | Uint8Array): string => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};

describe('a document', () => {
  test('is its text, byte order mark or not', () => {
    const table = '| Schicht | Nutzer |\n|---|---|\n| Größe → x | – |\n';
    expect(readTables(readDocument(written('a.md', `\uFEFF${table}`)))).toEqual(readTables(table));
  });
  test('that is empty has no tables', () => {
    expect(readTables(readDocument(written('empty.md', '')))).toEqual([]);
  });
  test.each([
    ['is not there', () => join(folder, 'none.md'), 'there is no such file'],
    ['is a folder', () => folder, 'it is a folder'],
    ['is a picture', () => written('b.png', Uint8Array.of(0x89, 0x50, 0xff, 0xfe)), 'not text in UTF-8'],
    ['is UTF-16', () => written('c.md', Uint8Array.of(0xff, 0xfe, 0x41, 0)), 'not text in UTF-8'],
  ])('that %s is told under the name it was given', (_name, path, why) => {
    expect(() => readDocument(path(), 'book.md')).toThrowError(
      expect.objectContaining({ code: 'SIM_DOCUMENT_INVALID', message: `book.md: ${why}` }) as Error,
    );
  });
});
