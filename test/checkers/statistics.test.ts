import { describe, expect, test } from 'vitest';
import { ascending, percentile, wilson } from '../../sim/checkers/statistics.ts';

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
    for (const n of [1, 7, 40, 1_000])
      for (let hits = 0; hits <= n; hits++) {
        const { low, high } = wilson(hits, n);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(hits / n + 1e-12);
        expect(high).toBeGreaterThanOrEqual(hits / n - 1e-12);
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
