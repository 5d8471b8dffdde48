/** The study of mutants: its rules on data by hand, and itself on a few mutants, so that it cannot rot. */
import { describe, expect, test } from 'vitest';
import { accusationsBeside, accusationsOf } from './accusations.ts';
import { MUTANTS } from './index.ts';
import { readOriginal } from './copy.ts';
import { patched, problemsOf, type Mutant } from './mutant.ts';
import type { Played } from './play.ts';
import { isWell, study, type Study } from './study.ts';
import { slowerThan } from './waits.ts';

const patch = { file: 'a.ts', find: 'two', replace: '$& 2' };
const mutant = (name: string, patches: Mutant['patches']): Mutant => ({ name, of: 'api', means: 'x', patches });

describe('a patch', () => {
  test('is put in as it stands', () => {
    expect(patched('one two three', patch)).toBe('one $& 2 three');
  });
  test.each([
    ['one three', 0],
    ['two two', 2],
  ])('that does not stand in %j exactly once is an error that says so', (text, times) => {
    expect(() => patched(text, patch)).toThrow(`a.ts: "two" stands there ${times} times, not once`);
  });
  test('each of the list fits the code as it is', () => {
    expect(problemsOf(MUTANTS, readOriginal)).toEqual([]);
  });
  test('one that does not, and a name given twice, are told by name', () => {
    const mutants = [mutant('a', [patch]), mutant('b', [patch, patch]), mutant('a', [])];
    expect(problemsOf(mutants, () => 'one two')).toEqual([
      'a: two mutants have this name',
      'b: a.ts: "two" stands there 0 times, not once',
    ]);
  });
});

describe('what a run is accused of', () => {
  const broken = (exit: number | null, said = ''): Played => ({ exit, said, waits: new Map() });
  test('a twin that never gets Ready', () => {
    const said = 'pod "api-1" not ready after 60000 ms: http on port 8000, never asked';
    expect(accusationsOf(broken(5, said))).toEqual([{ statement: 'start', how: 'not started', told: said }]);
  });
  test.each([
    [70, 'internal error in sim/x.ts', 'rehearse ended with 70: internal error in sim/x.ts'],
    [null, '', 'it hangs: ended by force'],
  ])('a rehearsal that ends with %s accuses nobody: it is an error', (exit, said, message) => {
    expect(() => accusationsOf(broken(exit, said))).toThrow(message);
  });
  const wait = (ms: number, low: number, high: number) =>
    new Map([['p/during/list', { ms, interval95: { low, high } }]]);
  test('waits are longer from 20 % and 50 ms on, and beyond chance', () => {
    const before = wait(1_000, 900, 1_100);
    expect(slowerThan(before, wait(1_300, 1_150, 1_400))).toEqual([
      {
        statement: 'p/during/list',
        how: 'slower',
        told: 'half of the right answers within 1.3 s, unpatched 1 s',
      },
    ]);
    expect(slowerThan(before, wait(1_300, 1_050, 1_400))).toEqual([]);
    expect(slowerThan(before, wait(1_150, 1_120, 1_200))).toEqual([]);
    expect(slowerThan(wait(100, 95, 105), wait(140, 135, 145))).toEqual([]);
  });
  test('is told before a wait is', () => {
    const said = 'pod "api-1" not ready after 1 ms';
    const slow = { ...broken(5, said), waits: wait(2_000, 1_900, 2_100) };
    const how = accusationsBeside({ ...broken(0), waits: wait(1_000, 900, 1_100) }, slow).map((one) => one.how);
    expect(how).toEqual(['not started', 'slower']);
  });
});

describe('the study', () => {
  const accusation = { statement: 's', how: 'new', told: '' } as const;
  const result = (caught: number, accused: number): Study => ({
    twin: [{ runtime: 'model', seed: 1, scenarios: [], accused: Array.from({ length: accused }, () => accusation) }],
    mutants: Array.from({ length: 20 }, (_, n) => ({
      mutant: mutant(`m${n}`, []),
      runtime: 'model',
      seed: 1,
      caughtBy: n < caught ? [accusation] : [],
    })),
  });
  test.each([
    [19, 0, true],
    [18, 0, false],
    [20, 1, false],
  ])('is well with %i of 20 caught and the unpatched twin accused of %i: %s', (caught, accused, well) => {
    expect(isWell(result(caught, accused))).toBe(well);
  });
  test('tells which statement caught a mutant; a patch that changes nothing is accused of nothing', async () => {
    const named = MUTANTS.filter(({ name }) => ['no-cache-fallback', 'no-redial'].includes(name));
    const comment = { file: 'sim/behaviour/tasks-api.ts', find: '/** GET /api/tasks/', replace: '/** GET tasks' };
    const told: string[] = [];
    const { twin, mutants } = await study({
      mutants: [...named, mutant('comment', [comment])],
      seeds: [1],
      control: true,
      scenarios: ['redis-down'],
      signal: new AbortController().signal,
      onTwin: () => told.push('twin'),
      onMutant: (one) => told.push(one.mutant.name),
    });
    expect(twin).toEqual([{ runtime: 'model', seed: 1, scenarios: ['redis-down'], accused: [] }]);
    expect(mutants.map(({ mutant, caughtBy }) => [mutant.name, caughtBy[0]?.statement, caughtBy[0]?.how])).toEqual([
      ['no-cache-fallback', 'redis-down/dead/sees', 'changed'],
      ['no-redial', 'redis-down/dead/jobs-still-lost', 'new'],
      ['comment', undefined, undefined],
    ]);
    expect(told).toEqual(['twin', 'no-cache-fallback', 'no-redial', 'comment']);
  });
});
