import { describe, expect, it } from 'vitest';
import { renderJunit } from '../../reports/junit.ts';
import type { SinceLast } from '../../sim/scenario/summary.ts';
import {
  changedRun,
  notJudgedRun,
  notProvenRun,
  placeboRun,
  redisRun,
  transcriptRun,
  unsaidRun,
  withStatements,
  withTexts,
  type Run,
} from './fixtures.ts';
import { fc, hostile } from './property.ts';
import { all, parseXml, type Element } from './xml.ts';

const junit = (run: Run, ci = false): Element => parseXml(renderJunit(run.summary, { ci }));
const counts = (root: Element): unknown => ({
  tests: Number(root.attributes['tests']),
  failures: Number(root.attributes['failures']),
  errors: Number(root.attributes['errors']),
});
const books = (root: Element): (string | undefined)[] =>
  all(root, 'property')
    .filter((one) => one.attributes['name'] === 'book')
    .map((one) => one.attributes['value']);
const withSince = (run: Run, since: SinceLast): Run => withStatements(run, () => ({ since }));

describe('reports: junit.xml', () => {
  it('has a test case for each statement and each thing missing; known wrong passes with book=wrong', () => {
    const root = junit(transcriptRun());
    expect(counts(root)).toEqual({ tests: 12, failures: 0, errors: 0 });
    expect(all(root, 'testcase')).toHaveLength(12);
    expect(books(root).filter((one) => one === 'wrong')).toHaveLength(5);
  });
  it('CHANGED is a failure that quotes the sentence and how to play it again', () => {
    const root = junit(changedRun());
    expect(counts(root)).toEqual({ tests: 3, failures: 1, errors: 0 });
    const [failure] = all(root, 'failure');
    expect(failure?.attributes['message']).toBe('CHANGED since scenarios/expected.yaml, was 0 of 2,398: now wrong');
    expect(failure?.text).toContain('again: npx twin rehearse rolling-update --seed 7');
  });
  it('new is a failure in CI and nothing elsewhere', () => {
    const run = withSince(redisRun(), { kind: 'new' });
    expect(counts(junit(run, false))).toMatchObject({ failures: 0, errors: 0 });
    expect(counts(junit(run, true))).toMatchObject({ failures: 2, errors: 0 });
  });
  it.each([
    ['not proven', notProvenRun],
    ['not judged', notJudgedRun],
  ])('%s is an error, never a skip', (_, run) => {
    const root = junit(run());
    expect(counts(root)).toEqual({ tests: 1, failures: 0, errors: 1 });
    expect(root.attributes['skipped']).toBe('0');
  });
  it.each([
    ['Not judged: the play broke off', { trouble: 'the play broke off', steady: false }],
    ['Not proven: nobody looked', { unproven: 'nobody looked' }],
  ])('so is a variant that no statement is about: %s', (message, change) => {
    const run = unsaidRun(change);
    const root = junit(run);
    expect(counts(root)).toMatchObject({
      failures: 0,
      errors: run.summary.scenarios.flatMap((one) => one.plays).length,
    });
    expect(all(root, 'error')[0]?.attributes['message']).toBe(message);
  });
  it('not proven with its reason on file passes, as the exit code does', () => {
    expect(
      counts(junit(withSince(notProvenRun(), { kind: 'same', reason: 'this runtime cannot hang Redis' }))),
    ).toMatchObject({ errors: 0, failures: 0 });
    expect(counts(junit(withSince(notJudgedRun(), { kind: 'same', reason: 'any' })))).toMatchObject({ errors: 1 });
  });
  it('a placebo passes while nothing is proven; what is proven without a fault is a failure', () => {
    expect(counts(junit(placeboRun()))).toEqual({ tests: 2, failures: 0, errors: 0 });
    const proven = redisRun();
    expect(counts(junit({ ...proven, summary: { ...proven.summary, mode: 'placebo' } }))).toMatchObject({
      failures: 2,
    });
  });
  it('a run by hand has no test case: the book was not asked', () => {
    const run = redisRun();
    expect(counts(junit({ ...run, summary: { ...run.summary, mode: 'by-hand' } }))).toEqual({
      tests: 0,
      failures: 0,
      errors: 0,
    });
  });
  it('a run that was cut short is an error of its own', () => {
    const run = redisRun();
    const root = junit({ ...run, summary: { ...run.summary, ended: 'interrupted' } });
    expect(counts(root)).toEqual({ tests: 4, failures: 0, errors: 1 });
  });
  it('is well-formed XML 1.0 whatever names, sentences and commands hold', () => {
    const run = changedRun();
    fc.assert(
      fc.property(hostile, (text) => {
        expect(counts(junit(withTexts(run, text)))).toMatchObject({ tests: 3, failures: 3 });
      }),
      { numRuns: 30 },
    );
  });
});
