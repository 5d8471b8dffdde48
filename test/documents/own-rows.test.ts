/** The topology's own document against the scenarios there are: each row is played by one, each scenario plays its own row. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { claimsOf } from '../../sim/documents/claims.ts';
import { lexiconOf } from '../../sim/documents/concepts.ts';
import { examine } from '../../sim/documents/examine.ts';
import { failuresIn, type FailureRow } from '../../sim/documents/failure-table.ts';
import { readTables } from '../../sim/documents/markdown.ts';
import { matchOf, PLAYED_FROM } from '../../sim/documents/matching.ts';
import type { Scenario } from '../../sim/scenario/scenario.ts';
import honeydue from '../../topology/honeydue.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const BOOK = readFileSync(join(ROOT, 'topology', 'honeydue.md'), 'utf8');
const files = readdirSync(join(ROOT, 'scenarios')).filter((name) => name.endsWith('.ts'));
const scenarios = await Promise.all(
  files.map(async (name) => ((await import(join(ROOT, 'scenarios', name))) as { default: Scenario }).default),
);
const failures = scenarios.filter((one) => one.plays === 'failure');
/** Scenarios that are further variants of another one's row: they judge it as well, and `check` plays the first. */
const SHARED: Readonly<Record<string, string>> = { 'redis-dropped': 'redis-down' };
const ownerOf = ({ id }: Scenario): string => SHARED[id] ?? id;
const lexicon = lexiconOf(honeydue);
const rows = readTables(BOOK).flatMap((table) => failuresIn(table, lexicon));
const confidence = (layer: string, scenario: Scenario): number =>
  matchOf(layer, scenario, honeydue, lexicon).confidence;

/** By the scenario that the row itself names, else by its words. */
const isPlayed = ({ layer, annotation }: FailureRow, scenario: Scenario): boolean =>
  annotation?.scenario === undefined ? confidence(layer, scenario) >= PLAYED_FROM : annotation.scenario === scenario.id;

describe('topology/honeydue.md', () => {
  test.each(rows.map((row) => [row.line, row.layer, row] as const))(
    'line %d, "%s": one scenario plays it',
    (_line, _layer, row) => {
      const playing = failures.filter((one) => isPlayed(row, one)).map(ownerOf);
      expect([...new Set(playing)]).toHaveLength(1);
    },
  );
  test('has check and rehearse agree on which scenario judges which line', () => {
    const { rows: checked } = examine(BOOK, {
      file: 'honeydue.md',
      topology: honeydue,
      topologyFile: 'honeydue.ts',
      scenarios,
      profile: 'physical',
    });
    const byCheck = checked.map(({ line, scenario }) => `${line} ${scenario?.id}`);
    const byRehearse = failures
      .filter((one) => ownerOf(one) === one.id)
      .flatMap((scenario) => [
        ...new Set(
          claimsOf(BOOK, 'honeydue.md', scenario, honeydue).map(({ source }) => `${source.line} ${scenario.id}`),
        ),
      ]);
    expect(byRehearse.toSorted()).toEqual(byCheck.toSorted());
  });
});

describe.each(failures.map((one) => [one.id, one] as const))('%s', (_id, scenario) => {
  test('is matched by the row it plays and by no other', () => {
    const own = rows.filter((row) => isPlayed(row, scenario));
    expect(own.map((row) => row.layer)).toHaveLength(1);
  });
  test('is matched by its own name and by whatever else it says that it is called, and nobody else is', () => {
    for (const name of [scenario.layer, ...(scenario.alsoCalled ?? [])])
      expect([name, ...new Set(failures.filter((one) => confidence(name, one) >= PLAYED_FROM).map(ownerOf))]).toEqual([
        name,
        ownerOf(scenario),
      ]);
  });
});
