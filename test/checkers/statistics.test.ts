import { describe, expect, test } from 'vitest';
import {
  ascending,
  groupedInterval,
  percentile,
  quantileInterval,
  wilson,
  type Grouped,
} from '../../sim/checkers/statistics.ts';
import { createPrng } from '../../sim/prng.ts';

describe("Wilson's 95 % interval", () => {
  test.each([
    // Brown, Cai, DasGupta 2001 give the closed form; 0 of n ends at z²/(n+z²).
    [0, 10, 0, 0.2775],
    [10, 10, 0.7225, 1],
    [5, 10, 0.2366, 0.7634],
    [1, 100, 0.0018, 0.0545],
    [50, 100, 0.4038, 0.5962],
    [300, 300, 0.9874, 1],
    [374, 374, 0.9898, 1],
  ])('%i of %i is %f to %f', (hits, n, low, high) => {
    expect(wilson(hits, n).low).toBeCloseTo(low, 4);
    expect(wilson(hits, n).high).toBeCloseTo(high, 4);
  });
  test('of nothing is anything from 0 to 1', () => {
    expect(wilson(0, 0)).toEqual({ low: 0, high: 1 });
  });
  test('always holds the share itself, and narrows with n', () => {
    for (const n of [1, 7, 40, 89, 1_000])
      for (let hits = 0; hits <= n; hits++) {
        const { low, high } = wilson(hits, n);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(hits / n);
        expect(high).toBeGreaterThanOrEqual(hits / n);
        expect(high).toBeLessThanOrEqual(1);
      }
    expect(wilson(500, 1_000).high - wilson(500, 1_000).low).toBeLessThan(wilson(5, 10).high - wilson(5, 10).low);
  });
});

describe('percentile, nearest rank', () => {
  test.each([
    [[1, 2, 3, 4], 0.5, 2],
    [[1, 2, 3, 4, 5], 0.5, 3],
    [[1, 2, 3, 4], 0.95, 4],
    [Array.from({ length: 100 }, (_, n) => n + 1), 0.95, 95],
    [Array.from({ length: 100 }, (_, n) => n + 1), 1, 100],
    [[7], 0, 7],
    [[1, Infinity], 0.95, Infinity],
  ])('of %j at %f is %d', (sorted, p, value) => {
    expect(percentile(sorted, p)).toBe(value);
  });
  test('of nothing is undefined', () => {
    expect(percentile([], 0.5)).toBeUndefined();
  });
  test('numbers are put in order as numbers, and what was given stays as it was', () => {
    const given = [100, 9, 20];
    expect(ascending(given)).toEqual([9, 20, 100]);
    expect(given).toEqual([100, 9, 20]);
  });
});

describe('the interval of a median of values in groups', () => {
  const grouped = (groups: readonly (readonly number[])[]): Grouped[] =>
    groups.flatMap((own, index) => own.map((value) => ({ value, group: String(index) })));
  const ladder = (n: number, from: number): number[] => Array.from({ length: n }, (_, index) => from + index);

  test('is the usual one where groups are alike', () => {
    const groups = Array.from({ length: 4 }, () => ladder(25, 1));
    expect(groupedInterval(grouped(groups), 0.5)).toEqual(quantileInterval(ascending(groups.flat()), 0.5));
  });
  test('is wider where whole groups lie on one side', () => {
    const groups = [ladder(60, 100), ladder(50, 400), ladder(4, 100), ladder(4, 400)];
    const [usual, own] = [quantileInterval(ascending(groups.flat()), 0.5), groupedInterval(grouped(groups), 0.5)];
    expect(usual?.high).toBeLessThanOrEqual(410);
    expect(own === undefined || own.high - own.low > 250).toBe(true);
  });
  test('holds the median of all groups there could be, 19 times of 20', () => {
    const prng = createPrng(4_711);
    let [usual, own] = [0, 0];
    for (let draw = 0; draw < 500; draw++) {
      // Of all ways 45 % are slow, so half of all that could be asked take no more than 146 ms.
      const groups = Array.from({ length: 10 }, () => {
        const ms = prng.next() < 0.45 ? 466 : 136;
        return Array.from({ length: 24 }, () => ms + prng.below(11));
      });
      const holds = (bounds: { low: number; high: number } | undefined): boolean =>
        bounds === undefined || (bounds.low <= 146 && bounds.high >= 136);
      if (holds(quantileInterval(ascending(groups.flat()), 0.5))) usual++;
      if (holds(groupedInterval(grouped(groups), 0.5))) own++;
    }
    expect(own / 500).toBeGreaterThan(0.93);
    expect(usual / 500).toBeLessThan(0.85);
  });
});
