/**
 * From a figure's label to the way it is about: "Traefik → api", "edge to origin (cold)", "Total". Parts go by their usual
 * names and by those the topology gives them. What names no way is left unread, and is never judged.
 */
import type { WayPart } from '../../topology/legs.ts';
import { placesOf } from '../../topology/load.ts';
import type { Topology } from '../../topology/schema.ts';
import type { Claim, Figure } from '../runtimes/entries.ts';
import { readFigures, type WrittenFigure } from './figures.ts';

/** What people call the parts, whatever the topology calls them. */
const USUAL: Readonly<Record<WayPart, readonly string[]>> = {
  phone: ['user', 'users', 'client', 'clients', 'phone', 'phones', 'browser', 'mobile'],
  edge: ['edge', 'cf', 'cloudflare', 'cdn', 'pop'],
  ingress: ['ingress', 'origin', 'node', 'nodes', 'server'],
  api: ['api', 'backend'],
  postgres: ['postgres', 'postgresql', 'database', 'db'],
  redis: ['redis', 'cache'],
};
const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
const isPart = (role: string): role is WayPart => role in USUAL;

/** Word → part. The topology's own names go before the usual ones. */
function vocabulary(topology: Topology): ReadonlyMap<string, WayPart> {
  const usual = Object.entries(USUAL).flatMap(([part, words]) => words.map((word) => [word, part as WayPart] as const));
  const named = (name: string, part: WayPart): [string, WayPart][] =>
    wordsOf(name.replace(/^\w+:/, '').replace(/\d+$/, '')).map((word) => [word, part]);
  const { workloads, externals, users } = topology;
  return new Map([
    ...usual,
    ...placesOf(topology, 'node').flatMap((node) => named(node, 'ingress')),
    ...Object.entries(externals).flatMap(([id, { role, place }]) =>
      isPart(role) ? [...named(id.split('-')[0] ?? id, role), ...named(place, role)] : [],
    ),
    ...Object.entries(workloads).flatMap(([id, { role }]) => (isPart(role) ? named(id, role) : [])),
    ...named(users.place, 'phone'),
  ]);
}

const ARROW = /\s*(?:→|⟶|➔|⇒|->|=>|–>|—>|\bto\b)\s*/u;
const TOTAL = /\b(?:total|sum|overall|end[- ]to[- ]end|altogether)\b/i;
const COLD = /\bcold\b|\bnew connection|\bfirst connection|\bhandshake/i;
const ONE_WAY = /\bone[- ]way\b|\beach way\b/i;
const ROUND_TRIP = /\bround[- ]trips?\b|\brtt\b|\bboth ways\b|\bthere and back\b/i;
/** A single statement or command, not all that a request needs. */
const SINGLE = /\b(?:one|single|per|each) (?:query|statement|command|trip)\b|\b(?:invalidate|lookup|get|set|del)\b/i;
/** What is asked of these is answered: nobody means one way. */
const ASKED: readonly WayPart[] = ['postgres', 'redis'];

/** The ends of the way that a label names; `whole` for a total. What stands in brackets says more about it, not where it is. */
function endsOf(label: string, names: ReadonlyMap<string, WayPart>): readonly [WayPart, WayPart] | 'whole' | undefined {
  const bare = label.replaceAll(/\([^)]*\)/g, ' ');
  const [from, to, ...more] = bare.split(ARROW).map((end) =>
    wordsOf(end)
      .map((word) => names.get(word))
      .find((part) => part !== undefined),
  );
  if (from !== undefined && to !== undefined && from !== to && more.length === 0) return [from, to];
  return TOTAL.test(bare) ? 'whole' : undefined;
}

/** "createTask" is named by "create a task" and by "creates tasks". */
function journeyOf(text: string, topology: Topology): string | undefined {
  const stem = (word: string): string => word.replace(/s$/, '');
  const said = new Set(wordsOf(text).map(stem));
  const partsOf = (id: string): string[] => wordsOf(id.replaceAll(/([a-z])([A-Z])/g, '$1 $2')).map(stem);
  return Object.keys(topology.journeys).find((id) => partsOf(id).every((word) => said.has(word)));
}

function figureOf(written: WrittenFigure, topology: Topology, names: ReadonlyMap<string, WayPart>): Figure | undefined {
  const { label, text, heading, minMs, maxMs, lowMs, highMs } = written;
  const ends = endsOf(label, names);
  if (ends === undefined) return undefined;
  const said = `${label} ${text}`;
  const journey = journeyOf(`${heading} ${label}`, topology);
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

/** One claim for each latency figure of a document, whether its way could be read or not. */
export function figureClaims(markdown: string, file: string, scenario: string, topology: Topology): Claim[] {
  const names = vocabulary(topology);
  const taken = new Map<string, number>();
  return readFigures(markdown).map((written): Claim => {
    const figure = figureOf(written, topology, names);
    const slug = wordsOf(written.label).join('-');
    const count = (taken.get(slug) ?? 0) + 1;
    taken.set(slug, count);
    return {
      source: { file, line: written.line, text: `${written.label}: ${written.text}` },
      scenario,
      about: 'figure',
      name: count === 1 ? slug : `${slug}-${count}`,
      predicates: [],
      unread: figure === undefined ? wordsOf(written.label) : [],
      ...(figure === undefined ? {} : { figure }),
    };
  });
}
