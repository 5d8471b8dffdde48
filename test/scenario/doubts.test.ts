/** Doubts of the judge that hang on a single predicate, and the words findings are told in. */
import { describe, expect, test } from 'vitest';
import { judge } from '../../sim/scenario/judge.ts';
import { duration, ofN, percent, readingOf, seenOf } from '../../sim/scenario/phrases.ts';
import type { Claim, PlayedEntry, Predicate } from '../../sim/runtimes/entries.ts';
import { request, stall, step } from '../checkers/entries.ts';
import { journal, play, works } from './journal.ts';

const claimOf = (...predicates: Predicate[]): Claim => ({
  source: { file: 'book.md', line: 1, text: 'x' },
  scenario: 's',
  about: 'sees',
  predicates,
  unread: [],
});
const played = journal().filter((entry): entry is PlayedEntry => 'play' in entry && entry.kind !== 'play');

describe('judge', () => {
  test('a predicate with nothing to be held against is neither right nor wrong', () => {
    const verdict = judge(claimOf(works, { ...works, where: { journey: 'create' } }), play, played);
    expect(verdict).toMatchObject({ verdict: 'inconclusive', judged: true });
    expect(verdict.reason).toContain('no new tasks to measure');
  });
  test('one predicate of two that does not hold makes the sentence wrong', () => {
    const verdict = judge(
      claimOf(works, { measure: 'latency-p95', where: { journey: 'list' }, max: 99, unit: 'ms' }),
      play,
      played,
    );
    expect(verdict).toMatchObject({ verdict: 'refuted', reason: '95 % of lists within 100 ms' });
    expect(verdict.findings.map((one) => one.holds)).toEqual([true, false]);
  });
});

describe('the twin itself stood still while it lasted', () => {
  const failing = (name: string, tookMs: number): PlayedEntry[] =>
    Array.from({ length: 40 }, (_, n) => request(`${name}${n}`, 1_100 + n, { end: 'fail', status: 504, tookMs }));
  // Who waits in vain is under way for long: a stall that is long too leaves out just these.
  const [hung, still] = [failing('hung', 30_000), stall(20_000, 4_000)];
  const verdictOf = (...more: PlayedEntry[]) => judge(claimOf(works), play, [...played, ...more]);
  test('not proven where what was left out would turn the verdict', () => {
    const verdict = verdictOf(...hung, still);
    expect(verdict).toMatchObject({ verdict: 'inconclusive', judged: true });
    expect(verdict.reason).toBe(
      'the twin itself stood still for 4 s, and with what was under way meanwhile it would come out otherwise',
    );
    expect(verdictOf(...hung).verdict).toBe('refuted');
  });
  test('judged where it was a small part of their waiting', () => {
    expect(verdictOf(...hung, stall(20_000, 1_000)).verdict).toBe('refuted');
  });
  test('judged where it would not', () => {
    expect(verdictOf(still).verdict).toBe('confirmed');
    expect(verdictOf(...failing('soon', 5), ...hung, still).verdict).toBe('refuted');
  });
});

describe('how it ended', () => {
  const recovery = (by: 'itself' | 'fallback', max = 10_000): Claim => ({
    ...claimOf({ measure: 'recovery-time', where: { by }, max, unit: 'ms' }),
    about: 'recovers',
  });
  const act: PlayedEntry = {
    kind: 'operation',
    play: 'p',
    atMs: 2_000,
    operation: 'move-zone',
    title: 'move the zone',
    params: {},
    state: 'done',
  };
  const healed = (atMs: number): PlayedEntry => ({
    kind: 'fault',
    play: 'p',
    atMs,
    as: 'f',
    fault: 'f',
    params: {},
    state: 'healed',
  });
  const verdictOf = (claim: Claim, ...more: PlayedEntry[]): string => {
    const entries = [...played, ...more].toSorted((a, b) => a.atMs - b.atMs);
    const { verdict, reason } = judge(claim, play, entries);
    return `${verdict}: ${reason}`;
  };
  test('a fallback by hand is held against an act, and not known where there was none', () => {
    expect(verdictOf(recovery('fallback'), healed(2_001))).toMatch(/^inconclusive: it ended with its cause/);
    expect(verdictOf(recovery('fallback'), act, healed(2_900))).toMatch(/^confirmed/);
  });
  test('ended by hand it did not end by itself, too late it is wrong all the same', () => {
    const byHand = /^inconclusive: it was ended by hand \(move the zone\)/;
    expect(verdictOf(recovery('itself'), act, healed(2_001))).toMatch(byHand);
    expect(verdictOf(recovery('itself', -1), act, healed(2_001))).toMatch(/^refuted/);
  });
  test('too late says nothing of it where its cause went on after the act', () => {
    const later = step(2_600, 'after');
    expect(verdictOf(recovery('itself', -1), act, later, healed(2_600))).toMatch(/^inconclusive: it was ended by hand/);
  });
});

describe('phrases', () => {
  test.each([
    [0, '0 ms'],
    [96.4, '96 ms'],
    [999.4, '999 ms'],
    [1_000, '1 s'],
    [1_340, '1.3 s'],
    [9_949, '9.9 s'],
    [19_000, '19 s'],
    [7_199_000, '7199 s'],
    [172_800_000, '48 h'],
    [Infinity, 'never'],
  ])('%d ms is told as %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
  test.each([
    [0, '0 %'],
    [0.005, '0.5 %'],
    [0.02, '2 %'],
    [0.5, '50 %'],
    [0.99, '99 %'],
    [1, '100 %'],
  ])('a share of %d is told as %s', (share, text) => {
    expect(percent(share)).toBe(text);
  });
  test('counts are told with their whole', () => {
    expect(ofN(1_234, 56_789)).toBe('1,234 of 56,789');
  });
  test('an endless median is told as what it means', () => {
    const predicate: Predicate = { measure: 'latency-added-p50', where: { journey: 'list' }, max: 1, unit: 'ms' };
    expect(seenOf(predicate, { value: Infinity, hits: 0, n: 9 }, play.journeys)).toBe(
      'not even half of lists were answered right',
    );
  });
  test.each<Predicate>([
    { measure: 'share-ok', min: 0.99, unit: 'share' },
    { measure: 'share-status', where: { status: 521 }, min: 0.5, unit: 'share' },
    { measure: 'share-cache-hit', max: 0.01, unit: 'share' },
    { measure: 'latency-p95', max: 3_000, unit: 'ms' },
    { measure: 'latency-added-p50', max: 300, unit: 'ms' },
    { measure: 'recovery-time', max: 10_000, unit: 'ms' },
  ])('$measure is told as a reading and as a sight, without a hole', (predicate) => {
    for (const text of [
      readingOf(predicate, play.journeys),
      seenOf(predicate, { value: 0.5, hits: 5, n: 10 }, play.journeys),
    ])
      expect(text).not.toMatch(/undefined|NaN|\?|Infinity/);
    expect(seenOf(predicate, { value: undefined, hits: 0, n: 0 }, play.journeys)).toBe('no requests to measure');
  });
});
