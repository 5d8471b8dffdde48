/**
 * From a sentence to what can be measured. A reading is printed beside its verdict; words that were not read are told, and
 * a sentence in which nothing could be read is never judged.
 */
import type { Predicate } from '../runtimes/entries.ts';
import { SOME_SHARE } from '../scenario/phrases.ts';

export interface Reading {
  readonly predicates: readonly Predicate[];
  readonly unread: readonly string[];
}
type Journeys = Readonly<Record<string, { readonly title: string }>>;
type Where = NonNullable<Predicate['where']>;
interface Rule {
  readonly words: RegExp;
  /** `of`: the requests that the scenario exposes. */
  readonly read: (of: Where, match: RegExpExecArray) => readonly Predicate[];
}

/** "Slower but working": how slow a request may be and still be called degraded rather than failed. */
export const DEGRADED_P95_MS = 3_000;
/** "It works": at least this share of requests is right. */
export const WORKS_SHARE = 0.99;
/** "They fail", "they get a 521", without saying how many: at least this share. */
export const MOST_SHARE = 0.5;
/** "Briefly": so long at a stretch. */
export const BRIEFLY_MS = 5_000;
/** By-hand recovery that works: users are served again this soon after it. */
export const RECOVERED_WITHIN_MS = 10_000;

const STATUS = String.raw`(?<![\d.,])\b(5\d\d|4\d\d)\b(?! ?(?:ms|s|µs|%|x|rps|users?|requests?|times)\b)(?![.,]?\d)`;
const BRIEFLY = String.raw`\bbriefly\b|\bfor a (?:moment|(?:short )?while|few seconds)\b`;

const SEES: readonly Rule[] = [
  {
    // A status, not "500 ms" or "450 users".
    words: new RegExp(`(?:(${BRIEFLY}) )?${STATUS}(?: errors?)?(?:(?: to (?:the )?users?)?,? (${BRIEFLY}))?`),
    read: (of, match) => {
      const where = { ...of, status: Number(match[2]) };
      return (match[1] ?? match[3]) === undefined
        ? [{ measure: 'share-status', where, min: MOST_SHARE, unit: 'share' }]
        : [
            { measure: 'share-status', where, min: SOME_SHARE, unit: 'share' },
            { measure: 'longest-spell', where, max: BRIEFLY_MS, unit: 'ms' },
          ];
    },
  },
  {
    words: /\bserves?\b|\bkeeps? (?:serving|working)\b|\bworks?\b/,
    read: (of) => [{ measure: 'share-ok', where: of, min: WORKS_SHARE, unit: 'share' }],
  },
  {
    // Whoever asks by that way: some requests, not all.
    words: /\bcan(?:no|['’])t reach services?\b|\bcommunication fails\b/,
    read: (of) => [{ measure: 'share-failed', where: of, min: SOME_SHARE, unit: 'share' }],
  },
  {
    words: /\bsome (?:requests?|users?)(?: \w+)? (?:times? out|fails?)\b/,
    read: (of) => [{ measure: 'share-failed', where: of, min: SOME_SHARE, unit: 'share' }],
  },
  {
    // "The edge routes to another node": whoever stands behind it is served.
    words: /\b(?:re)?routes? (?:around|(?:\w+ )?to (?:the |an)?other\b(?: (?:nodes?|pops?))?)/,
    read: (of) => [{ measure: 'share-ok', where: of, min: WORKS_SHARE, unit: 'share' }],
  },
  {
    // Somebody noticed each request that failed.
    words: /\bnobody notices\b|\bdon['’]?t notice\b/,
    read: (of) => [{ measure: 'share-ok', where: of, min: 1, unit: 'share' }],
  },
  {
    words: /\bwithout (?:its |the )?cache\b|\bcache (?:is )?bypassed\b/,
    read: (of) => [{ measure: 'share-cache-hit', where: of, max: 0.01, unit: 'share' }],
  },
  {
    words: /\bnew connections?(?: \w+)? fails?\b(?: (?:at |in )?(?:the )?(?:dns|name look-?ups?)\b)?/,
    read: (of) => [{ measure: 'share-failed', where: { ...of, connection: 'new' }, min: MOST_SHARE, unit: 'share' }],
  },
  {
    words:
      /\bserved (?:if|when|while) (?:it is |they are )?(?:still )?cached\b|\bserved (?:from|by) the (?:edge|cdn)\b/,
    read: () => [{ measure: 'share-ok', where: { cache: 'edge' }, min: WORKS_SHARE, unit: 'share' }],
  },
  {
    words: /\bdegraded\b|\bslow(?:er|ly)?\b/,
    read: (of) => [{ measure: 'latency-p95', where: of, max: DEGRADED_P95_MS, unit: 'ms' }],
  },
];
/** "Uploads fail": a journey by its title. */
const failing = (journeys: Journeys): Rule[] =>
  Object.entries(journeys).map(([journey, { title }]) => ({
    words: new RegExp(String.raw`\b${title.replaceAll(/[^\p{L}\p{N}]+/gu, ' ').replace(/s$/, '')}s? fails?\b`, 'u'),
    read: () => [{ measure: 'share-failed', where: { journey }, min: MOST_SHARE, unit: 'share' }],
  }));
const RECOVERS: readonly Rule[] = [
  {
    words: /\brestart\b|\bre-?add\b|\bautomatic(?:ally)?\b|\breschedules?\b|\brestarts\b/,
    read: () => [{ measure: 'recovery-time', max: RECOVERED_WITHIN_MS, unit: 'ms' }],
  },
  {
    // It ends where it began: nothing is to be done here, and nothing stays.
    words: /\boutage\b.*\bside\b|\b\p{L}+-side outage\b/u,
    read: () => [{ measure: 'recovery-time', max: RECOVERED_WITHIN_MS, unit: 'ms' }],
  },
];
/** Words that carry no outcome: articles, names of parts, verbs of being. */
const FILLER = /^(?:a|an|the|is|are|to|of|in|at|on|by|for|and|or|api|user|users|pod|pods|redis|its|with|from)$/;

/** A reading that passed over one of these would say the opposite of the sentence: then nothing is read. */
const NEGATION = /^(?:not|no|none|nothing|never|neither|nor|cannot|unable|stops?|stopped|\p{L}+n['’]t)$/u;
const wordsOf = (text: string): string[] =>
  text.split(/[^\p{L}\p{N}'’-]+/u).filter((word) => word !== '' && !FILLER.test(word));

/** Reads a cell. `journey` is the one that the scenario exposes to this failure; absent: all of them. `journeys` go by their titles. */
export function readSentence(
  sentence: string,
  about: 'sees' | 'recovers',
  journey?: string,
  journeys: Journeys = {},
): Reading {
  const of: Where = journey === undefined ? {} : { journey };
  let rest = sentence.toLowerCase();
  const predicates: Predicate[] = [];
  for (const rule of about === 'sees' ? [...failing(journeys), ...SEES] : RECOVERS) {
    const match = rule.words.exec(rest);
    if (match === null) continue;
    predicates.push(...rule.read(of, match));
    rest = rest.replace(rule.words, ' ');
  }
  const unread = wordsOf(rest);
  return unread.some((word) => NEGATION.test(word))
    ? { predicates: [], unread: wordsOf(sentence.toLowerCase()) }
    : { predicates, unread };
}
