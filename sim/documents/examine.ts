/** A whole document before anything is played: its failure rows with the scenario of each, its figures, its sums. Pure. */
import { legsOf } from '../../topology/legs.ts';
import type { Topology } from '../../topology/schema.ts';
import type { Claim } from '../runtimes/entries.ts';
import { floorsOf, physicsOf } from '../scenario/judge-figure.ts';
import { misfitsOf } from '../scenario/misfits.ts';
import { fine } from '../scenario/phrases.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { lexiconOf, type Lexicon } from './concepts.ts';
import { MOST_FIGURES } from './figures.ts';
import { placeFigureOf, sitesOf, type PlaceFigure } from './floors.ts';
import { claimsOfRow, failuresIn, isDoubtful, spokenOf, type FailureRow } from './failure-table.ts';
import { readAllTables } from './markdown.ts';
import { matchOf, partsLacking, PERHAPS_FROM, PLAYED_FROM, type Match } from './matching.ts';
import { notesOfPassedOver } from './passed-over.ts';
import { READ_PROSE_CHARS } from './prose.ts';
import { readSections } from './sections.ts';
import { sumsOf, type Sum } from './sums.ts';
import { figureClaims, figuresOf, isAsked, type ReadFigure } from './ways.ts';

export interface ExaminedRow extends FailureRow {
  /** Line of the title row of its table; of a section its own. */
  readonly table: number;
  readonly confidence: number;
  /** The scenario that plays it; absent where none does. */
  readonly scenario?: Scenario;
  readonly variants?: readonly string[];
  readonly claims: readonly Claim[];
  /** Why it is not played; absent where it is. */
  readonly why?: string;
}
export interface ExaminedFigure {
  readonly read: ReadFigure;
  /** Judged by a play; absent where no scenario plays figures here, or its way was not read. */
  readonly claim?: Claim;
  readonly scenario?: Scenario;
  readonly physics?: Pick<PlaceFigure, 'physics' | 'told'>;
}
export interface Examined {
  readonly tables: number;
  readonly rows: readonly ExaminedRow[];
  readonly figures: readonly ExaminedFigure[];
  readonly sums: readonly Sum[];
  /** What a reader should know of how the document was read. */
  readonly notes: readonly string[];
}
export interface ExamineOptions {
  readonly file: string;
  readonly topology: Topology;
  readonly topologyFile: string;
  /** All there are, whether the topology has their parts or not. */
  readonly scenarios: readonly Scenario[];
  readonly profile: string;
}

interface Ranked {
  readonly scenario: Scenario;
  readonly match: Match;
  /** What it names and the topology does not have. */
  readonly misfits: readonly string[];
}
type Rank = (layer: string) => readonly Ranked[];
/** The scenarios of a layer, the likeliest first; of many rows that say the same the first is looked up. */
function ranking(failures: readonly Scenario[], topology: Topology, lexicon: Lexicon): Rank {
  const known = new Map<string, readonly Ranked[]>();
  const all = failures.map((scenario) => ({ scenario, misfits: misfitsOf(scenario, topology) }));
  return (layer) => {
    const ranked =
      known.get(layer) ??
      all
        .map((one): Ranked => ({ ...one, match: matchOf(layer, one.scenario, topology, lexicon) }))
        .toSorted((a, b) => b.match.confidence - a.match.confidence);
    known.set(layer, ranked);
    return ranked;
  };
}

function rowOf(row: FailureRow, table: number, options: ExamineOptions, lexicon: Lexicon, rank: Rank): ExaminedRow {
  const { topology, scenarios, topologyFile, file } = options;
  const failures = scenarios.filter((one) => one.plays === 'failure');
  const ranked = rank(spokenOf(row));
  const named = row.annotation?.scenario;
  const best = named === undefined ? ranked[0] : ranked.find(({ scenario }) => scenario.id === named);
  const none = (why: string, confidence = 0): ExaminedRow => ({ ...row, table, confidence, claims: [], why });
  if (row.annotation !== undefined && row.annotation.faults.length > 0)
    return none(`in its comment ${row.annotation.faults.join(', ')}`);
  if (named !== undefined && best === undefined)
    return none(
      `its comment names a scenario "${named}" that is not there: ${failures.map((one) => one.id).join(', ')}`,
    );
  const lacking = named === undefined ? partsLacking(row.layer, topology, lexicon) : [];
  if (lacking.length > 0) return none(`no such part in ${topologyFile}: ${lacking.join(', ')}`);
  const confidence = named === undefined ? (best?.match.confidence ?? 0) : 1;
  if (best === undefined || confidence < PERHAPS_FROM) return none('no scenario speaks of it', confidence);
  if (confidence < PLAYED_FROM) {
    const perhaps = ranked.filter(({ match }) => match.confidence === confidence).map(({ scenario }) => scenario.id);
    return none(`perhaps ${perhaps.join(' or ')}: say which with <!-- twin: scenario=${perhaps[0]} -->`, confidence);
  }
  if (best.misfits.length > 0)
    return none(
      `${best.scenario.id} names ${best.misfits.join(', ')}, which ${topologyFile} does not have`,
      confidence,
    );
  const { variants } = best.match;
  return {
    ...row,
    table,
    confidence,
    scenario: best.scenario,
    ...(variants === undefined ? {} : { variants }),
    claims: claimsOfRow(row, file, best.scenario, topology, variants),
  };
}

/** What light says of a figure between two parts of the topology: along the great circle of each leg. */
function physicsOfWay(
  { written, figure }: ReadFigure,
  { topology, profile }: ExamineOptions,
): ExaminedFigure['physics'] {
  if (figure === undefined) return undefined;
  const floors = floorsOf(legsOf(topology, profile), figure);
  if (floors.vacuum === 0) return undefined;
  const limits = Number.isFinite(written.maxMs) ? [written.minMs, written.maxMs] : [];
  const ends = limits.filter((ms) => ms > 0).map((ms) => physicsOf(ms, floors));
  const way = figure.way === 'round-trip' ? 'there and back' : 'one way';
  const told = `${way} light in vacuum needs ${fine(floors.vacuum)}, straight fibre ${fine(floors.fibre)}`;
  const physics = ends.find((one) => one === 'impossible') ?? ends.find((one) => one !== undefined) ?? 'possible';
  return { physics, told };
}

export function examine(markdown: string, options: ExamineOptions): Examined {
  const { file, topology, scenarios } = options;
  const lexicon = lexiconOf(topology);
  const { tables, linesLeft } = readAllTables(markdown);
  const rank = ranking(
    scenarios.filter((one) => one.plays === 'failure'),
    topology,
    lexicon,
  );
  const sections = readSections(markdown, lexicon);
  const failures = tables.map((table) => ({ table, rows: failuresIn(table, lexicon) }));
  const rows = [
    ...failures.flatMap((of) => of.rows.map((row) => ({ row, table: of.table.line }))),
    ...sections.rows.map((row) => ({ row, table: row.line })),
  ].map(({ row, table }) => rowOf(row, table, options, lexicon, rank));
  const budget = scenarios.find((one) => one.plays === 'figures' && misfitsOf(one, topology).length === 0);
  const sites = sitesOf(topology);
  const isFailure = new Set(rows.flatMap((row) => [row.line, row.recoversLine ?? row.line]));
  // "Fails for 30 s" in a failure table is no latency.
  const read = figuresOf(markdown, topology, tables).filter(({ written }) => !isFailure.has(written.line));
  const claims = budget === undefined ? [] : figureClaims(markdown, file, budget.id, topology, read);
  const claimed = read.filter(isAsked);
  const figures = read.flatMap((one): ExaminedFigure[] => {
    const claim = claims[claimed.indexOf(one)];
    const physics = placeFigureOf(one.written, sites) ?? physicsOfWay(one, options);
    if (claim === undefined && physics === undefined) return [];
    const isPlayed = claim?.figure !== undefined && budget !== undefined;
    return [
      { read: one, ...(isPlayed ? { claim, scenario: budget } : {}), ...(physics === undefined ? {} : { physics }) },
    ];
  });
  const mended = read.filter(({ written }) => written.mended === true).length;
  const notes = [
    ...tables
      .filter((table) => isDoubtful(table, lexicon))
      .map(
        ({ line, header }) =>
          `the table at line ${line} (${header.join(', ')}) was left alone: no cell below its title of what fails says how. If it is one of failures: <!-- twin: scenario=… --> above a row`,
      ),
    ...notesOfPassedOver(markdown, failures, lexicon, rows.length === 0 ? sections.silent : []),
    ...(mended === 0
      ? []
      : [
          `the dashes of its ranges are lost: ${mended} figures were read as two, "${read.find((o) => o.written.mended)?.written.text}" as ${rangeOf(read.find((o) => o.written.mended))}`,
        ]),
    ...(markdown.length > READ_PROSE_CHARS
      ? [`it is long: sentences were read up to its character ${READ_PROSE_CHARS}`]
      : []),
    ...(read.filter(({ written }) => written.table === undefined).length < MOST_FIGURES
      ? []
      : [`its sentences have very many figures: of these ${MOST_FIGURES} were read`]),
    ...(linesLeft === 0 ? [] : [`it is too long: ${linesLeft} lines of tables were not read`]),
  ];
  return { tables: tables.length, rows, figures, sums: sumsOf(read), notes };
}
const rangeOf = (one: ReadFigure | undefined): string =>
  one === undefined ? '' : `${one.written.minMs}–${one.written.maxMs} ms`;
