/** What a text is about: which parts of a cluster, which ways of failing, how much of it. Words come from `vocabulary.ts`. */
import type { Topology } from '../../topology/schema.ts';
import { MEANS_NOTHING, PART_NAMES, SCOPES_SAID, WAYS } from './languages.ts';
import { withoutUnseen } from './plain-text.ts';
import {
  FILLERS,
  OF_FIREWALLS,
  ON_PURPOSE,
  OTHER_PRODUCTS,
  PARTS,
  SAYS_MORE_THAN_DOWN,
  SCOPES,
  WAYS_OF_FAILING,
  WHERE_WORDS,
} from './vocabulary.ts';

/** Text as it is compared: one spelling of digits, dashes and widths, lower case, words apart by one blank. */
export const wordsOf = (text: string): string[] =>
  withoutUnseen(text)
    .normalize('NFKC')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [];
/** "pods" and "pod", "dies" and "die" are one word; so are "crashes" and "crash". */
const stem = (word: string): string =>
  word.length > 4 && /(?:sh|ch|x|ss)es$/.test(word)
    ? word.slice(0, -2)
    : word.length > 3 && word.endsWith('s') && !word.endsWith('ss') && !word.endsWith('us')
      ? word.slice(0, -1)
      : word;
const key = (phrase: string): string => wordsOf(phrase).map(stem).join(' ');

/** Sight of a part in a text. `weight` below 1: the word may mean other parts as well. */
export type Parts = ReadonlyMap<string, number>;
export interface About {
  readonly parts: Parts;
  /** Parts named only to say where: "on one node". */
  readonly places: Parts;
  /** Parts of what it names first: "node 2: its uplink is gone". */
  readonly details: Parts;
  readonly ways: ReadonlySet<string>;
  readonly scopes: ReadonlySet<string>;
  /** Products that no topology of ours has, with the part whose place they take elsewhere. */
  readonly others: ReadonlyMap<string, string>;
  /** Words that mean nothing here. */
  readonly unknown: readonly string[];
}
type Meaning =
  | { readonly kind: 'part'; readonly id: string; readonly weight: number }
  | { readonly kind: 'way' | 'scope' | 'filler'; readonly id: string }
  | { readonly kind: 'other'; readonly id: string; readonly role: string };
/** Phrase → what it may mean. */
export type Lexicon = ReadonlyMap<string, readonly Meaning[]>;

/** A word that may mean this part and another counts half. */
const MAYBE = 0.5;

/** The topology's own names for its parts: "neon" is its Postgres, "hetzner" its nodes. */
function ownNames({ workloads, externals, places }: Topology): [string, string][] {
  const byRole = Object.entries(PARTS).flatMap(([id, { role }]) => (role === undefined ? [] : [[role, id] as const]));
  const partsOf = (role: string): string[] => byRole.filter(([one]) => one === role).map(([, id]) => id);
  const bare = (name: string): string => name.replace(/^\w+:/, '').replace(/\d+$/, '');
  return [
    ...Object.entries(workloads).flatMap(([id, { role }]) => partsOf(role).map((part): [string, string] => [id, part])),
    ...Object.entries(externals)
      // Nor is a city the edge because a POP stands there that only some journeys reach.
      .filter(([, { role, journeys }]) => role !== 'resolver' && (role !== 'edge' || journeys === undefined))
      .flatMap(([id, { role, place }]) =>
        partsOf(role).flatMap((part): [string, string][] => [
          [id, part],
          [id.split('-')[0] ?? id, part],
          [bare(place), part],
        ]),
      ),
    ...Object.keys(places)
      .filter((place) => place.startsWith('node:'))
      .map((place): [string, string] => [bare(place), 'node']),
  ];
}

/** All words a document may use about this topology. */
export function lexiconOf(topology: Topology): Lexicon {
  const lexicon = new Map<string, Meaning[]>();
  const add = (phrase: string, meaning: Meaning): void => {
    const at = key(phrase);
    const had = lexicon.get(at) ?? [];
    if (at !== '' && !had.some((one) => one.kind === meaning.kind && one.id === meaning.id))
      lexicon.set(at, [...had, meaning]);
  };
  const own = ownNames(topology);
  const named = new Set(own.map(([name]) => key(name)));
  // Its own names come first: "gateway" may be an ingress elsewhere, and is this one's.
  for (const [name, id] of own) add(name, { kind: 'part', id, weight: 1 });
  for (const [id, { names, maybe = [] }] of Object.entries(PARTS)) {
    for (const name of [...names, ...(PART_NAMES[id] ?? [])]) add(name, { kind: 'part', id, weight: 1 });
    for (const name of maybe) add(name, { kind: 'part', id, weight: MAYBE });
  }
  for (const [role, names] of Object.entries(OTHER_PRODUCTS))
    for (const name of names) if (!named.has(key(name))) add(name, { kind: 'other', id: name, role });
  for (const [id, names] of [...Object.entries(WAYS_OF_FAILING), ...Object.entries(WAYS)])
    for (const name of names) add(name, { kind: 'way', id });
  for (const [id, names] of [...Object.entries(SCOPES), ...Object.entries(SCOPES_SAID)])
    for (const name of names) add(name, { kind: 'scope', id });
  for (const name of [...FILLERS, ...MEANS_NOTHING]) add(name, { kind: 'filler', id: name });
  return lexicon;
}

const LONGEST_PHRASE = 4;
/** "node3" is a node: what no word is may be one with a number to it. */
const unnumbered = (word: string): string => word.replace(/(?<=^\p{L}{3,})\d+$/u, '');
/** Meanings in the order of the text, the longest phrase first; words that mean nothing as themselves. */
function meaningsIn(text: string, lexicon: Lexicon): { meanings: Meaning[]; unknown: string[] } {
  const words = wordsOf(text)
    .map(stem)
    .map((word) => (lexicon.has(word) ? word : unnumbered(word)));
  const meanings: Meaning[] = [];
  const unknown: string[] = [];
  for (let at = 0; at < words.length;) {
    const length = [...Array(LONGEST_PHRASE).keys()]
      .map((n) => LONGEST_PHRASE - n)
      .find((n) => at + n <= words.length && lexicon.has(words.slice(at, at + n).join(' ')));
    if (length === undefined) unknown.push(words[at] ?? '');
    else meanings.push(...(lexicon.get(words.slice(at, at + length).join(' ')) ?? []));
    at += length ?? 1;
  }
  return { meanings, unknown };
}

function partsOf(meanings: readonly Meaning[]): Map<string, number> {
  const parts = new Map<string, number>();
  for (const one of meanings) if (one.kind === 'part') parts.set(one.id, Math.max(one.weight, parts.get(one.id) ?? 0));
  return parts;
}
/** "Traefik pod down on one node (any)": what stands before "on" is what fails; after it, and in brackets, where and how. */
function subjectOf(text: string): readonly [subject: string, where: string, aside: string] {
  const brackets = /\(([^()]*)\)/g;
  const bare = text.replaceAll(brackets, ' ');
  const at = WHERE_WORDS.exec(bare.toLowerCase())?.index ?? -1;
  const aside = [...text.matchAll(brackets)].map((match) => match[1]).join(' ');
  return at <= 0 ? [bare, '', aside] : [bare.slice(0, at), bare.slice(at), aside];
}

interface Sighted {
  readonly meanings: Meaning[];
  readonly unknown: string[];
}
const isNamed = ({ meanings }: Sighted): boolean => meanings.some(({ kind }) => kind === 'part' || kind === 'other');

/** "Redis: primary dies": what stands before the colon is what fails, when it is a part; the rest says how, and of what of it. */
function spokenOf(
  text: string,
  lexicon: Lexicon,
): readonly [head: Sighted, detail: Sighted, where: Sighted, aside: Sighted] {
  const colon = /:\s/.exec(text)?.index ?? -1;
  const nothing: Sighted = { meanings: [], unknown: [] };
  const head = colon < 0 ? nothing : meaningsIn(text.slice(0, colon), lexicon);
  const [first = nothing, where = nothing, aside = nothing] = subjectOf(
    isNamed(head) ? text.slice(colon + 1) : text,
  ).map((one) => meaningsIn(one, lexicon));
  return isNamed(head) ? [head, first, where, aside] : [first, nothing, where, aside];
}

/** "The api deployment is scaled to 0": Kubernetes' object, that is its pods, and no rollout. */
const OBJECT =
  /(?<!\b(?:rolling|new|bad|broken|each|every|a|the) )\b(?:deployment|statefulset|daemonset)(?= (?:is |was |gets |got )?(?:scaled|deleted|removed|missing|gone|down)\b)/giu;
/** What a text is about. */
export function aboutOf(text: string, lexicon: Lexicon): About {
  const spoken = spokenOf(text.replaceAll(OBJECT, 'pods'), lexicon);
  const [first, detail, where, aside] = spoken;
  const rest = [...where.meanings, ...aside.meanings];
  const named = isNamed(first);
  const all = spoken.flatMap((one) => one.meanings);
  // "Fails during the deploy": how it fails stands before "during", when it does behind it.
  const said = spoken.find(({ meanings }) => meanings.some(({ kind }) => kind === 'way'));
  const ways = new Set((said?.meanings ?? []).flatMap((one) => (one.kind === 'way' ? [one.id] : [])));
  // "Every api pod (bad release)": why, not how.
  if (named && said === aside) {
    const isFirewall = partsOf(first.meanings).has('firewall');
    for (const way of [...ON_PURPOSE, ...(isFirewall ? [] : OF_FIREWALLS)]) ways.delete(way);
  }
  if (SAYS_MORE_THAN_DOWN.some((way) => ways.has(way))) ways.delete('down');
  const others = (named ? first.meanings : rest).flatMap((one) =>
    one.kind === 'other' ? [[one.id, one.role] as const] : [],
  );
  return {
    parts: partsOf(named ? first.meanings : all),
    places: named ? partsOf([...detail.meanings, ...rest]) : new Map(),
    details: partsOf(detail.meanings),
    ways,
    scopes: new Set(all.flatMap((one) => (one.kind === 'scope' ? [one.id] : []))),
    others: new Map(others),
    unknown: spoken.flatMap((one) => one.unknown),
  };
}
