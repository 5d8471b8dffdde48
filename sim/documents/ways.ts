/**
 * From a figure's label to the way it is about: "Traefik → api", "edge to origin (cold)", "Total". Parts go by their usual
 * names and by those the topology gives them. What names no way is left unread, and is never judged.
 */
import { placesOfPart, type WayPart } from '../../topology/legs.ts';
import { placesOf } from '../../topology/load.ts';
import { neededBy } from '../../topology/needed.ts';
import type { Place, Topology } from '../../topology/schema.ts';
import type { Claim, Figure } from '../runtimes/entries.ts';
import type { Site } from './cities.ts';
import { wordsOf } from './concepts.ts';
import { ONE_WAY, ROUND_TRIP, TOTAL_ABROAD } from './directions.ts';
import { readFigures, type WrittenFigure } from './figures.ts';
import { foreignTo, isOnePlace, namesAt, placesIn, sitesOf } from './floors.ts';
import { readTables } from './markdown.ts';
import { WAY_WORDS } from './vocabulary.ts';

const isPart = (role: string): role is WayPart => role in WAY_WORDS;

interface Vocabulary {
  /** Word → part. The topology's own names go before the usual ones. */
  readonly parts: ReadonlyMap<string, WayPart>;
  /** Those of them that are names of cities: what lies between two cities is a distance, and not what requests pass. */
  readonly cities: ReadonlySet<string>;
  readonly sites: ReadonlyMap<string, Site>;
  /** Where each part stands. */
  readonly standing: ReadonlyMap<WayPart, readonly Site[]>;
}
function vocabulary(topology: Topology): Vocabulary {
  const usual = Object.entries(WAY_WORDS).flatMap(([part, words]) =>
    words.map((word) => [word, part as WayPart] as const),
  );
  const named = (name: string, part: WayPart): [string, WayPart][] =>
    wordsOf(name.replace(/^\w+:/, '').replace(/\d+$/, '')).map((word) => [word, part]);
  // What only some journeys need is on no way that a figure is about: Frankfurt is a city, though the admin's POP stands there.
  const needed = neededBy(topology, []);
  const { workloads, externals, users, places } = needed;
  /** A place by the names of the city that it stands in. */
  const cityOf = (place: Place, part: WayPart): [string, WayPart][] => {
    const site = places[place];
    return (site === undefined ? [] : namesAt(site)).flatMap((name) =>
      wordsOf(name).length === 1 ? [[name, part]] : [],
    );
  };
  const cities = new Set(Object.values(topology.places).flatMap((site) => namesAt(site).flatMap(wordsOf)));
  const parts = new Map([
    ...usual,
    ...placesOf(topology, 'node').flatMap((node) => [...cityOf(node, 'ingress'), ...named(node, 'ingress')]),
    ...Object.entries(externals).flatMap(([id, { role, place }]) =>
      isPart(role) ? [...cityOf(place, role), ...named(id.split('-')[0] ?? id, role), ...named(place, role)] : [],
    ),
    ...Object.entries(workloads).flatMap(([id, { role }]) => (isPart(role) ? named(id, role) : [])),
    ...cityOf(users.place, 'phone'),
    ...named(users.place, 'phone'),
  ]);
  const standing = new Map(
    Object.keys(WAY_WORDS)
      .filter(isPart)
      .map((part) => [part, placesOfPart(needed, part).flatMap((place) => places[place] ?? [])]),
  );
  return { parts, cities, sites: sitesOf(topology), standing };
}

const ARROW = /\s*(?:→|⟶|➔|⇒|->|=>|–>|—>|\bto\b)\s*/u;
const TOTAL = /\b(?:total|sum|overall|end[- ]to[- ]end|altogether)\b/i;
export const isTotalOf = (label: string): boolean => TOTAL.test(label) || TOTAL_ABROAD.test(label);
const COLD = /\bcold\b|\bnew connection|\bfirst connection|\bhandshake/i;
/** A single statement or command, not all that a request needs. */
const SINGLE =
  /\b(?:one|single|per|each|eine|pro|je) (?:query|statement|command|trip|round[- ]?trip|abfrage)\b|\bquery itself\b|\bsingle[- ]row\b|\b(?:invalidate|lookup|get|set|del)\b/i;
/** What is asked of these is answered: nobody means one way. */
const ASKED: readonly WayPart[] = ['postgres', 'redis'];

type Ends = readonly [WayPart, WayPart];
const withoutBrackets = (text: string): string => text.replaceAll(/\([^)]*\)/g, ' ');
/** Links that lie between two cities; of other parts in two cities a way makes several trips, or passes others. */
const LINKS: readonly Ends[] = [
  ['phone', 'edge'],
  ['edge', 'ingress'],
];
const isOneLink = (from: WayPart, to: WayPart): boolean =>
  LINKS.some((link) => link.includes(from) && link.includes(to));
/** The ends of the way that a text names. What stands in brackets says more about it, not where it is. */
function endsIn(text: string, { parts, cities }: Vocabulary): Ends | undefined {
  const ends = withoutBrackets(text)
    .split(ARROW)
    .map((end) => wordsOf(end).filter((word) => parts.has(word)));
  const [from, to, ...more] = ends.map(([word = '']) => parts.get(word));
  const isOfCities = ends.every((words) => words.every((word) => cities.has(word)));
  if (from === undefined || to === undefined || from === to || more.length > 0) return undefined;
  return isOfCities && !isOneLink(from, to) ? undefined : [from, to];
}
/** "Cloudflare (FRA) → …": an end of which it is said that it stands where this topology has none of its kind. */
function isAtAnotherPlace(label: string, ends: Ends | 'whole', { sites, standing }: Vocabulary): boolean {
  const said = label.split(ARROW);
  if (ends === 'whole' || said.length !== ends.length) return false;
  return ends.some((part, at) => {
    const own = standing.get(part) ?? [];
    return placesIn(said[at] ?? '', sites).some((name) => {
      const site = sites.get(name);
      return site !== undefined && own.length > 0 && !own.some((one) => isOnePlace(site, one));
    });
  });
}
/** The ends of a figure's way, by its label or else by its heading; `whole` for a total under a heading that names none. */
function endsOf({ label, heading }: WrittenFigure, names: Vocabulary): Ends | 'whole' | undefined {
  const own = endsIn(label, names);
  if (own !== undefined) return own;
  const bare = withoutBrackets(label);
  // A label that names a way which we do not know is not about the heading's.
  const isOtherWay = ARROW.test(bare.replaceAll(/\bto\b/g, ' '));
  const above = isOtherWay ? undefined : endsIn(heading, names);
  return above ?? (isTotalOf(bare) ? 'whole' : undefined);
}

/** "createTask" is named by "create a task" and by "creates tasks". */
function journeyOf(text: string, topology: Topology): string | undefined {
  const stem = (word: string): string => word.replace(/s$/, '');
  const said = new Set(wordsOf(text).map(stem));
  const partsOf = (id: string): string[] => wordsOf(id.replaceAll(/([a-z])([A-Z])/g, '$1 $2')).map(stem);
  return Object.keys(topology.journeys).find((id) => partsOf(id).every((word) => said.has(word)));
}

/** How far it is between parts that stand in one place is the same in every cluster. */
const isWithinOnePlace = (ends: Ends | 'whole', topology: Topology): boolean =>
  ends !== 'whole' && ends.every((part) => placesOfPart(topology, part).every((place) => place.startsWith('node:')));

/** @param isElsewhere  it stands among places that this topology has not: how far its users are is another cluster's */
function figureOf(
  written: WrittenFigure,
  topology: Topology,
  names: Vocabulary,
  isElsewhere: boolean,
): Figure | undefined {
  const { label, text, heading, before, minMs, maxMs, lowMs, highMs } = written;
  const ends = endsOf(written, names);
  if (ends === undefined || (isElsewhere && !isWithinOnePlace(ends, topology))) return undefined;
  if (ends === 'whole' && written.isTerm === true) return undefined;
  if (isAtAnotherPlace(label, ends, names)) return undefined;
  // "Round trip" may stand in the title of the column: once for all its figures.
  const said = `${label} ${text} ${written.title ?? ''}`;
  const journey = journeyOf(`${heading} ${label}`, topology) ?? journeyOf(before, topology);
  const isRoundTrip = ends === 'whole' || ASKED.includes(ends[1]) || ROUND_TRIP.test(said);
  return {
    label,
    text,
    minMs,
    lowMs,
    ...(maxMs === Infinity ? {} : { maxMs, highMs }),
    ...(ends === 'whole' ? {} : { between: ends }),
    ...(journey === undefined ? {} : { journey }),
    connection: COLD.test(said) ? 'cold' : 'warm',
    per: SINGLE.test(said) ? 'trip' : 'request',
    way: ONE_WAY.test(said) ? 'one-way' : isRoundTrip ? 'round-trip' : 'unsaid',
  };
}

/** A figure as written, and the way that it was read to be about. */
export interface ReadFigure {
  readonly written: WrittenFigure;
  readonly figure: Figure | undefined;
}
/** In a table a figure is asked about whether its way could be read or not, in a sentence only then; of a total its sum is told. */
export const isAsked = ({ written, figure }: ReadFigure): boolean =>
  figure !== undefined || (written.table !== undefined && !isTotalOf(written.label));
/** The latency figures of a document. */
export function figuresOf(markdown: string, topology: Topology, tables = readTables(markdown)): ReadFigure[] {
  const names = vocabulary(topology);
  const all = readFigures(markdown, tables);
  const isForeign = foreignTo(topology);
  const amongTheirs = new Set(
    all.filter((one) => isForeign(`${one.said} ${one.heading} ${one.before}`)).map((one) => one.table ?? one.sentence),
  );
  return all.map((written) => {
    const isElsewhere = amongTheirs.has(written.table ?? written.sentence);
    return { written, figure: figureOf(written, topology, names, isElsewhere) };
  });
}
const LABEL_CHARS = 80;

/** One claim for each latency figure of a document that the twin can be asked about. */
export function figureClaims(
  markdown: string,
  file: string,
  scenario: string,
  topology: Topology,
  figures = figuresOf(markdown, topology),
): Claim[] {
  const taken = new Map<string, number>();
  return figures.filter(isAsked).map(({ written, figure }): Claim => {
    const slug = wordsOf(written.label.slice(0, LABEL_CHARS)).join('-') || 'figure';
    const count = (taken.get(slug) ?? 0) + 1;
    taken.set(slug, count);
    return {
      source: { file, line: written.line, text: written.said },
      scenario,
      about: 'figure',
      name: count === 1 ? slug : `${slug}-${count}`,
      predicates: [],
      unread: figure === undefined ? wordsOf(written.label) : [],
      ...(figure === undefined ? {} : { figure }),
    };
  });
}
