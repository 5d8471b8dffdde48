/**
 * From a sentence to what can be measured. A sentence is read part by part: who, how many, what becomes of them, for how
 * long. A reading is printed beside its verdict; words that were not read are told, and a sentence in which nothing could
 * be read is never judged.
 */
import type { Predicate } from '../runtimes/entries.ts';
import {
  ALL_SHARE,
  COUNT_OF_COUNT,
  howLongMs,
  howMany,
  howManyNextTo,
  isCountAlone,
  isOpenEnded,
  isNoShare,
  MOST_SHARE,
  ONE_IN,
  READ,
  WORKS_SHARE,
} from './amounts.ts';
import { inEnglish } from './languages.ts';
import {
  BRIEFLY,
  BRIEFLY_MS,
  SEES,
  SEVERAL_STATUSES,
  TELLS_OF_FAILING,
  TELLS_OF_WORKING,
  withoutStatuses,
  works,
  type Where,
} from './outcome-rules.ts';
import { LED_AWAY, withoutLeaders, withoutTime } from './led-away.ts';
import { plainText } from './plain-text.ts';
import { readRecovery } from './recoveries.ts';
import { contradict, isAnOutcome, isOfAnybody, isSameQuestion, outdone, sharper } from './same-question.ts';
import { isOfSeveral, isSubject, ofEach, whoIsMeant, type Journeys } from './subjects.ts';
import { NEUTRAL } from './vocabulary.ts';
import { isDenied, isHedged, wordsLeft } from './words-left.ts';

export interface Reading {
  readonly predicates: readonly Predicate[];
  readonly unread: readonly string[];
  /** It says that nobody fails for a while: what comes then is told elsewhere, and neither is judged alone. */
  readonly isOfAWhile?: true;
}
const notRead = (text: string): Reading => ({ predicates: [], unread: wordsLeft(text) });
/** Where one part of a sentence ends and another begins. A comma before "briefly" parts nothing. */
export const BETWEEN =
  /[;!?()[\]{}|]|\.(?=\s|$)|,(?=\s)|\s(?:-|--)\s|\b(?:but|while|whereas|however|then|although|though|and then)\b/u;
/** What is said of others than those a scenario is about can not be held against these. */
const OTHERS =
  /\b(?:others|the rest|(?:every(?:thing|one|body)|any(?:one|body)|nobody|no[ -]one|nothing) else|elsewhere|otherwise|(?:(?:all|any) (?:the )?)?other (?:requests?|users?|customers?|clients?|visitors?|traffic|calls?|endpoints?|pages|tenants?)|(?:requests?|calls?|uploads?) (?:that (?:are|were) )?(?:in flight|in-flight|under way|in progress|open)|(?:open|in-flight|running) (?:requests?|calls?|uploads?))\b|\b(?:running|open|existing|established|pooled|warm|active|old)(?: \w+){0,2} connections?\b|\bin (?:our|the|their|my) (?:own )?logs?\b/u;

const isOfOthers = (text: string): boolean => OTHERS.test(text) && OTHERS.test(text.replace(LED_AWAY, ' '));

/** Why it is so: "(that's the client's time-out)". */
export const REASON = /^ ?(?:that(?:'s| is)|because|since|i\.e\.)\b/u;
/** Who needs a connection of his own. */
const NEW_CONNECTION =
  /\b(?:on|for|to|of|with|by) (?:\w+ )?new (?:\w+ )?connections?\b|\b(?:everything|everyone|anything|whatever|all) (?:that (?:opens|needs) an? (?:new )?connection|(?:that is )?new)\b/u;

/** What the edge has is asked of nobody else, whoever asks for it. */
const FROM_EDGE =
  /\b(?:comes?|(?:is|are) (?:answered|delivered)) (?:out of|from|by) the (?:edge|cdn)(?:'s)?(?: cache)?\b/;
const AT_EDGE =
  /\bserved (?:if|when|while) (?:it is |they are )?(?:still )?cached\b|\bserved (?:from|by) the (?:edge|cdn)\b|\b(?:already )?(?:at|on|in) the (?:edge|cdn)(?: cache)? (?:(?:still|keeps?) )?(?:loads?(?:ing)?|works?(?:ing)?|(?:is|are) (?:still )?(?:served|fine))\b/;

/** Reads one part of a sentence by all rules that fit; each takes its words away from the next. */
function readClause(text: string, of: Where, journeys: Journeys): Reading {
  const unreadable = notRead(text);
  // Of some, or at times: nothing is asked of each.
  const ofAll = (predicates: readonly Predicate[], unread: readonly string[]): Reading => {
    const many = howMany(text)?.share;
    return isHedged(unread) || (many !== undefined && many !== 'all') ? unreadable : { predicates, unread };
  };
  if (AT_EDGE.test(text)) return ofAll(works({ cache: 'edge' }), wordsLeft(text.replace(AT_EDGE, ' ')));
  const who = isOfSeveral(text, journeys) ? undefined : whoIsMeant(text, of.journey, journeys);
  if (FROM_EDGE.test(text) && who !== undefined && who !== 'nobody here')
    return ofAll(
      [{ measure: 'share-at-edge', where: { journey: who }, min: ALL_SHARE, unit: 'share' }],
      wordsLeft(text.replace(FROM_EDGE, ' ')).filter((word) => !isSubject(word, journeys)),
    );
  if (who === 'nobody here' || isNoShare(text) || isOfOthers(text) || REASON.test(text) || isOpenEnded(text))
    return unreadable;
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
    const others = rest.replace(rule.words, ` ${READ} `);
    const [before, behind] = [rest.slice(0, match.index), rest.slice(match.index + match[0].length)];
    const many = rule.counts === undefined ? howMany(others) : howManyNextTo(before, behind);
    const read = rule.read({ of: where, many: many?.share, lastsMs }, match, rest);
    if (
      read === undefined ||
      (read.some((one) => isOfMost(one) || one.measure === 'share-led-away') &&
        !isSaidOfSomebodyKnown(before, text, journeys))
    )
      return unreadable;
    if (PLACED.test(text) && read.some(isOfMost)) return unreadable;
    if (WITHOUT.test(before) && many?.share !== 'none' && read.some(isAnOutcome)) return unreadable;
    if (read.some((one) => predicates.some((had) => isSameQuestion(had, one)))) continue;
    predicates.push(...read);
    rest = others.replace(many?.words ?? /$^/, ' ');
  }
  const isRead = (word: string): boolean => predicates.length > 0 && isSubject(word, journeys);
  const isLed = predicates.some(({ measure }) => measure === 'share-led-away');
  const unread = wordsLeft(isLed ? withoutTime(rest) : rest).filter((word) => !isRead(word));
  const isLimited = unread.includes('until') || lasts !== undefined || AT_FIRST.test(text) || IN_THE_END.test(text);
  if (isLimited && predicates.some(isOfNone)) return { ...unreadable, isOfAWhile: true };
  // "Slow, up to 10 s": a time beside which nothing was read is not read either.
  const isTimeAlone = predicates.length === 0 && lasts !== undefined && !/^ ?for\b/.test(lasts.words);
  return isTimeAlone || (predicates.length > 0 && isHedged(unread)) ? unreadable : { predicates, unread };
}
/** Nobody fails: of a while that is no statement about all of it. */
const isOfNone = ({ measure, min, max }: Predicate): boolean =>
  (measure === 'share-ok' && (min ?? 0) >= WORKS_SHARE) || (/^share-(?:failed|status)$/.test(measure) && max === 0);
const AT_FIRST = /\b(?:at first|initially|to begin with|(?:in|for|during) the first)\b/u;
/** Of the time before nothing is said. */
const IN_THE_END = /\b(?:again|after|(?<!\bat )once)\b/u;
/** Who is served by one of many is not everybody. */
const PLACED =
  /\b(?:on|in|at|from|behind|to) (?:the |that |this |one |a )?(?:dead |same |affected |broken )?(?:node|pod|region|zone)\b/u;
/** "Served without 502 errors": what is said next is what does not come. */
const WITHOUT = /\b(?:without|zero)(?: (?:an?|any|the|further|more|visible|http|user|client))* $/;
const isOfMost = (one: Predicate): boolean => isAnOutcome(one) && (one.min ?? 0) >= MOST_SHARE;
/** Words for all who send requests, and for what serves them. */
const ANYBODY =
  /\b(?:requests?|users?|customers?|clients?|visitors?|every(?:one|body|thing)|nobody|no[ -]one|nothing|all|api|app|application|site|website|shop|service|platform|pages|traffic|calls?|connections?)\b/u;
/** "Deploys fail": what stands before the verb is none of those whose requests are counted. */
function isSaidOfSomebodyKnown(before: string, text: string, journeys: Journeys): boolean {
  if (ANYBODY.test(text) || whoIsMeant(text, undefined, journeys) !== undefined) return true;
  const said = `${withoutLeaders(before)} ${READ}`;
  return wordsLeft(said.replace(howMany(said)?.words ?? /$^/, ' ')).every(
    (word) => isSubject(word, journeys) || NEUTRAL.has(word) || /^\d/.test(word),
  );
}
/** What a page or a message says is no outcome: 503 "no available server". */
const QUOTED = /"[^"]{1,200}"|“[^”]{1,200}”|„[^“”]{1,200}[“”]|«[^»]{1,200}»/gu;

/** A longer cell tells a story, of more than one thing. */
const MOST_CHARS = 600;

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
  if (sentence.length > MOST_CHARS) return notRead(plainText(sentence.slice(0, MOST_CHARS)));
  const plain = plainText(sentence);
  const quoted = [...sentence.matchAll(QUOTED)].flatMap(([one]) => wordsLeft(plainText(one)));
  const read = (text: string): Reading => readText(inEnglish(plainText(text)), about, of, journeys);
  const bare = quoted.length === 0 ? read(sentence) : read(sentence.replaceAll(QUOTED, ' '));
  const { predicates, unread } = bare.predicates.length > 0 || quoted.length === 0 ? bare : read(sentence);
  // What is told as unread are the document's own words.
  if (predicates.length === 0) return { predicates, unread: wordsLeft(plain) };
  return {
    predicates,
    unread: [...unread, ...(bare.predicates === predicates ? quoted : [])].filter((word) => plain.includes(word)),
  };
}

/** "Jobs queue up, none lost": of the jobs. */
const NONE_LOST =
  /\b(jobs?|notifications?|messages?)\b([^.;]{0,60}?),? (?:and )?(?:none|0|nothing)(?: of (?:them|these))?(?: is| are)? lost\b/u;

const COUNTED = 'failed requests?|requests?|errors?|jobs?|messages?|notifications?|writes?';
/** "0 errors", "jobs lost: 0". */
const ZERO = new RegExp(
  String.raw`(?<![\d.,])\b(?:0|zero) (${COUNTED})\b|\b((?:${COUNTED})(?: lost| failed)?): ?0\b(?![.,]?\d)`,
  'gu',
);
const BECAUSE = /\b(?:because|due to|owing to|as (?=no\b|nobody|there|the|it))[^,;.]*/gu;
const ONLY_SLOWER =
  /\b(?:only|just|merely|nur|s[oó]lo|seulement) (?=(?:an? )?(?:(?:bit|little|slightly|somewhat) )?(?:slow|higher latency))/gu;
const ALL_BUT = /\b(everything|everyone|all|nothing|nobody|anything) but\b/gu;

/** "While pooled connections last", "as long as it is cached": of what holds at times only. */
const CONDITION =
  /\b(?:(?:as|so) long as|provided(?: that)?)\b|\b(?:while|whilst|until) (?=[^,;.]*\b(?:lasts?|holds?|(?:is|are|stays?|remains?) (?:still )?(?:cached|warm|open|pooled|valid|alive)|survives?)\b)/gu;
/** "Nobody can save" is said of all. */
const NOBODY_CAN = /\b(?:nobody|no[ -]one|no (?:user|customer|client|visitor)s?) can\b/gu;
/** "Some fail (about 10 %)", "502, at most 5 %": how many they are. */
const AMOUNT = String.raw`(?:(?:about|around|roughly|approximately|some|up to|at (?:most|least|worst)|(?:no|never|not) more than|more than|less than|fewer than|under|below|over|max\.?|maximum) )?[~≈<>≤≥]? ?(?:\d[\d.,]{0,5} ?(?:(?:-|to) ?\d[\d.,]{0,5} ?)?(?:%|percent)|${COUNT_OF_COUNT})(?: of (?:all )?(?:requests|users|them)| requests?)?`;
const HOW_MANY = new RegExp(String.raw`\((${AMOUNT})\)|,( ${AMOUNT})(?=$|[;.,)])`, 'gu');
/** "Success rate drops to 70 %": of the others it is said that they fail. */
const SUCCESS =
  /\b(?:success rate|availability|uptime)\b(?: (?:drops|falls|goes down|goes|sinks|dips|stays|remains|is|at|to|of|around|about))*:? ?((?:above|over|at least|more than|not below|never below|below|under|less than|[<>≥≤~]) ?)?(\d{1,3}(?:\.\d{1,4})?) ?(?:%|percent)/gu;
const DIGITS_KEPT = 6;
function asFailures(_said: string, bound: string | undefined, percent: string): string {
  const failing = Number((100 - Number(percent)).toFixed(DIGITS_KEPT));
  const [isLeast, isMost] = [/above|over|least|more|not|never|[>≥]/, /below|under|less|[<≤]/].map((words) =>
    words.test(bound ?? ''),
  );
  return `${isLeast ? 'less than ' : isMost ? 'more than ' : ''}${failing} % of requests fail`;
}
/** "The error rate rises to 5 %" is a share like any other; "from 1 % to 5 %" are two. */
const RISES_TO = /\berror rate (?:rises|goes up|climbs|jumps|increases|grows|goes) to (?=[\d~<>])/gu;
/** "Every third request". */
const EVERY_NTH = /\bevery (third|fourth|fifth|sixth|tenth) request\b/gu;
const NTH: Readonly<Record<string, number>> = { third: 3, fourth: 4, fifth: 5, sixth: 6, tenth: 10 };

/** "Everything works, except uploads": of what was said before not all holds. */
const EXCEPTION =
  /^ *(?:or|unless|except\w*|excluding|only|apart|aside|other than|save for|salvo|excepto|sauf|außer|nur|s[oó]lo|seulement)\b/u;
/** "Users get 503, only cached pages still load": most do all the same; "only 80 % work" says how many. */
const isOnlyServed = (part: string): boolean =>
  /^ *only\b/u.test(part) && TELLS_OF_WORKING.test(part) && howMany(part) === undefined;
/** Some fail, and it is not said that nobody else does: true also where others do not, or it is not always so. */
const isOfFailing = ({ measure, max }: Predicate): boolean =>
  measure === 'longest-spell' || (/^share-(?:failed|status)$/.test(measure) && max !== 0);
/** "No impact, if pools are warm"; "If pools are warm, no impact" says the same of what the scenario plays. */
const CONDITION_BEHIND = /[,(] *(?:if|when|whenever|wenn|solange|si)\b/u;
/** "502 (rare)", "502s, but rarely": how often, and nothing else. */
function isOnlyHedge(part: string): boolean {
  const words = wordsLeft(part);
  return words.length > 0 && words.every((word) => isHedged([word]));
}

function readText(english: string, about: 'sees' | 'recovers', of: Where, journeys: Journeys): Reading {
  // "502 to users, briefly" is one statement.
  const text = english
    .replace(new RegExp(`,(?= ?(?:${BRIEFLY}))`), ' ')
    .replace(NONE_LOST, '$1$2; no $1 lost')
    .replaceAll(ZERO, 'no $1$2')
    .replaceAll(ALL_BUT, '$1 except')
    .replaceAll(CONDITION, ' if ')
    .replaceAll(BECAUSE, ' ')
    .replaceAll(ONLY_SLOWER, '')
    .replaceAll(NOBODY_CAN, 'all users cannot')
    .replaceAll(SUCCESS, asFailures)
    .replaceAll(RISES_TO, 'error rate ')
    .replaceAll(ONE_IN, '$1 of $2 requests')
    .replaceAll(EVERY_NTH, (_said, nth: string) => `1 of ${NTH[nth]} requests`)
    .replaceAll(HOW_MANY, '$1$2');
  if (about === 'recovers') return readRecovery(text);
  if (SEVERAL_STATUSES.test(text)) return notRead(text);
  const parts = text
    .split(BETWEEN)
    .filter((part) => /[\p{L}\p{N}]/u.test(part))
    .flatMap((part) => ofEach(part, journeys));
  // "Nobody notices, or some get a 502": either may be so; "unreachable (NXDOMAIN) unless it is cached": not always.
  if (parts.slice(1).some((part) => (EXCEPTION.test(part) && !isOnlyServed(part)) || isOnlyHedge(part)))
    return notRead(text);
  if (parts.some((part) => isCountAlone(withoutStatuses(part)))) return notRead(text);
  const [someFail, someWork] = [TELLS_OF_FAILING, TELLS_OF_WORKING].map((words) =>
    parts.some((part) => words.test(part)),
  );
  const clauses = parts.map((part) => {
    const read = readClause(part, of, journeys);
    // "Buying works, downloads fail": who buys is nobody that is known here, and not everybody.
    const isOfSomebody = read.unread.length > 0 && !ANYBODY.test(part) && read.predicates.some(isOfAnybody);
    return someFail && someWork && isOfSomebody ? notRead(part) : read;
  });
  const unread = clauses.flatMap((one) => one.unread);
  // "Fail for 40 s", "fail until it is restarted, then all works again": how long it fails is said.
  const isEnded = (at: number): boolean =>
    IN_THE_END.test(parts[at] ?? '') &&
    clauses
      .slice(0, at)
      .some(
        ({ predicates: had, unread: left }) =>
          had.some(({ measure }) => measure === 'longest-spell') || (had.some(isAnOutcome) && left.includes('until')),
      );
  if (isDenied(unread) || clauses.some((one, at) => one.isOfAWhile && !isEnded(at))) return notRead(text);
  const all = clauses.flatMap((one) => one.predicates);
  const [isAtTimes, isOnlyOfSome] = [CONDITION_BEHIND.test(text), parts.slice(1).some(isOnlyServed)];
  if ((isAtTimes || isOnlyOfSome) && !all.every(isOfFailing)) return notRead(text);
  if (isOnlyOfSome && all.some(({ min = 0 }) => min >= ALL_SHARE)) return notRead(text);
  // Of two phases one alone would be judged.
  if (all.some((had, at) => all.slice(at + 1).some((next) => contradict(had, next, text)))) return notRead(text);
  const predicates = clauses.reduce<readonly Predicate[]>((said, { predicates: next }) => {
    const kept = said.filter((had) => !next.some((one) => sharper(had, one)));
    return next.some((one) => kept.some((had) => isSameQuestion(had, one))) ? said : [...kept, ...next];
  }, []);
  // "Slow (10 s)": how slow is said, and was not read.
  const isFigured = unread.some((word) => /^\d/.test(word));
  const kept = predicates.filter(
    (one) => !predicates.some((other) => outdone(one, other)) && !(isFigured && one.measure === 'latency-p95'),
  );
  return kept.length === 0 ? notRead(text) : { predicates: kept, unread };
}
