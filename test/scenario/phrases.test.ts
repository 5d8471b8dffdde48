/** Counts in words: what users got instead of an answer. */
import { describe, expect, test } from 'vitest';
import { failuresText, readingOf, seenOf } from '../../sim/scenario/phrases.ts';

describe('failures', () => {
  test('of one status are told as that status, with counts', () => {
    expect(failuresText({ 502: 7 }, 2_410, 'requests')).toBe('7 of 2,410 requests got 502');
  });
  test('of several kinds are told each, the most first', () => {
    expect(failuresText({ 504: 2, 502: 5 }, 400, 'requests')).toBe('7 of 400 requests failed: 5 with 502, 2 with 504');
  });
  test('without a status are told by what was seen', () => {
    expect(failuresText({ 'client-timeout': 3 }, 400, 'lists')).toBe('3 of 400 lists failed: 3 with client-timeout');
  });
});

describe('a predicate that allows none to fail', () => {
  const nobody = { measure: 'share-ok', min: 1, unit: 'share', where: {} } as const;
  const most = { ...nobody, min: 0.99 };
  test('is read as all', () => {
    expect(readingOf(nobody, {})).toBe('all requests answered right');
    expect(readingOf(most, {})).toBe('at least 99 % of requests answered right');
  });
  test('tells those that failed, one that allows some tells those that did not', () => {
    expect(seenOf(nobody, { value: 0.99, hits: 396, n: 400, misses: { 502: 4 } }, {})).toBe(
      '4 of 400 requests got 502',
    );
    expect(seenOf(most, { value: 0.99, hits: 396, n: 400, misses: { 502: 4 } }, {})).toBe(
      '396 of 400 requests answered right',
    );
    expect(seenOf(nobody, { value: 1, hits: 400, n: 400, misses: {} }, {})).toBe('400 of 400 requests answered right');
  });
});

test('answers by each revision are told with the numbers of both', () => {
  const both = { measure: 'share-by-each-revision', min: 0.1, unit: 'share' } as const;
  expect(readingOf(both, {})).toBe(
    'at least 10 % of requests answered by old pods and as many by new ones, as long as there are both',
  );
  expect(seenOf(both, { value: 0.4, hits: 32, n: 80, byRevision: { old: 48, new: 32 } }, {})).toBe(
    '48 of 80 requests answered by old pods and 32 by new ones meanwhile',
  );
});
