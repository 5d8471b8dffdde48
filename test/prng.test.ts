import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPrng, type Prng } from '../sim/prng.ts';

const draws = (prng: Prng, count = 20): number[] => Array.from({ length: count }, () => prng.next());

describe('chance', () => {
  test('one seed is one history, another seed another', () => {
    expect(draws(createPrng(7))).toEqual(draws(createPrng(7)));
    expect(draws(createPrng(8))).not.toEqual(draws(createPrng(7)));
  });
  test('this seed gives these numbers, on every machine and version', () => {
    expect(draws(createPrng(7), 4).map((one) => Math.floor(one * 2 ** 32))).toMatchInlineSnapshot(`
      [
        2943445329,
        3160230043,
        4004347603,
        394733936,
      ]
    `);
  });
  test('a split generator depends on seed and name, not on what was drawn before', () => {
    const drawn = createPrng(7);
    draws(drawn);
    expect(draws(drawn.split('links'))).toEqual(draws(createPrng(7).split('links')));
    expect(draws(createPrng(7).split('links'))).not.toEqual(draws(createPrng(7).split('pods')));
    expect(draws(createPrng(7).split('a').split('b'))).not.toEqual(draws(createPrng(7).split('b').split('a')));
  });
  test('numbers are in [0, 1), whole ones below n, for any seed', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 1_000 }), (seed, n) => {
        const prng = createPrng(seed);
        for (const one of draws(prng)) if (one < 0 || one >= 1) return false;
        const whole = prng.below(n);
        return Number.isInteger(whole) && whole >= 0 && whole < n;
      }),
    );
  });
  test('falls evenly: a tenth in each tenth, within 1 % of 100,000 draws', () => {
    const counts = Array.from({ length: 10 }, () => 0);
    for (const one of draws(createPrng(7), 100_000)) counts[Math.floor(one * 10)]! += 1;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(1_000);
  });
});
