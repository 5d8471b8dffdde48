import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compare, parseExpectations, renderExpectations, select, updated } from '../../sim/scenario/expectations.ts';
import { exitCodeOf } from '../../sim/scenario/summarise.ts';
import type { ScenarioResult, Statement } from '../../sim/scenario/summary.ts';

const key = { topology: 't', runtime: 'model', api: 'reference' };
const right = { book: 'right', pain: 'low', saw: 'all served' } as const;

describe('expectations', () => {
  test('are written as they are formatted: what nothing has changed in is the same to the byte', () => {
    const text = readFileSync(join(import.meta.dirname, '..', '..', 'scenarios', 'expected.yaml'), 'utf8');
    expect(renderExpectations(parseExpectations(text, 'scenarios/expected.yaml'))).toBe(text);
  });
  test('another verdict or another pain is a change, and what it was is told', () => {
    expect(compare(undefined, 'confirmed', 'low')).toEqual({ kind: 'new' });
    expect(compare(right, 'confirmed', 'low')).toEqual({ kind: 'same' });
    expect(compare(right, 'refuted', 'low')).toMatchObject({
      kind: 'changed',
      was: expect.stringContaining('all served'),
    });
    expect(compare(right, 'confirmed', 'outage')).toMatchObject({ kind: 'changed' });
  });
  test('none and low are one degree: a single request is no change', () => {
    expect(compare(right, 'confirmed', 'none')).toEqual({ kind: 'same' });
    expect(compare(right, 'confirmed', 'medium')).toMatchObject({ kind: 'changed' });
    expect(compare(right, 'confirmed', 'medium', ['medium', 'high'])).toMatchObject({ kind: 'changed' });
    // What chance alone may bring about is none.
    expect(compare(right, 'confirmed', 'medium', ['low', 'medium'])).toEqual({ kind: 'same' });
    expect(compare(right, 'refuted', 'medium', ['low', 'medium'])).toMatchObject({ kind: 'changed' });
    expect(compare({ ...right, pain: 'none' }, 'confirmed', 'medium', ['low', 'medium'])).toEqual({ kind: 'same' });
  });
  test('what is right again keeps no reason; what is newly wrong dates from now', () => {
    const known = { book: 'WRONG', pain: 'high', saw: 'x', because: 'ticket 12', since: '2026-01' } as const;
    const before = { t: { model: { reference: { a: known, b: right } } } };
    const wrong = { book: 'WRONG', pain: 'high', saw: 'y' } as const;
    const after = select(updated(before, key, { a: right, b: wrong }, '2026-11'), key);
    expect(after['a']).toEqual(right);
    expect(after['b']).toMatchObject({ since: '2026-11', because: expect.stringContaining('say here why') as string });
  });
  test('an update keeps other topologies, runtimes and apis, and the reasons that people wrote', () => {
    const known = { book: 'WRONG', pain: 'high', saw: 'x', because: 'ticket 12', since: '2026-01' } as const;
    const before = {
      other: { model: { reference: { a: right } } },
      t: { embedded: { reference: { a: right } }, model: { reference: { b: known } } },
    };
    const after = updated(before, key, { b: { book: 'WRONG', pain: 'high', saw: 'y' }, c: right }, '2026-11');
    expect(after['other']).toEqual(before.other);
    expect(after['t']?.['embedded']).toEqual(before.t.embedded);
    expect(select(after, key)['b']).toMatchObject({ because: 'ticket 12', since: '2026-01', saw: 'y' });
    expect(parseExpectations(renderExpectations(after), 'x.yaml')).toEqual(after);
  });
  test.each([
    ['not yaml', '{ a: ['],
    ['unknown word', 't: { model: { reference: { a: { book: fine, pain: low, saw: x } } } }'],
    ['a list', '- a'],
  ])('a broken file (%s) is one clear error', (_name, text) => {
    expect(() => parseExpectations(text, 'chaos/expected.yaml')).toThrowError(
      expect.objectContaining({
        code: 'SIM_EXPECTATIONS_INVALID',
        message: expect.stringContaining('chaos/expected.yaml'),
      }) as Error,
    );
  });
});

describe('exit code', () => {
  const statement = (change: Partial<Statement>): Statement =>
    ({ verdict: 'confirmed', judged: true, since: { kind: 'same' }, ...change }) as Statement;
  const result = (...statements: Statement[]): ScenarioResult[] => [
    { statements, unmentioned: [], plays: [{ steady: true }] } as unknown as ScenarioResult,
  ];
  const changed = statement({ since: { kind: 'changed', was: '' } });
  const unsteady = statement({ verdict: 'inconclusive', judged: false, since: { kind: 'new' } });
  const unproven = statement({ verdict: 'inconclusive', since: { kind: 'new' } });
  const normal = { mode: 'normal' } as const;
  test.each([
    ['all as expected', [statement({})], false, 0],
    ['changed before not steady before not proven', [changed, unsteady, unproven], false, 1],
    ['not steady before not proven', [unsteady, unproven], false, 3],
    ['not proven', [unproven], false, 2],
    ['new, by hand', [statement({ since: { kind: 'new' } })], false, 0],
    ['new, in CI', [statement({ since: { kind: 'new' } })], true, 1],
    [
      'not proven with a reason on file',
      [statement({ verdict: 'inconclusive', since: { kind: 'same', reason: 'no cache header' } })],
      false,
      0,
    ],
  ] as const)('%s', (_name, statements, ci, exit) => {
    expect(exitCodeOf(result(...statements), normal, ci)).toBe(exit);
  });
  test('a placebo that proves nothing is as it must be; one that proves something is not', () => {
    expect(exitCodeOf(result(unproven), { mode: 'placebo' }, true)).toBe(0);
    expect(exitCodeOf(result(statement({})), { mode: 'sabotage' }, false)).toBe(1);
  });
});
