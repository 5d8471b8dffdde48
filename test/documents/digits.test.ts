/** One figure is one number, whichever of the readers meets it. */
import { describe, expect, test } from 'vitest';
import { howLongMs } from '../../sim/documents/amounts.ts';
import { valueOf } from '../../sim/documents/digits.ts';
import { readDuration } from '../../sim/documents/durations.ts';

describe.each([
  ['0,600', 0.6],
  ['0,6', 0.6],
  ['0.6', 0.6],
  ['1,140', 1_140],
  ['12,500', 12_500],
  ['1,5', 1.5],
  ['1,14', 1.14],
  ['600', 600],
  ['0,050', 0.05],
])('"%s"', (digits, value) => {
  test('is a number', () => {
    expect(valueOf(digits)).toBe(value);
  });
  test('of a duration in a cell', () => {
    expect(readDuration(`${digits} s`)?.minMs).toBeCloseTo(value * 1_000, 6);
  });
  test('of how long it lasts, and of how long it takes to end', () => {
    expect(howLongMs(`fails for ${digits} s`)?.ms).toBeCloseTo(value * 1_000, 6);
    expect(howLongMs(`automatic within ${digits} s`, true)?.ms).toBeCloseTo(value * 1_000, 6);
  });
});
