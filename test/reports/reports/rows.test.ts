import { describe, expect, it } from 'vitest';
import { rowsOf, worstFirst } from '../../reports/rows.ts';
import { changedRun, redisRun, transcriptRun } from './fixtures.ts';

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
