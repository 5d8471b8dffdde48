/** Figures, sums and tables as other teams write them: what was misread once, by somebody who tried to mislead the reader. */
import { describe, expect, test } from 'vitest';
import { examine } from '../../sim/documents/examine.ts';
import { sumsOf } from '../../sim/documents/sums.ts';
import { figuresOf } from '../../sim/documents/ways.ts';
import honeydue from '../../topology/honeydue.ts';

const first = (markdown: string) => figuresOf(markdown, honeydue)[0]?.figure;
const table = (...rows: string[]): string =>
  ['## Latency', '', '| Way | Latency |', '|---|---|', ...rows.map((row) => `| ${row} |`)].join('\n');

describe('a figure', () => {
  test.each([
    ['API → Redis | ca. 12 ms', 12],
    ['API → Redis | c. 1 ms', 1],
    ['API → Redis | etwa 3 ms', 3],
    ['Nutzer → Cloudflare | ca. 8 ms', 8],
  ])('is one with a word for "about" in its own language: %s', (row, ms) => {
    expect(first(table(row))).toMatchObject({ minMs: ms, maxMs: ms });
    expect(first(table(row))?.highMs).toBeGreaterThan(ms * 1.1);
  });
  test.each([
    'Latency: Dallas → Ashburn takes 30 ms',
    'Latency: Nuremberg → Ashburn 95 ms',
    'Latency: Cloudflare (FRA) → Nuremberg 4–6 ms',
  ])('between cities is no way that requests pass: %s', (sentence) => {
    expect(first(sentence)).toBe(undefined);
  });
  test.each([
    ['Latency: Dallas → Nuremberg 120 ms', ['edge', 'ingress']],
    ['Latency: Cloudflare (Dallas) → Nuremberg 120 ms', ['edge', 'ingress']],
    ['Latency: CF → Hetzner (Dallas → Nuremberg) 120 ms', ['edge', 'ingress']],
  ])('between the cities that a link joins is of that link: %s', (sentence, between) => {
    expect(first(sentence)?.between).toEqual(between);
  });
  test.each(['API → Neon latency: 95 ms per round trip', table('API → Postgres, eine Abfrage | 95 ms')])(
    'of one trip is held against one: %s',
    (sentence) => {
      expect(first(sentence)?.per).toBe('trip');
    },
  );
});

describe('a sum that is written out', () => {
  const fits = (sentence: string) => sumsOf(figuresOf(sentence, honeydue)).map((one) => one.fits);
  test.each([
    ['Latency: 30 ms + 120 ms + 380 ms = 530 ms', 'one way'],
    ['Latency: 30 ms + 120 ms + 380 ms = 900 ms', 'neither'],
    ['Latency: 30 ms + 120 ms + 380 ms = 560 ms', 'neither'],
  ])('counts no term twice: %s', (sentence, expected) => {
    expect(fits(sentence)).toEqual([expected]);
  });
});

describe('tables of failures', () => {
  const examined = (markdown: string) =>
    examine(markdown, { file: 'x.md', topology: honeydue, topologyFile: 'x.ts', scenarios: [], profile: 'physical' });
  const rowsOf = (header: string, ...rows: string[]) =>
    examined([header, header.replaceAll(/[^|]+/g, '---'), ...rows].join('\n')).rows.map((one) => one.sees);
  test.each([
    ['| If… | …then clients get | …and we |', '| Redis dies | slower lists | restart it |', 'slower lists'],
    ['| When | Then |', '| Postgres is down | 500 |', '500'],
    ['| Dependency | Degraded behaviour |', '| Redis | slower lists |', 'slower lists'],
  ])('are known by their titles: %s', (header, row, sees) => {
    expect(rowsOf(header, row)).toEqual([sees]);
  });
  test('whose rows are columns are not read, and that is said', () => {
    const { rows, notes } = examined(
      '| | Redis down | Postgres down | CoreDNS down |\n|---|---|---|---|\n| a | b | c | d |\n',
    );
    expect(rows).toEqual([]);
    expect(notes).toEqual([
      expect.stringMatching(/^the table at line 1 names parts and how they fail, and was not read/),
    ]);
  });
  test('of alerts are left alone without a word', () => {
    const alerts = [
      '| Alert | After |',
      '|---|---|',
      '| Redis down | 1 min |',
      '| Postgres slow | 2 s |',
      '| api OOM | any |',
    ];
    expect(examined(alerts.join('\n'))).toMatchObject({ rows: [], notes: [] });
  });
  test('tell when it ends once: by its own words, or else by the column of times', () => {
    const ends = examined(
      '| Failure | Users see | Recovery | RTO |\n|---|---|---|---|\n| Redis down | 500 | restarts within 10 s | 1 min |\n| Postgres down | 500 | automatic | 5 min |\n',
    );
    expect(ends.rows.map((one) => one.recovers)).toEqual(['restarts within 10 s', 'automatic, 5 min']);
  });
});
