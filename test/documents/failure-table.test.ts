/** Which rows of which tables are claims about a scenario. */
import { describe, expect, test } from 'vitest';
import rollingUpdate from '../../scenarios/rolling-update.ts';
import redisDown from '../../scenarios/redis-down.ts';
import { claimsFor } from '../../sim/documents/failure-table.ts';
import { matchOf } from '../../sim/documents/matching.ts';
import type { Claim } from '../../sim/runtimes/entries.ts';
import { statementId } from '../../sim/scenario/expectations.ts';
import honeydue from '../../topology/honeydue.ts';

const of = (markdown: string): Claim[] => claimsFor(markdown, 'book.md', redisDown, honeydue);
const told = (markdown: string): string[] =>
  of(markdown).map((one) => `${one.source.line} ${one.about}: ${one.source.text}`);

describe('claims', () => {
  test('are what users see and how it ends, each with file, line and words', () => {
    const claims = of(
      '# Book\n\n| Layer fails | User sees | Recovery |\n|---|---|---|\n| Redis down | works | Restart it |\n',
    );
    expect(claims).toMatchObject([
      { source: { file: 'book.md', line: 5, text: 'works' }, scenario: 'redis-down', about: 'sees', unread: [] },
      { about: 'recovers', source: { line: 5, text: 'Restart it' } },
    ]);
    expect(claims[0]?.predicates[0]?.where?.journey).toBe('listTasks');
  });
  test('about a scenario that exposes several journeys are about all requests', () => {
    const [claim] = claimsFor(
      '| What happens | User sees |\n|---|---|\n| Rolling update | works |\n',
      'b.md',
      rollingUpdate,
      honeydue,
    );
    expect(claim?.predicates).toMatchObject([{ measure: 'share-ok', where: {} }]);
    expect(claim?.predicates[0]?.where).not.toHaveProperty('journey');
  });
  test.each([
    ['in another order', '| Recovery | User sees | Layer fails |\n|---|---|---|\n| restart | works | Redis down |\n'],
    ['in other words', '| Failure | Impact on users | Mitigation |\n|---|---|---|\n| Redis down | works | restart |\n'],
    ['in others still', '| What breaks | Symptoms | Remedy |\n|---|---|---|\n| Redis is down | works | restart |\n'],
    [
      'among further ones',
      '| # | Component | Owner | Effect | Fix |\n|---|---|---|---|---|\n| 1 | redis: down | ops | works | restart |\n',
    ],
  ])('are found with columns %s', (_name, markdown) => {
    expect(told(markdown)).toEqual(['3 sees: works', '3 recovers: restart']);
  });
  test('are found in whichever table they stand, and in all of them', () => {
    const table = '| Layer | User sees |\n|---|---|\n| Redis down | works |\n';
    expect(told(`| a | b |\n|---|---|\n| Redis down | x |\n\n${table}\n${table}`)).toEqual([
      '7 sees: works',
      '11 sees: works',
    ]);
  });
  test.each([
    ['a table of another kind', '| Hop | Latency |\n|---|---|\n| Redis down | 5 ms |\n'],
    ['a row of another layer', '| Layer | User sees |\n|---|---|\n| Postgres down | 500 |\n'],
    ['a row of half the layer', '| Layer | User sees |\n|---|---|\n| Redis slow | works |\n'],
    ['an empty cell', '| Layer | User sees |\n|---|---|\n| Redis down | |\n'],
    ['a row that ends early', '| Layer | User sees |\n|---|---|\n| Redis down |\n'],
    ['no table', 'Redis down: works\n'],
  ])('are not read from %s', (_name, markdown) => {
    expect(of(markdown)).toEqual([]);
  });
  test('are told apart where several rows speak of one variant', () => {
    const rows = '| Redis down | works | restart |\n| Redis hangs | fails | restart |\n| Redis gone | slower | |\n';
    const claims = claimsFor(`| Layer | User sees | Recovery |\n|---|---|---|\n${rows}`, 'b.md', redisDown, honeydue);
    expect(claims.map((one) => `${one.source.line} ${statementId(one, 'hung')}`)).toEqual([
      '3 redis-down/hung/sees',
      '3 redis-down/hung/recovers',
      '4 redis-down/hung/sees-2',
      '4 redis-down/hung/recovers-2',
      '5 redis-down/hung/sees-3',
    ]);
  });
  test('without a recovery column are about what users see only', () => {
    expect(told('| Layer | User sees |\n|---|---|\n| Redis down | works |\n')).toEqual(['3 sees: works']);
  });
});

test.each([
  ['Redis down', 1],
  ['redis is DOWN (node 2)', 1],
  ['Redis', 0.5],
  ['CoreDNS', 0],
  ['', 0],
])('a row called "%s" is the scenario with confidence %d', (cell, share) => {
  expect(matchOf(cell, redisDown, honeydue).confidence).toBe(share);
});
