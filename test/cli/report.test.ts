/** `twin report`: a stored run's pages come from its journal alone, and a damaged journal is told, not guessed at. */
import { appendFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, afterAll, describe, expect, test } from 'vitest';
import { showsStack, temporaryFolder, twin, type Folder } from './command.ts';

const PAGES = ['corrected.md', 'index.html', 'junit.xml', 'summary.json', 'summary.md'];
const read = (folder: string): string[] => PAGES.map((name) => readFileSync(join(folder, name), 'utf8'));

let stored: Folder;
let journal: string;
let run: string;
beforeAll(async () => {
  stored = temporaryFolder();
  await twin(['rehearse', 'redis-down', 'latency-budget', '--runtime', 'model', '--out', stored.path]);
  run = readdirSync(stored.path).find((name) => name !== 'latest') ?? '';
  journal = readFileSync(join(stored.path, run, 'journal.jsonl'), 'utf8');
});
afterAll(() => stored[Symbol.dispose]());

/** A folder of runs in which one, `r`, has this journal and nothing else. */
function storedWith(text: string): Folder {
  const folder = temporaryFolder();
  mkdirSync(join(folder.path, 'r'));
  writeFileSync(join(folder.path, 'r', 'journal.jsonl'), text);
  return folder;
}

describe.concurrent('report: a stored run', () => {
  test.for([
    ['at a desk', ''],
    ['in CI', 'true'],
  ] as const)('gives the same pages, byte for byte, from the journal alone, %s', async ([, CI]) => {
    using folder = temporaryFolder();
    const args = ['--out', folder.path, '--expected', join(folder.path, 'none.yaml')];
    const played = await twin(['rehearse', 'redis-down', '--runtime', 'model', ...args], { env: { CI } });
    const pages = read(join(folder.path, 'latest'));
    for (const name of PAGES) rmSync(join(folder.path, 'latest', name));
    const told = await twin(['report', ...args], { env: { CI } });
    expect(read(join(folder.path, 'latest'))).toEqual(pages);
    expect(told.code).toBe(played.code);
    // The live lines aside, both end with the same table.
    const table = told.out.slice(0, told.out.indexOf('\nreport '));
    expect(table).toContain('redis-down');
    expect(played.out).toContain(table);
  });

  test('of a checked document too, for which nothing is on file, in CI neither', async () => {
    using folder = temporaryFolder();
    const book = join(folder.path, 'book.md');
    writeFileSync(book, '| Failure | Impact |\n|---|---|\n| Redis dead | every read returns 500 |\n');
    const out = join(folder.path, 'out');
    await twin(['check', book, '--runtime', 'model', '--out', out], { env: { CI: 'true' } });
    const pages = read(join(out, 'latest'));
    for (const name of PAGES) rmSync(join(out, 'latest', name));
    const told = await twin(['report', '--out', out], { env: { CI: 'true' } });
    expect(told.out).not.toContain('CHANGED');
    expect(read(join(out, 'latest'))).toEqual(pages);
  });

  test('is found by its name in --out, and by its path', async () => {
    const byName = await twin(['report', run, '--out', stored.path]);
    const byPath = await twin(['report', join(stored.path, run)]);
    expect(byName).toEqual(byPath);
    expect(byName).toMatchObject({ code: 0, err: '' });
  });
});

describe.concurrent('report: what can not be told', () => {
  test('an unknown run exits 4 and names those that are stored', async () => {
    const { code, out, err } = await twin(['report', 'yesterday', '--out', stored.path]);
    expect(err).toBe(`no stored run "yesterday"\n  stored: ${run}\n`);
    expect({ code, out }).toEqual({ code: 4, out: '' });
  });

  test('where nothing is stored yet it says what to type', async () => {
    using folder = temporaryFolder();
    const { code, err } = await twin(['report', '--out', join(folder.path, 'out')]);
    expect(err).toBe('no stored run "latest"\n  none is stored yet: npx twin rehearse\n');
    expect(code).toBe(4);
  });

  test.for([
    ['damaged inside', (text: string) => text.replace('\n', '\n{"kind":\n'), 'journal.jsonl:2: not an entry'],
    ['of a newer version', (text: string) => text.replace('"version":1', '"version":99'), 'journal version 99'],
    ['empty', () => '', 'not a journal of this tool'],
    ['without its first line', (text: string) => text.slice(text.indexOf('\n') + 1), 'not a journal of this tool'],
    ['of another tool', () => '{"hello":"world"}\n', 'journal.jsonl:1: not an entry'],
  ] as const)('a journal %s exits 4, names the line, and writes no page', async ([, damage, words]) => {
    using folder = storedWith(damage(journal));
    const { code, out, err } = await twin(['report', 'r', '--out', folder.path]);
    expect(err).toContain(words);
    expect({ code, out, stack: showsStack(err) }).toEqual({ code: 4, out: '', stack: false });
    expect(readdirSync(join(folder.path, 'r'))).toEqual(['journal.jsonl']);
  });

  test('a last line that is cut off is left out, said so, and the rest is told', async () => {
    using folder = storedWith(journal);
    appendFileSync(join(folder.path, 'r', 'journal.jsonl'), '{"kind":"requ');
    const { code, out, err } = await twin(['report', 'r', '--out', folder.path]);
    expect(err).toContain('the last line is cut off after 13 characters and was left out');
    expect(out).toContain('redis-down');
    expect(code).toBe(0);
  });

  test('a run that was killed in the middle is told as interrupted, and nothing of it is judged', async () => {
    using folder = storedWith(journal.slice(0, journal.length / 3));
    const { code, out } = await twin(['report', 'r', '--out', folder.path]);
    expect(out).toContain('This run was interrupted');
    expect(out).toContain('broken off');
    expect(code).toBe(3);
  });
});
