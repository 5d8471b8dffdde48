/** Which columns of a latency table name its ways, hold its figures and say their unit. */
import { describe, expect, test } from 'vitest';
import { readFigures } from '../../sim/documents/figures.ts';
import { table } from './table.ts';

describe('a latency table', () => {
  const figures = (header: string, ...rows: string[]): string[] =>
    readFigures(`## Latency\n\n${table(header, ...rows)}`).map(({ label, text }) => `${label}: ${text}`);
  test.each([
    ['| Leg | ms |', '| api → Redis | 4–8 |', 'api → Redis: 4–8 ms'],
    ['| Leg | RTT (ms) |', '| api → Redis | ~4 |', 'api → Redis: ~4 ms'],
    ['| Step | Leg | ms |', '| 1 | api → Redis | 4 |', 'api → Redis: 4 ms'],
    ['| Leg | µs |', '| api → Redis | 400 |', 'api → Redis: 400 µs'],
  ])('may have its unit in a title, and count its rows: %s', (header, row, told) => {
    expect(figures(header, row)).toEqual([told]);
  });
  test('of what is aimed at is none', () => {
    expect(figures('| SLO | Target |', '| p95 of api → Redis | 400 ms |')).toEqual([]);
  });
});

describe('a latency table with its ends in two columns', () => {
  const figures = (header: string, ...rows: string[]): string[] =>
    readFigures(`## Latency\n\n${table(header, ...rows)}`).map(({ label, text }) => `${label}: ${text}`);
  test.each([
    '| From | To | RTT |',
    '| Source | Destination | RTT |',
    '| From node | To node | RTT |',
    '| Von | Nach | Umlaufzeit |',
    '| Origen | Destino | Ida y vuelta |',
    '| De | À | Aller-retour |',
    '| Départ | Arrivée | Latence |',
  ])('%s', (header) => {
    expect(figures(header, '| api | Redis | 0,4 ms |')).toEqual(['api → Redis: 0,4 ms']);
  });
  test('may have them in another order, and several figures', () => {
    expect(figures('| p50 | To | From | p99 |', '| 1 ms | Redis | api | 2 ms |')).toEqual([
      'api → Redis, p50: 1 ms',
      'api → Redis, p99: 2 ms',
    ]);
  });
  test('says in a title that a column is of time-outs, not of latencies', () => {
    expect(figures('| From | To | RTT | Time-out |', '| api | Redis | 1 ms | 3 s |')).toEqual(['api → Redis: 1 ms']);
  });
  test.each(['| Hop | To do | Latency |', '| A | B | Latency |'])('%s has none: the first names the way', (header) => {
    expect(figures(header, '| api → Redis | x | 1 ms |')).toEqual(['api → Redis: 1 ms']);
  });
});
