/**
 * From a row's first cell to the scenario that plays it. A scenario's words are data: its `layer`, what else it is called
 * (`alsoCalled`), and the titles of its variants; nothing here knows a single scenario.
 */
import type { Topology } from '../../topology/schema.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Part } from '../scenario/parts.ts';
import { actionsOf } from '../scenario/scenario.ts';
import { aboutOf, lexiconOf, type About, type Lexicon, type Parts } from './concepts.ts';
import { PARTS } from './vocabulary.ts';

/** A row is played by a scenario from here on; from `PERHAPS_FROM` on it is only named. */
export const PLAYED_FROM = 0.8;
export const PERHAPS_FROM = 0.5;

/** A row that does not say it speaks of one of several, where a scenario breaks only one. */
const PART_OF = 0.5;

type Matched = Pick<Scenario, 'layer' | 'variants'> & Partial<Pick<Scenario, 'alsoCalled' | 'parts'>>;
export interface Match {
  /** 0 to 1: half for the part, half for the way in which it fails. */
  readonly confidence: number;
  /** Only these variants are what the row speaks of; absent: all of them. */
  readonly variants?: readonly string[];
}

/** What a part is, whatever a topology calls it. */
const roleOf = (part: Part | undefined): string | undefined =>
  part !== undefined && 'workload' in part ? part.workload : undefined;
/** Parts that a scenario's faults and operations act on: a row may name them, and need not. */
function partsActedOn({ variants, parts = {} }: Matched, topology: Topology): Set<string> {
  const roles = Object.values(variants)
    .flatMap(actionsOf)
    .flatMap((one) => ('params' in one ? [((one.params ?? {}) as { workload?: unknown }).workload] : []))
    .flatMap((name) => (typeof name === 'string' ? [roleOf(parts[name]) ?? topology.workloads[name]?.role] : []));
  return new Set(
    Object.entries(PARTS).flatMap(([id, { role }]) => (role !== undefined && roles.includes(role) ? [id] : [])),
  );
}

/**
 * How much of the parts that are wanted a row names, less what it names besides.
 * @param details  parts of those: they may be what is wanted, beside one that is
 */
function partShare(row: Parts, details: Parts, wanted: readonly string[], allowed: ReadonlySet<string>): number {
  const isExtra = ([id]: readonly [string, number]): boolean => !wanted.includes(id) && !allowed.has(id);
  // A scenario of no part speaks of no row that names one, however unsurely.
  if (wanted.length === 0) return [...row].some(isExtra) ? 0 : 1;
  const extra = [...row].filter((one) => one[1] === 1 && isExtra(one)).length;
  const isAbout = wanted.some((id) => row.has(id));
  const hits = wanted.filter((id) => row.has(id) || (isAbout && details.has(id)));
  const weight = hits.reduce((sum, id) => sum + (row.get(id) ?? details.get(id) ?? 0), 0);
  return (weight / wanted.length) * (hits.length / Math.max(1, hits.length + extra));
}
const share = (row: ReadonlySet<string>, wanted: ReadonlySet<string>): number => {
  if (wanted.size === 0) return 1;
  const hits = [...row].filter((one) => wanted.has(one)).length;
  return row.size === 0 ? 0 : hits / row.size;
};

const namesOf = ({ layer, alsoCalled = [] }: Matched): string[] => [layer, ...alsoCalled];
interface Variant {
  readonly id: string;
  /** What its title tells. */
  readonly about: About;
}
/** Words that part two variants only beside another one: "no preStop". */
const LITTLE = new Set(['no', 'not', 'and', 'to', 'by', 'the', 'on', 'of', 'all', 'once', 'it', 'until']);
const DENIES: Readonly<Record<string, string>> = { without: 'no', none: 'no', missing: 'no', lacking: 'no' };
/** Of several variants those whose own words a row uses most; undefined where it uses none. */
function bestTold(row: About, told: readonly Variant[]): readonly Variant[] | undefined {
  const said = new Set(row.unknown.map((word) => DENIES[word] ?? word));
  const own = told.map((one) => {
    const words = one.about.unknown.filter((word) => said.has(word));
    return { one, hits: words.some((word) => !LITTLE.has(word)) ? words.length : 0 };
  });
  const most = Math.max(...own.map(({ hits }) => hits));
  return most > 0 ? own.filter(({ hits }) => hits === most).map(({ one }) => one) : undefined;
}
/** How a program that has crashed is met: nobody listens. */
const CRASHED: readonly string[] = ['down', 'refuse'];
/** Variants of a way; those that say nothing more than it, where some do. */
function toldOf(row: About, told: readonly Variant[]): readonly Variant[] {
  const ways = row.ways.has('crash') ? [...row.ways, ...CRASHED] : [...row.ways];
  const fitting = told.filter(({ about }) => ways.some((way) => about.ways.has(way)));
  const plain = fitting.filter(({ about }) => about.unknown.every((word) => LITTLE.has(word)));
  return bestTold(row, fitting) ?? (plain.length === 0 ? fitting : plain);
}
/** The variants whose own words a row uses, where it uses any that the layer has not. */
function variantsMeant(row: About, told: readonly Variant[], layer: About): string[] | undefined {
  const ids = (meant: readonly Variant[]): Set<string> => new Set(meant.map((one) => one.id));
  const isOfAny = [...row.ways].some((way) => layer.ways.has(way));
  const byWay = ids(isOfAny ? (bestTold(row, told) ?? told) : toldOf(row, told));
  const scoped = told.filter(({ about }) => [...row.scopes].some((scope) => about.scopes.has(scope)));
  const byScope = scoped.length === 0 ? ids(told) : ids(scoped);
  const meant = told.map((one) => one.id).filter((id) => byWay.has(id) && byScope.has(id));
  return meant.length === told.length || meant.length === 0 ? undefined : meant;
}

const isOfOne = ({ scopes }: About): boolean => scopes.has('one');
/** "Cloudflare down" is more than one of its POPs; "Traefik dies on a node" says where. */
const isOneOfMany = (row: About, layer: About, told: readonly Variant[]): boolean =>
  isOfOne(layer) &&
  !isOfOne(row) &&
  [...row.places.keys()].every((place) => row.parts.has(place)) &&
  !told.some(({ about }) => about.scopes.has('all'));

/** "Any node", "an entire POP": one of them. */
const ONE_ALL_THE_SAME = /\bany\b|\ban? (?:entire|whole)\b/iu;
/** A POP is one of many by its word alone. */
const ALL_POPS = /\b(?:all|every|both)(?: \w+){0,2} (?:pops?|points? of presence|locations?)\b/iu;
/** So is a node, where it is what fails; "a node's NIC fails, all pods on the node are gone" is one. */
const ALL_NODES =
  /\b(?:(?:all|both)(?: \w+){0,2} (?:node|server|host|machine|nic)s|every(?: \w+)? (?:node|server|host|machine|nic))\b/iu;
/** "kube-proxy broken on all nodes", where only one is ever broken. */
const isMoreThanOne = (cell: string, row: About, layer: About, meant: readonly Variant[]): boolean =>
  row.scopes.has('all') &&
  !ONE_ALL_THE_SAME.test(cell) &&
  (!isOfOne(row) || ALL_POPS.test(cell)) &&
  ([layer, ...meant.map(({ about }) => about)].some(isOfOne) || (layer.parts.has('node') && ALL_NODES.test(cell))) &&
  ![layer, ...meant.map(({ about }) => about)].some(({ scopes }) => scopes.has('all'));

/** What belongs to a part and is not the part: its replica may be gone, and it serves. */
const BELONGING =
  /\b(?:(?<!\b(?:all|both|every|the|its|dos|beide|alle) )replicas?|standby|slaves?|followers?|sentinels?|exporters?|backups?|dashboards?|consoles?|metrics|logs?|keys?|index(?:es)?|migrations?|read[- ]only|never(?! (?:answers?|responds?|repl(?:y|ies)))|egress|outbound|passwords?|credentials?|image tags?|wrong image|max[_ ]connections|(?:too many|out of|no) (?:connections|clients)|connection limit)\b/iu;
/** What is rolled out is bad: another failure than that of a good one, unless a variant says the same. */
const BAD_RELEASE =
  /\b(?:bad|faulty|buggy|broken|wrong|defective) (?:\w+ )?(?:release|deploy(?:ment)?|roll-?out|version|build|update)\b/iu;
/** "The primary dies and the standby takes over": it is the primary that fails. */
const PRIMARY = /\b(?:primary|master|leader)\b/iu;
const SOME_OF = /\b(?:one|1|a) (?:out )?of (?:the |its |our )?(?:two|three|four|five|\d+)\b/iu;
/** "Redis replica down", "UFW blocks 22", "one of two CoreDNS pods": near to what a scenario breaks, and something else. */
function isOfAnother(cell: string, row: About, layer: About, scenario: Matched, told: readonly Variant[]): boolean {
  const named = namesOf(scenario).join(' ');
  const [own, theirs] = [layer, row].map(({ unknown }) => unknown.filter((word) => /^\d+$/.test(word)));
  const isOtherPort =
    own?.length !== 0 && theirs?.length !== 0 && theirs?.every((port) => own?.includes(port) !== true);
  const isOneOfSome = SOME_OF.test(cell) && ![layer, ...told.map(({ about }) => about)].some(isOfOne);
  return isOtherPort === true || isOneOfSome || (BELONGING.test(cell) && !BELONGING.test(named) && !PRIMARY.test(cell));
}

function matchAs(layerCell: string, name: string, scenario: Matched, topology: Topology, lexicon: Lexicon): Match {
  const [row, layer] = [aboutOf(layerCell, lexicon), aboutOf(name, lexicon)];
  // A scenario that names no part of ours goes by its own words.
  const ownWords = layer.parts.size > 0 ? [] : layer.unknown;
  const wanted = [...layer.parts.keys(), ...ownWords];
  const rowParts = new Map([
    ...row.parts,
    ...row.unknown.filter((w) => ownWords.includes(w)).map((w) => [w, 1] as const),
  ]);
  const allowed = new Set([...layer.places.keys(), ...partsActedOn(scenario, topology)]);
  const parts = partShare(rowParts, row.details, wanted, allowed);
  if (parts === 0 || row.others.size > 0) return { confidence: 0 };
  const told = Object.entries(scenario.variants).map(([id, { title }]) => ({ id, about: aboutOf(title, lexicon) }));
  const said = [...layer.ways, ...told.flatMap(({ about }) => [...about.ways])];
  const ways = new Set([...said, ...(said.includes('down') ? ['crash'] : [])]);
  const variants = variantsMeant(row, told, layer);
  const isBad = BAD_RELEASE.test(layerCell) && bestTold(row, told) === undefined;
  const meant = told.filter(({ id }) => variants === undefined || variants.includes(id));
  const isLess =
    isBad ||
    isOneOfMany(row, layer, told) ||
    isMoreThanOne(layerCell, row, layer, meant) ||
    isOfAnother(layerCell, row, layer, scenario, told);
  const way = share(row.ways, ways) * (isLess ? PART_OF : 1);
  return {
    confidence: wanted.length === 0 ? parts * way : (parts + way) / 2,
    ...(variants === undefined ? {} : { variants }),
  };
}

/** How surely a row's layer cell speaks of a scenario, by whichever of its names fits best. */
export function matchOf(
  layerCell: string,
  scenario: Matched,
  topology: Topology,
  lexicon = lexiconOf(topology),
): Match {
  return namesOf(scenario)
    .map((name) => matchAs(layerCell, name, scenario, topology, lexicon))
    .reduce((best, one) => (one.confidence > best.confidence ? one : best));
}

/** The parts that a row is about and this topology does not have: "kafka", "object-store". */
export function partsLacking(layerCell: string, topology: Topology, lexicon = lexiconOf(topology)): string[] {
  const { parts, others } = aboutOf(layerCell, lexicon);
  const roles = [...Object.values(topology.workloads), ...Object.values(topology.externals)].map((one) => one.role);
  const missing = [...parts].flatMap(([id, weight]) => {
    const role = PARTS[id]?.role;
    return weight === 1 && role !== undefined && !roles.includes(role) ? [id] : [];
  });
  return [...others.keys(), ...missing];
}
