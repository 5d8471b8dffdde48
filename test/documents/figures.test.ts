import { describe, expect, test } from 'vitest';
import { readDuration } from '../../sim/documents/durations.ts';
import { readFigures } from '../../sim/documents/figures.ts';

describe('a duration', () => {
  test.each([
    ['5–15 ms', 5, 15],
    ['5-15 ms', 5, 15],
    ['5—15 ms', 5, 15],
    ['5‒15 ms', 5, 15],
    ['5‑15 ms', 5, 15],
    ['5−15 ms', 5, 15],
    ['5 – 15 ms', 5, 15],
    ['5–15ms', 5, 15],
    ['5\u00A0–\u00A015\u00A0ms', 5, 15],
    ['5 ms – 15 ms', 5, 15],
    ['900 ms – 1.5 s', 900, 1_500],
    ['~40 ms', 40, 40],
    ['≈ 40 ms', 40, 40],
    ['<1 ms', 0, 1],
    ['< 1 ms', 0, 1],
    ['≤ 3 ms', 0, 3],
    ['>100 ms', 100, Infinity],
    ['≥ 2 s', 2_000, Infinity],
    ['0.5 ms', 0.5, 0.5],
    ['0,5 ms', 0.5, 0.5],
    ['1.5 s', 1_500, 1_500],
    ['1,140 ms', 1_140, 1_140],
    ['1,000–1,500 ms', 1_000, 1_500],
    ['300 µs', 0.3, 0.3],
    ['300 μs', 0.3, 0.3],
    ['300 us', 0.3, 0.3],
    ['5–15 ms each way', 5, 15],
  ])('%s is %d to %d ms', (text, minMs, maxMs) => {
    const duration = readDuration(text);
    expect(duration?.minMs).toBeCloseTo(minMs, 9);
    expect(duration?.maxMs === Infinity ? Infinity : duration?.maxMs).toBeCloseTo(maxMs, 9);
  });
  test.each(['', 'ms', 'fast', '15', '15 msec', '15 minutes', 'about five ms', 'same as forward', '-5 ms', '5..6 ms'])(
    '"%s" is none',
    (text) => {
      expect(readDuration(text)).toBeUndefined();
    },
  );
});

describe('what would be written so when rounded', () => {
  test.each([
    ['120 ms', 115, 125],
    ['15 ms', 14.5, 15.5],
    ['0.5 ms', 0.45, 0.55],
    ['90–120 ms', 85, 125],
    ['20–60 ms', 18, 65],
    ['100 ms', 90, 110],
    ['~80 ms', 64, 96],
    ['<10 ms', 0, 10],
    ['>100 ms', 100, Infinity],
  ])('%s stands for %d to %d ms', (text, lowMs, highMs) => {
    const read = readDuration(text);
    expect(read?.lowMs).toBeCloseTo(lowMs, 9);
    expect(read?.highMs === Infinity ? 0 : read?.highMs).toBeCloseTo(highMs === Infinity ? 0 : highMs, 9);
  });
});

test('figures are the rows whose last cell is a duration, each with its line, its label and the heading above it', () => {
  const markdown =
    '## Ways\n\n| Hop | Via | Latency |\n|---|---|---|\n| a → b | x | 5–15 ms |\n| back | y | as above |\n| b → c | z | <1 ms |\n';
  expect(readFigures(markdown)).toMatchObject([
    { line: 5, heading: 'Ways', label: 'a → b', text: '5–15 ms', minMs: 5, maxMs: 15, lowMs: 4.5, highMs: 15.5 },
    { line: 7, heading: 'Ways', label: 'b → c', text: '<1 ms', minMs: 0, maxMs: 1, lowMs: 0, highMs: 1 },
  ]);
});
