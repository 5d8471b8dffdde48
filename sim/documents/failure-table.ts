/** Failure tables of a document: which layer, what users see, how it ends; one claim per cell that can be read. */
import type { Topology } from '../../topology/schema.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Claim } from '../runtimes/entries.ts';
import { readTables, type DocumentTable } from './markdown.ts';
import { readSentence } from './readings.ts';

const LAYER = /layer|fail|component|what (?:breaks|happens)/i;
const SEES = /user|sees|impact|effect|symptom/i;
const RECOVERS = /recover|fix|mitigat|remed/i;

interface Columns {
  readonly layer: number;
  readonly sees: number;
  readonly recovers: number;
}
/** The columns of a failure table, or undefined when the table is of another kind. */
function columnsOf(table: DocumentTable): Columns | undefined {
  const find = (pattern: RegExp, not: readonly number[]): number =>
    table.header.findIndex((title, index) => !not.includes(index) && pattern.test(title));
  const sees = find(SEES, []);
  const layer = find(LAYER, [sees]);
  const recovers = find(RECOVERS, [sees, layer]);
  return sees < 0 || layer < 0 ? undefined : { layer, sees, recovers };
}

const words = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
/** Share of the scenario's layer words that a row's layer cell holds. */
export function confidence(layerCell: string, scenario: Pick<Scenario, 'layer'>): number {
  const wanted = words(scenario.layer);
  const present = new Set(words(layerCell));
  return wanted.filter((word) => present.has(word)).length / Math.max(1, wanted.length);
}
/** A row is played by a scenario from here on. */
export const PLAYED_FROM = 0.8;

/** The claims a document makes about a scenario; each says where it stands and how it was read. */
export function claimsFor(
  markdown: string,
  file: string,
  scenario: Scenario,
  journeys: Topology['journeys'] = {},
): Claim[] {
  const claims: Claim[] = [];
  const journey = scenario.exposed.length === 1 ? scenario.exposed[0] : undefined;
  for (const table of readTables(markdown)) {
    const columns = columnsOf(table);
    if (columns === undefined) continue;
    for (const row of table.rows) {
      if (confidence(row.cells[columns.layer] ?? '', scenario) < PLAYED_FROM) continue;
      for (const [about, column] of [
        ['sees', columns.sees],
        ['recovers', columns.recovers],
      ] as const) {
        const sentence = row.cells[column] ?? '';
        if (sentence === '') continue;
        const { predicates, unread } = readSentence(sentence, about, journey, journeys);
        claims.push({
          source: { file, line: row.line, text: sentence },
          scenario: scenario.id,
          about,
          predicates,
          unread,
        });
      }
    }
  }
  return claims;
}
