/**
 * From a sentence to what can be measured. A sentence is read part by part: who, how many, what becomes of them, for how
 * long. A reading is printed beside its verdict; words that were not read are told, and a sentence in which nothing could
 * be read is never judged.
 */
import type { Predicate } from '../runtimes/entries.ts';
import { SOME_SHARE } from '../scenario/phrases.ts';
import { ALL_SHARE, howLongMs, howMany, MOST_SHARE, WORKS_SHARE, type HowMany } from './amounts.ts';
import { inEnglish } from './languages.ts';
import { plainText } from './plain-text.ts';
import { contradict, isSameQuestion, sharper } from './same-question.ts';
import { isSubject, whoIsMeant, type Journeys } from './subjects.ts';

export interface Reading {
  readonly predicates: readonly Predicate[];
  readonly unread: readonly string[];
}
type Where = NonNullable<Predicate['where']>;
/** One part of a sentence: whom it is about, how many of them, for how long at a stretch. */
interface Clause {
  readonly of: Where;
  readonly many: HowMany | undefined;
  readonly lastsMs: number | undefined;
}
interface Rule {
  readonly words: RegExp;
  readonly read: (clause: Clause, match: RegExpExecArray) => readonly Predicate[];
}

/** "Slower but working": how slow a request may be and still be called degraded rather than failed. */
export const DEGRADED_P95_MS = 3_000;
/** "Briefly": so long at a stretch. */
export const BRIEFLY_MS = 5_000;
/** By-hand recovery that works: users are served again this soon after it. */
export const RECOVERED_WITHIN_MS = 10_000;

const STATUS = String.raw`(?<![\d.,])\b(5\d\d|4\d\d)(?:\b(?! ?(?:ms|s|µs|%|x|rps|users?|requests?|times)\b)(?![.,]?\d)|(?<=(?:^ ?|(?:some|few|several|brief|sporadic|intermittent|occasional|of|get|see|returns?|serves?|with) )...)s\b)`;
const BRIEFLY = String.raw`\bbrief(?:ly)?\b|\bmomentar(?:y|ily)\b|\ba blip\b|\bfor (?:a (?:moment|(?:short )?while)|(?:a few|some|several) seconds)\b`;
const CANNOT = String.raw`can(?:no|')t(?: be)?|can not|unable to|impossible to`;
const NOT_WORKING = String.raw`\b(?:does not|doesn't|do not|don't|not|stops?|stopped) (?:work(?:ing)?|load(?:ing)?|serv(?:e|ing)|answer(?:ing)?|respond(?:ing)?)\b|\bno longer (?:works?|serves?|loads?|answers?|responds?|available)\b|\bnothing (?:works|loads)\b|\bno(?:t| longer) (?:available|reachable|served|answered)\b|\b(?:${CANNOT}) \w+|\bno (?:service|answers?|responses?)\b`;
const FAILING = String.raw`\bfail(?:s|ed|ing|ures?)?\b|\berrors?\b(?: out)?|\b5xx\b|\boutage\b|\bunavailable\b|\bunreachable\b|\boffline\b|\b(?:is|are|site|app|everything|service) down\b|\bbroken\b|\brefused\b|\btim(?:es?|ed|ing)[ -]?outs?\b|\bhangs?\b|\bhanging\b`;
const UNNOTICED = String.raw`\bnobody (?:sees|notices)(?: anything)?\b|\bno[ -]?one notices\b|\b(?:do not|don't|does not|doesn't|will not|won't) notice\b|\b(?:un|not )affected\b|\b(?:no|zero|without(?: any)?) (?:user[- ]visible |visible |user )?(?:impact|effect|errors?|failures?|downtime|outage|interruptions?|failed requests|requests? (?:fails?|lost))\b|\bno requests? fails?\b|\bnobody(?: sees| gets)? (?:an )?errors?\b|\btransparent(?:ly)?\b|\bseamless(?:ly)?\b|\binvisible\b|\bnothing (?:fails?|breaks?|happens|goes wrong|times out|is (?:broken|down|unavailable))\b|^ ?(?:none|nothing|no change) ?$`;

/** A share of requests of which it is said how many. Said of some, it is not all; without a word, most. */
function shareOf(
  measure: 'share-failed' | 'share-status',
  { of, many, lastsMs }: Clause,
  where: Where = of,
): Predicate[] {
  const bound = (limits: Pick<Predicate, 'min' | 'max'>): Predicate => ({ measure, where, ...limits, unit: 'share' });
  const spell: Predicate[] =
    lastsMs === undefined ? [] : [{ measure: 'longest-spell', where, max: lastsMs, unit: 'ms' }];
  if (many === 'none') return [bound({ max: 0 })];
  if (many === 'all') return [bound({ min: ALL_SHARE }), ...spell];
  if (many === 'some') return [bound({ min: SOME_SHARE, max: ALL_SHARE }), ...spell];
  if (typeof many === 'number') return [bound({ min: many / 2, max: Math.min(1, many * 1.5) }), ...spell];
  return [bound({ min: spell.length > 0 ? SOME_SHARE : MOST_SHARE }), ...spell];
}
const works = (of: Where, min = WORKS_SHARE): Predicate[] => [{ measure: 'share-ok', where: of, min, unit: 'share' }];

const DOES_NOT = "does not|doesn't|do not|don't";
/** A public host. */
const NAME = String.raw`(?:[\w-]+\.)+[a-z]{2,}`;

const SEES: readonly Rule[] = [
  {
    // A status, not "500 ms" or "450 users".
    words: new RegExp(`${STATUS}(?: errors?)?`),
    read: (clause, match) => shareOf('share-status', clause, { ...clause.of, status: Number(match[1]) }),
  },
  {
    words:
      /\bno (?:data|writes?|records?|rows?)(?: is| are| was| were)? (?:lost|loss)\b|\b(?:without|no) data loss\b|\bnothing is lost\b/,
    read: () => [{ measure: 'writes-lost', max: 0, unit: 'share' }],
  },
  {
    words: /\bno (?:queued )?(?:jobs?|notifications?|messages?)(?: is| are| was| were)? lost\b/,
    read: () => [{ measure: 'jobs-lost', max: 0, unit: 'share' }],
  },
  {
    words:
      /\b(?:data|writes?|records?|rows?)(?: is| are| was| were| gets?)? lost\b|\bdata loss\b|\bloses? (?:data|writes?)\b/,
    read: () => [{ measure: 'writes-lost', min: SOME_SHARE, unit: 'share' }],
  },
  {
    words:
      /\b(?:queued |pending )?(?:jobs?|notifications?|messages?)(?: is| are| was| were| gets?)? (?:lost|gone|dropped|never (?:run|ran|sent|delivered))\b|\bloses? (?:the )?(?:queued )?(?:jobs?|queue)\b/,
    read: () => [{ measure: 'jobs-lost', min: SOME_SHARE, unit: 'share' }],
  },
  {
    // Somebody noticed each request that failed.
    words: new RegExp(UNNOTICED),
    read: ({ of }) => works(of, 1),
  },
  {
    words: /\bnew (?:connections?|ones)(?: \w+){0,5}? fails?\b(?: (?:at |in )?(?:the )?(?:dns|name look-?ups?)\b)?/,
    read: (clause) => shareOf('share-failed', clause, { ...clause.of, connection: 'new' }),
  },
  {
    // Whoever asks by that way: some requests, not all.
    words: /\bcan(?:no|')t reach services?\b|\bcommunication fails\b/,
    read: ({ of }) => [{ measure: 'share-failed', where: of, min: SOME_SHARE, unit: 'share' }],
  },
  {
    // Whoever asks for a public name; who has an answer asks nobody.
    words: new RegExp(
      String.raw`\b(?:${CANNOT}|${DOES_NOT}) resolved? ${NAME}\b|\b${NAME} (?:(?:${CANNOT}) be resolved|(?:${DOES_NOT}) resolve|no longer resolves)\b`,
    ),
    read: (clause) =>
      shareOf('share-failed', { ...clause, many: clause.many ?? 'all' }, { ...clause.of, name: 'asked' }),
  },
  { words: new RegExp(NOT_WORKING), read: (clause) => shareOf('share-failed', clause) },
  { words: new RegExp(FAILING), read: (clause) => shareOf('share-failed', clause) },
  {
    words:
      /\b(?:up to )?\+? ?(\d+(?:\.\d+)?) ?(ms|s|seconds?) (?:slower|longer|more|extra|added)\b|\bslower by (?:up to |about |~)?(\d+(?:\.\d+)?) ?(ms|s|seconds?)\b|\badds (?:up to |about |~)?(\d+(?:\.\d+)?) ?(ms|s|seconds?)\b/,
    read: ({ of }, match) => {
      const [digits, unit] = [match[1] ?? match[3] ?? match[5] ?? '0', match[2] ?? match[4] ?? match[6] ?? 'ms'];
      const ms = Number(digits) * (unit === 'ms' ? 1 : 1_000);
      const added = { measure: 'latency-added-p50', where: of, unit: 'ms' } as const;
      return match[0].includes('up to') ? [{ ...added, max: ms }] : [{ ...added, min: ms / 2, max: ms * 2 }];
    },
  },
  {
    words:
      /\bserve[sd]?\b|\bkeeps? (?:on )?(?:serving|working|running)\b|\bworks?\b|\bcontinues?\b|\bsucceeds?\b|\b(?:is|are|stays?|remains?) (?:fine|ok|okay|up|available|reachable|normal)\b/,
    read: ({ of, many }) =>
      many === 'none' ? [{ measure: 'share-failed', where: of, min: ALL_SHARE, unit: 'share' }] : works(of),
  },
  {
    words: /\bwithout (?:its |the )?cache\b|\bcache (?:is )?bypassed\b/,
    read: ({ of }) => [{ measure: 'share-cache-hit', where: of, max: 0.01, unit: 'share' }],
  },
  {
    // "The edge routes to another node": whoever stands behind it is served.
    words: /\b(?:re)?routes? (?:around|(?:\w+ )?to (?:the |an)?other\b(?: (?:nodes?|pops?))?)/,
    read: ({ of }) => works(of),
  },
  {
    words: /\bdegraded\b|\bslow(?:er|ly|ness)?\b|\bhigher latency\b|\blatency (?:rises|increases|grows)\b/,
    read: ({ of }) => [{ measure: 'latency-p95', where: of, max: DEGRADED_P95_MS, unit: 'ms' }],
  },
];

const BY_ITSELF =
  /\bautomatic(?:ally)?\b|\bself[- ]heal(?:s|ing)?\b|\bby itself\b|\bon its own\b|\bnone needed\b|\bnothing to do\b|\brecovers\b/;
const BY_HAND =
  /\brestart(?:s|ed|ing)?\b|\bre-?add\b|\breschedules?\b|\bre-?deploy\b|\broll(?:s|ed)? ?back\b|\bmanual(?:ly)?\b|\bby hand\b|\bfail ?over\b|\bre-?creates?\b|\brepair(?:s|ed)?\b|\breplac(?:e|es|ed)\b/;
/** Users are led elsewhere, and whatever is down stays down. */
const FALLBACK =
  /\b(?:manual(?:ly)?|by hand)\b.*\bfall ?back\b|\bfall(?:s|ing)? ?back\b.*\b(?:manual(?:ly)?|by hand)\b/u;
const recovers = (max: number, by: 'itself' | 'fallback' | undefined): Predicate[] => [
  { measure: 'recovery-time', ...(by === undefined ? {} : { where: { by } }), max, unit: 'ms' },
];

/** It ends where it began: nothing is to be done here, and nothing stays. */
const ELSEWHERE = /\boutage\b.*\bside\b|\b\p{L}+-side outage\b/u;

/** Words that carry no outcome: articles, names of parts, verbs of being. */
const FILLER =
  /^(?:a|an|the|is|are|to|of|in|at|on|by|for|and|or|api|user|users|request|requests|pod|pods|redis|its|with|from|get|gets|see|sees|return|returns|receive|receives|still|all|some|every|most|it)$/;
/** A reading that passed over one of these would say the opposite of the sentence: then nothing is read. */
const NEGATION =
  /^(?:not|no|none|nothing|never|neither|nor|cannot|unable|stops?|stopped|\p{L}+n['’]t|nicht|nichts|nie|niemals|kein\p{L}{0,2}|niemand|ohne|nunca|jamás|nadie|nada|ning[uú]n\p{L}{0,3}|sin|ne|n|pas|jamais|aucune?|rien|personne|sans)$/u;
const isDenied = (unread: readonly string[]): boolean => unread.some((word) => NEGATION.test(word));
const wordsOf = (text: string): string[] =>
  text.split(/[^\p{L}\p{N}'’-]+/u).filter((word) => word !== '' && !FILLER.test(word));

/** Said beside how it ends; that is no way of ending. */
const NOTHING_LOST =
  /\b(?:no|without(?: any)?) (?:\w+ )?(?:data|jobs?|writes?)(?: is| are| was| were)? (?:lost|loss)\b/u;
/** How it ends: by itself or by hand, and within which time; without a time, within ten seconds of the act. */
function readRecovery(text: string): Reading {
  const lasts = howLongMs(text, true);
  const how = [BY_ITSELF, FALLBACK, BY_HAND, ELSEWHERE].find((words) => words.test(text));
  const rest = text.replace(lasts?.words ?? /$^/, ' ').replace(how ?? /$^/, ' ');
  const unread = wordsOf(rest.replace(NOTHING_LOST, ' '));
  if ((how === undefined && lasts === undefined) || isDenied(unread)) return { predicates: [], unread: wordsOf(text) };
  const by = how === BY_ITSELF ? 'itself' : how === FALLBACK ? 'fallback' : undefined;
  return { predicates: recovers(lasts?.ms ?? RECOVERED_WITHIN_MS, by), unread };
}

/** Where one part of a sentence ends and another begins. A comma before "briefly" parts nothing. */
const BETWEEN =
  /[;!?()[\]{}|]|\.(?=\s|$)|,(?=\s)|\s(?:-|--)\s|\b(?:but|while|whereas|however|then|although|though|and then)\b/u;
/** What is said of others than those a scenario is about can not be held against these. */
const OTHERS =
  /\b(?:others|the rest|everything else|elsewhere|otherwise)\b|\b(?:running|open|existing|established|pooled|warm|active|old) connections?\b|\bin (?:our|the|their|my) (?:own )?logs?\b/u;

/** Why it is so: "(that's the client's time-out)". */
const REASON = /^ ?(?:that(?:'s| is)|because|since|i\.e\.)\b/u;
/** Who needs a connection of his own. */
const NEW_CONNECTION =
  /\b(?:on|for|to|of|with|by) (?:\w+ )?new (?:\w+ )?connections?\b|\b(?:everything|everyone|anything|whatever|all) that (?:opens|needs) an? (?:new )?connection\b/u;

/** What the edge has is asked of nobody else, whoever asks for it. */
const FROM_EDGE =
  /\b(?:comes?|(?:is|are) (?:answered|delivered)) (?:out of|from|by) the (?:edge|cdn)(?:'s)?(?: cache)?\b/;
const AT_EDGE =
  /\bserved (?:if|when|while) (?:it is |they are )?(?:still )?cached\b|\bserved (?:from|by) the (?:edge|cdn)\b/;

/** Reads one part of a sentence by all rules that fit; each takes its words away from the next. */
function readClause(text: string, of: Where, journeys: Journeys): Reading {
  if (AT_EDGE.test(text)) return { predicates: works({ cache: 'edge' }), unread: wordsOf(text.replace(AT_EDGE, ' ')) };
  const who = whoIsMeant(text, of.journey, journeys);
  if (FROM_EDGE.test(text) && who !== undefined && who !== 'nobody here')
    return {
      predicates: [{ measure: 'share-at-edge', where: { journey: who }, min: ALL_SHARE, unit: 'share' }],
      unread: wordsOf(text.replace(FROM_EDGE, ' ')).filter((word) => !isSubject(word, journeys)),
    };
  const unreadable = { predicates: [], unread: wordsOf(text) };
  if (who === 'nobody here' || OTHERS.test(text) || REASON.test(text)) return unreadable;
  const whose: Where = who === undefined ? {} : { journey: who };
  const where: Where = NEW_CONNECTION.test(text) ? { ...whose, connection: 'new' } : whose;
  const [isBrief, lasts] = [new RegExp(BRIEFLY).test(text), howLongMs(text)];
  const lastsMs = lasts?.ms ?? (isBrief ? BRIEFLY_MS : undefined);
  let rest = text
    .replace(NEW_CONNECTION, ' ')
    .replace(new RegExp(BRIEFLY), ' ')
    .replace(lasts?.words ?? /$^/, ' ');
  const predicates: Predicate[] = [];
  for (const rule of SEES) {
    // Failing and working are said once: "404 errors" is no second failure.
    const match = rule.words.exec(rest);
    if (match === null) continue;
    const others = rest.replace(rule.words, ' ');
    const many = howMany(others);
    const read = rule.read({ of: where, many: many?.share, lastsMs }, match);
    if (read.some((one) => predicates.some((had) => isSameQuestion(had, one)))) continue;
    predicates.push(...read);
    rest = others.replace(many?.words ?? /$^/, ' ');
  }
  const isRead = (word: string): boolean => predicates.length > 0 && isSubject(word, journeys);
  return { predicates, unread: wordsOf(rest).filter((word) => !isRead(word)) };
}
/** What a page or a message says is no outcome: 503 "no available server". */
const QUOTED = /"[^"]{1,200}"|“[^”]{1,200}”|„[^“”]{1,200}[“”]|«[^»]{1,200}»/gu;

/**
 * Reads a cell. What it quotes is read only where it says nothing else.
 * @param journey   the one that the scenario exposes to this failure; absent: all of them
 * @param journeys  the topology's, so that "uploads fail" is said of uploads
 */
export function readSentence(
  sentence: string,
  about: 'sees' | 'recovers',
  journey?: string,
  journeys: Journeys = {},
): Reading {
  const of: Where = journey === undefined ? {} : { journey };
  const plain = plainText(sentence);
  const quoted = [...sentence.matchAll(QUOTED)].flatMap(([one]) => wordsOf(plainText(one)));
  const read = (text: string): Reading => readText(inEnglish(plainText(text)), about, of, journeys);
  const bare = quoted.length === 0 ? read(sentence) : read(sentence.replaceAll(QUOTED, ' '));
  const { predicates, unread } = bare.predicates.length > 0 || quoted.length === 0 ? bare : read(sentence);
  // What is told as unread are the document's own words.
  if (predicates.length === 0) return { predicates, unread: wordsOf(plain) };
  return {
    predicates,
    unread: [...unread, ...(bare.predicates === predicates ? quoted : [])].filter((word) => plain.includes(word)),
  };
}

function readText(english: string, about: 'sees' | 'recovers', of: Where, journeys: Journeys): Reading {
  // "502 to users, briefly" is one statement.
  const text = english.replace(new RegExp(`,(?= ?(?:${BRIEFLY}))`), ' ');
  if (about === 'recovers') return readRecovery(text);
  const clauses = text
    .split(BETWEEN)
    .filter((part) => /[\p{L}\p{N}]/u.test(part))
    .map((part) => readClause(part, of, journeys));
  const unread = clauses.flatMap((one) => one.unread);
  if (isDenied(unread)) return { predicates: [], unread: wordsOf(text) };
  const all = clauses.flatMap((one) => one.predicates);
  // Of two phases one alone would be judged.
  if (all.some((had, at) => all.slice(at + 1).some((next) => contradict(had, next, text))))
    return { predicates: [], unread: wordsOf(text) };
  const predicates = clauses.reduce<readonly Predicate[]>((said, { predicates: next }) => {
    const kept = said.filter((had) => !next.some((one) => sharper(had, one)));
    return next.some((one) => kept.some((had) => isSameQuestion(had, one))) ? said : [...kept, ...next];
  }, []);
  return { predicates, unread };
}
