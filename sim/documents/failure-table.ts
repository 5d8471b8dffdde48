/** Failure tables of a document: which layer, what users see, how it ends; one claim per cell that can be read. */
import type { Topology } from '../../topology/schema.ts';
import type { Claim } from '../runtimes/entries.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { annotationIn, type Annotation } from './annotations.ts';
import { columnsOf, isOfFailing, isTime, layerOf, type Columns } from './columns.ts';
import { aboutOf, lexiconOf, type Lexicon } from './concepts.ts';
import { readTables, type DocumentTable, type TableRow } from './markdown.ts';
import { matchOf, PLAYED_FROM } from './matching.ts';
import { readSentence } from './readings.ts';
import { failureSections } from './sections.ts';
import { unreadParts } from './unread-parts.ts';
import { wordsLeft } from './words-left.ts';

/** A row of a failure table, or a section that is about one failure, as written. */
export interface FailureRow {
  readonly line: number;
  readonly layer: string;
  /** What a scenario is looked up by, where the row alone does not say that it fails and its table does. */
  readonly fails?: string;
  readonly sees: string;
  readonly recovers: string;
  /** Where that stands, when not in the same line. */
  readonly recoversLine?: number;
  readonly annotation?: Annotation;
}
/** What a scenario is looked up by. */
export const spokenOf = ({ layer, fails }: FailureRow): string => fails ?? layer;
/** Tables of settings, prices or people have such titles too: one of failures has rows that say how something fails. */
const tellsOfFailures = (rows: readonly FailureRow[], lexicon: Lexicon): boolean =>
  rows.some((row) => row.annotation?.scenario !== undefined || aboutOf(spokenOf(row), lexicon).ways.size > 0);

/** "CoreDNS, both replicas", under "If this breaks": it is down. */
const failsOf = (layer: string, lexicon: Lexicon): string | undefined => {
  const { parts, others, ways } = aboutOf(layer, lexicon);
  return ways.size > 0 || parts.size + others.size === 0 ? undefined : `${layer} down`;
};
/** How it ends, with the time that stands in a column of its own, where it does not tell one itself. */
function endOf({ cells }: TableRow, { recovers, lasts }: Columns): string {
  const [end, time] = [cells[recovers] ?? '', cells[lasts] ?? ''];
  return [end, ...(isTime(time) && !isTime(end) ? [time] : [])].filter((cell) => cell !== '').join(', ');
}

function cellsOf(
  row: TableRow,
  columns: Columns,
  annotation: Annotation | undefined,
  ofFailing: boolean,
  lexicon: Lexicon,
): FailureRow {
  const layer = layerOf(row, columns, lexicon);
  const fails = ofFailing ? failsOf(layer, lexicon) : undefined;
  return {
    line: row.line,
    layer,
    ...(fails === undefined ? {} : { fails }),
    sees: row.cells[columns.sees] ?? '',
    recovers: endOf(row, columns),
    ...(annotation === undefined ? {} : { annotation }),
  };
}

/** The rows of a table, when it is one of failures. */
export function failuresIn(table: DocumentTable, lexicon: Lexicon): FailureRow[] {
  const columns = columnsOf(table, lexicon);
  if (columns === undefined) return [];
  const ofFailing = isOfFailing(table, columns, lexicon);
  const annotation = annotationIn(table.comment ?? '');
  const rows = table.rows
    .map((row) => cellsOf(row, columns, annotationIn(row.comment ?? '') ?? annotation, ofFailing, lexicon))
    .filter(({ layer, sees }) => layer !== '' && sees !== '');
  return tellsOfFailures(rows, lexicon) ? rows : [];
}

/** A table that has all titles of one of failures, and no row that says how anything fails: whether it is one is not sure. */
export function isDoubtful(table: DocumentTable, lexicon: Lexicon): boolean {
  const columns = columnsOf(table, lexicon);
  return (
    columns !== undefined && columns.recovers >= 0 && table.rows.length > 0 && failuresIn(table, lexicon).length === 0
  );
}

/** The last part of the id of what a sentence says besides, and nothing was read of. */
const UNREAD_PART = 'sees-unread';

/** What a row claims of a scenario: what users see and how it ends, as far as it says so. */
export function claimsOfRow(
  row: FailureRow,
  file: string,
  scenario: Scenario,
  topology: Topology,
  variants?: readonly string[],
): Claim[] {
  const journey = scenario.exposed.length === 1 ? scenario.exposed[0] : undefined;
  const expect = row.annotation?.expect?.map((one) =>
    journey === undefined ? one : { ...one, where: { journey, ...one.where } },
  );
  return (['sees', 'recovers'] as const).flatMap((about): Claim[] => {
    const sentence = row[about];
    if (sentence === '') return [];
    const isRecovery = (one: { measure: string }): boolean => one.measure === 'recovery-time';
    const own = expect?.filter((one) => isRecovery(one) === (about === 'recovers'));
    const read =
      own !== undefined && (about === 'sees' || own.length > 0)
        ? { predicates: own, unread: [] }
        : readSentence(sentence, about, journey, topology.journeys);
    const line = about === 'sees' ? row.line : (row.recoversLine ?? row.line);
    const told = { scenario: scenario.id, about, ...(variants === undefined ? {} : { variants }) };
    // How it ends is told by what is done; what users see is claimed part by part.
    const parts = about === 'sees' ? unreadParts(sentence, read) : [];
    const left = parts.join(' … ');
    return [
      { source: { file, line, text: sentence }, ...told, ...read },
      ...(parts.length === 0
        ? []
        : [
            {
              source: { file, line, text: left },
              ...told,
              name: UNREAD_PART,
              predicates: [],
              unread: wordsLeft(left),
            },
          ]),
    ];
  });
}

/** Several rows may speak of one variant: each of them has an id of its own, in the order of the document. */
function toldApart(claims: readonly Claim[]): Claim[] {
  const speaksOfOne = (a: Claim, b: Claim): boolean =>
    (a.name ?? a.about) === (b.name ?? b.about) &&
    (a.variants === undefined || b.variants === undefined || a.variants.some((one) => b.variants?.includes(one)));
  return claims.map((claim, index) => {
    const nth = 1 + claims.slice(0, index).filter((earlier) => speaksOfOne(earlier, claim)).length;
    return nth === 1 ? claim : { ...claim, name: `${claim.name ?? claim.about}-${nth}` };
  });
}

/** The claims a document makes about a scenario; each says where it stands and how it was read. */
export function claimsFor(markdown: string, file: string, scenario: Scenario, topology: Topology): Claim[] {
  const lexicon = lexiconOf(topology);
  const rows = [
    ...readTables(markdown).flatMap((table) => failuresIn(table, lexicon)),
    ...failureSections(markdown, lexicon),
  ];
  const claims = rows.flatMap((row) => {
    const named = row.annotation?.scenario;
    const match = matchOf(spokenOf(row), scenario, topology, lexicon);
    const isPlayed = named === undefined ? match.confidence >= PLAYED_FROM : named === scenario.id;
    return isPlayed ? claimsOfRow(row, file, scenario, topology, match.variants) : [];
  });
  return toldApart(claims);
}
