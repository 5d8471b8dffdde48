/** What accepting a run does to the file of expectations, which may be another one by then. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { accept, exitOfAccepted, readExpected } from '../../sim/cli/expected-file.ts';
import type { Entry } from '../../sim/runtimes/entries.ts';
import { select } from '../../sim/scenario/expectations.ts';
import { summarise } from '../../sim/scenario/summarise.ts';
import type { RunSummary } from '../../sim/scenario/summary.ts';
import { readback, request } from '../checkers/entries.ts';
import { journal, type Shape } from '../scenario/journal.ts';
import { temporaryFolder } from './command.ts';

const KEY = { topology: 't', runtime: 'model', api: 'reference' };
const summaryOf = (shape: Shape, change: (entries: Entry[]) => Entry[] = (entries) => entries): RunSummary =>
  summarise(change(journal(shape)), { expectations: {}, ci: false });
const twice = summaryOf({
  played: [request('c1', 1_100, { journey: 'create', status: 201 }), readback({ c1: 2 }, { c1: 1 })],
});
const once = summaryOf({
  played: [request('c1', 1_100, { journey: 'create', status: 201 }), readback({ c1: 1 }, { c1: 1 })],
});

describe('accepting a run', () => {
  test('keeps what somebody wrote into the file while it was played', () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'expected.yaml');
    accept(file, KEY, twice, []);
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/because: .*/g, 'because: a known race'));
    accept(file, { ...KEY, runtime: 'embedded' }, twice, []);
    accept(file, KEY, twice, []);
    const all = readExpected(file);
    expect(select(all, KEY)['s/v/writes-doubled']?.because).toBe('a known race');
    expect(select(all, { ...KEY, runtime: 'embedded' })).toHaveProperty('s/v/writes-doubled');
  });
  test('takes out what is seen no more, lest it be taken for known when it comes back', () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'expected.yaml');
    accept(file, KEY, twice, []);
    accept(file, KEY, once, []);
    expect(Object.keys(select(readExpected(file), KEY))).toEqual(['s/v/sees']);
  });
  test.each([
    ['somebody gave a reason', (text: string) => text.replaceAll(/because: .*/g, 'because: a race'), once],
    ['nobody could know it', (text: string) => text, summaryOf({ played: [readback({})] })],
    [
      'the play proved nothing',
      (text: string) => text,
      summaryOf({}, (all) => all.filter((one) => one.kind !== 'proof')),
    ],
  ] as const)('… but not where %s', (_why, edited, later) => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'expected.yaml');
    accept(file, KEY, twice, []);
    writeFileSync(file, edited(readFileSync(file, 'utf8')));
    accept(file, KEY, later, []);
    expect(select(readExpected(file), KEY)).toHaveProperty('s/v/writes-doubled');
  });
});

describe('the exit code of a run that is accepted', () => {
  const unsaid = (shape: Shape, isProven = true): RunSummary =>
    summaryOf(shape, (all) =>
      all
        .map((one) => (one.kind === 'play' ? { ...one, unsaid: true as const } : one))
        .filter((one) => isProven || one.kind !== 'proof'),
    );
  test('is 0 where all could be accepted, also what is wrong or not proven', () => {
    expect(exitOfAccepted(twice)).toBe(0);
    expect(exitOfAccepted(summaryOf({}, (all) => all.filter((one) => one.kind !== 'proof')))).toBe(0);
    expect(exitOfAccepted(unsaid({}))).toBe(0);
  });
  test('is 3 or 2 where a variant that no statement is about was not steady, or not proven: nothing was accepted of it', () => {
    expect(exitOfAccepted(unsaid({ badBefore: 10 }))).toBe(3);
    expect(exitOfAccepted(unsaid({}, false))).toBe(2);
  });
});
