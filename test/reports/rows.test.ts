import { describe, expect, it } from 'vitest';
import { rowsOf, worstFirst } from '../../reports/rows.ts';
import { changedRun, redisRun, transcriptRun, unsaidRun } from './fixtures.ts';

describe('reports: rows', () => {
  it('one row for each variant and for each thing the book does not mention, in the order of play', () => {
    expect(rowsOf(redisRun().summary).map((row) => [row.address, row.book])).toEqual([
      ['redis-down-dead', 'right'],
      ['redis-down-hung', 'wrong'],
      ['redis-down-both-not-in-book', 'missing'],
    ]);
  });
  it('a scenario with one variant has its own name as address', () => {
    expect(rowsOf(changedRun().summary).map((row) => row.address)).toContain('rolling-update');
  });
  it('a row with several statements is as bad as its worst, told as n of m', () => {
    expect(rowsOf(transcriptRun().summary)[0]).toMatchObject({ book: 'wrong', share: { n: 3, m: 6 } });
  });
  it.each([
    ['not-judged', { trouble: 'the play broke off', steady: false }],
    ['not-proven', { unproven: 'nobody looked' }],
    ['not-proven', { pain: 'unknown' as const }],
  ])('a variant that no statement is about and that shows nothing is %s, and compared with nothing', (book, change) => {
    const [row] = rowsOf(unsaidRun(change).summary);
    expect(row).toMatchObject({ book, since: { kind: 'not-compared' } });
  });
  it('a variant that no statement is about and that was proven is missing in the book', () => {
    expect(rowsOf(unsaidRun({}).summary)[0]).toMatchObject({ book: 'missing', since: { kind: 'same' } });
  });
  it('changed rows come first, then the worst pain', () => {
    expect(worstFirst(rowsOf(changedRun().summary)).map((row) => row.since.kind)).toEqual(['changed', 'same', 'same']);
    expect(worstFirst(rowsOf(transcriptRun().summary)).map((row) => row.pain)).toEqual([
      'loss',
      'outage',
      'medium',
      'low',
      'low',
      'low',
      'none',
    ]);
  });
  it('two rows whose names differ only in signs still have addresses of their own', () => {
    const { summary } = redisRun();
    const twice = { ...summary, scenarios: [...summary.scenarios, ...summary.scenarios] };
    expect(new Set(rowsOf(twice).map((row) => row.address)).size).toBe(6);
  });
});
