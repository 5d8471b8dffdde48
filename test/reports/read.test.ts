import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readJournal } from '../../reports/read.ts';
import { redisRun } from './fixtures.ts';

// A folder of runs of its own: the hint tells what stands beside a run.
let out = '';
let folder = '';
beforeEach(async () => {
  out = await mkdtemp(path.join(os.tmpdir(), 'twin-read-'));
  folder = path.join(out, 'run-7');
  await mkdir(folder);
});
afterEach(() => rm(out, { recursive: true, force: true }));
const store = (text: string): Promise<void> => writeFile(path.join(folder, 'journal.jsonl'), text);
const { entries } = redisRun();
const lines = entries.slice(0, 40).map((one) => JSON.stringify(one));

describe('reports: reading a stored journal', () => {
  it('gives back what was written', async () => {
    await store(`${lines.join('\n')}\n`);
    expect(await readJournal(folder)).toEqual({ entries: lines.map((line) => JSON.parse(line)), notice: undefined });
  });
  it('also where it is longer than what is read at once, with signs of several bytes in it', async () => {
    const long = Array.from({ length: 2_000 }, (_, n) =>
      JSON.stringify({ kind: 'log', atMs: n, text: 'é–😀'.repeat(n % 40) }),
    );
    await store(`${[lines[0], ...long].join('\n')}\n`);
    const { entries: read } = await readJournal(folder);
    expect(read.slice(1).map((one) => JSON.stringify(one))).toEqual(long);
  });
  it('leaves out a last line that was cut off, and says so', async () => {
    await store(`${lines.join('\n')}\n{"kind":"request","atMs":12`);
    const { entries: read, notice } = await readJournal(folder);
    expect(read).toHaveLength(40);
    expect(notice).toMatch(/journal\.jsonl: the last line is cut off after 27 characters and was left out/);
  });
  it('a folder without a journal is no run; the hint names those that are stored', async () => {
    await expect(readJournal(path.join(folder, 'nope'))).rejects.toMatchObject({
      code: 'SIM_RUN_NOT_FOUND',
      message: expect.stringContaining('nope'),
      hint: expect.stringMatching(/^no run is stored/),
    });
    await expect(readJournal(folder)).rejects.toMatchObject({
      code: 'SIM_RUN_NOT_FOUND',
      hint: 'stored runs: run-7',
    });
  });
  it.each([
    ['an empty file', '', /:1: not a journal of this tool/],
    ['another first entry', '{"kind":"claim","atMs":0}\n', /:1: not a journal of this tool/],
    ['a damaged line inside', `${lines[0]}\n{"kind":\n${lines[1]}\n`, /:2: not an entry of a journal/],
    ['a line that is no entry', `${lines[0]}\nnull\n`, /:2: not an entry of a journal/],
    [
      'a version to come',
      `${JSON.stringify({ ...entries[0], version: 99 })}\n`,
      /journal version 99, this tool reads version 1/,
    ],
  ])('%s is refused with its line', async (_, text, message) => {
    await store(text);
    await expect(readJournal(folder)).rejects.toMatchObject({
      code: 'SIM_JOURNAL_INVALID',
      message: expect.stringMatching(message),
    });
  });
});
