/** Pain: how bad it was for users, from counts alone. Borders from sim/scenario/pain.ts. */
import { describe, expect, test } from 'vitest';
import { byPain, openPains, painOf } from '../../sim/scenario/pain.ts';
import type { Counts, Pain } from '../../sim/scenario/summary.ts';

const counts = (inTime: number, exposed = 1_000): Counts => ({
  exposed,
  inTime,
  ok: inTime,
  fail: exposed - inTime,
  unknown: 0,
  excluded: 0,
  byStatus: {},
  byProducer: {},
});

describe('pain', () => {
  test.each<[string, number, number, Pain]>([
    ['all served', 1_000, 0, 'none'],
    ['all served, 49 ms slower', 1_000, 49, 'none'],
    ['all served, 50 ms slower: that is felt', 1_000, 50, 'low'],
    ['one of a thousand not served', 999, 0, 'low'],
    ['below 2 % not served', 981, 0, 'low'],
    ['2 % not served', 980, 0, 'medium'],
    ['below 20 % not served', 801, 0, 'medium'],
    ['20 % not served', 800, 0, 'high'],
    ['below 90 % not served', 101, 0, 'high'],
    ['90 % not served', 100, 0, 'outage'],
    ['nobody served', 0, 0, 'outage'],
  ])('%s', (_name, inTime, addedMs, pain) => {
    expect(painOf(counts(inTime), addedMs)).toBe(pain);
  });
  test('of nobody is not known', () => {
    expect(painOf(counts(0, 0), 0)).toBe('unknown');
  });
  test('is put in order worst first: loss before outage before the rest', () => {
    const all: Pain[] = ['none', 'unknown', 'loss', 'low', 'outage', 'medium', 'high'];
    expect(all.toSorted(byPain)).toEqual(['loss', 'outage', 'high', 'medium', 'low', 'none', 'unknown']);
  });
});

describe('degrees that counts leave open', () => {
  test('are those within the 95 % interval of the share that was not served', () => {
    // 14 of 720 is 1.9 %; its interval of 1.2 to 3.2 % holds 2 %.
    expect(openPains(counts(706, 720), 0)).toEqual(['low', 'medium']);
    expect(openPains(counts(719, 720), 0)).toEqual(['low']);
    expect(openPains(counts(650, 720), 0)).toEqual(['medium']);
  });
  test('of all served are none and low; of nobody there is none to tell', () => {
    expect(openPains(counts(400, 400), 0)).toEqual(['none', 'low']);
    expect(openPains(counts(0, 0), 0)).toEqual(['unknown']);
  });
});
