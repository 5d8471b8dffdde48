/** How a failure ends, as a sentence says it. */
import type { Predicate } from '../runtimes/entries.ts';
import { howLongMs } from './amounts.ts';
import type { Reading } from './readings.ts';
import { isDenied, isHedged, wordsLeft } from './words-left.ts';

/** By-hand recovery that works: users are served again this soon after it. */
export const RECOVERED_WITHIN_MS = 10_000;

const BY_ITSELF =
  /\bautomatic(?:ally)?\b|\bauto(?:[- ]?(?:restart(?:s|ed)?|heal(?:s|ed|ing)?|recover(?:s|ed|y)?|reschedul\w+))\b|\bself[- ]heal(?:s|ing)?\b|\bby itself\b|\bon its own\b|\bnone needed\b|\bno (?:action|intervention)(?: is)?(?: needed| required)?\b|\bnothing to do\b|\brecovers\b/;
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

/** Said beside how it ends; these are no ways of ending. */
const NOTHING_LOST =
  /\b(?:no|without(?: any)?) (?:\w+ )?(?:data|jobs?|writes?)(?: is| are| was| were)? (?:lost|loss)\b/u;
const NOTHING_TO_DO = /\bdon't (?:touch|do|restart)\b[^,;.]*/u;

/** Both ways in one cell: which is meant is not said. */
const HANDS = /\b(?:manual(?:ly)?|by hand)\b/u;
const FAILS = /\bfails?\b(?! ?-?over)/u;
/** A time that could not be read: ten seconds would be somebody else's. */
const TIMES =
  /^(?:moments?|instants?|milliseconds?|seconds?|secs?|minutes?|mins?|hours?|hrs?|std|days?|weeks?|minuten|sekunden|stunden|tage?n?|wochen?|segundos?|minutos?|horas?|días?|secondes?|heures?|jours?)$/u;

const A_TIME = /\d ?(?:ms|s|secs?|m|mins?|h|hrs?|d)\b/u;

/** How it ends: by itself or by hand, and within which time; without a time, within ten seconds of the act. */
export function readRecovery(text: string): Reading {
  const lasts = howLongMs(text, true);
  const how = [BY_ITSELF, FALLBACK, BY_HAND, ELSEWHERE].find((words) => words.test(text));
  const rest = text.replace(lasts?.words ?? /$^/, ' ').replace(how ?? /$^/, ' ');
  const unread = wordsLeft(rest.replace(NOTHING_LOST, ' ').replace(NOTHING_TO_DO, ' '));
  // A time that was not read is not ten seconds.
  const isTimed = lasts === undefined && A_TIME.test(text);
  const isOther = isTimed || (how === BY_ITSELF && HANDS.test(text)) || FAILS.test(text);
  // "By hand, hardly ever needed": only what stands beside it is said of it.
  const beside = text.split(/[,;.](?=\s)/).find((part) => how?.test(part) === true) ?? text;
  // "We can move it by hand" says who does it, not how surely.
  const hedges = wordsLeft(beside).filter((word) => word !== 'can');
  const forbids = isDenied(unread) || isHedged(hedges) || unread.some((word) => TIMES.test(word));
  if ((how === undefined && lasts === undefined) || isOther || forbids)
    return { predicates: [], unread: wordsLeft(text) };
  const by = how === BY_ITSELF ? 'itself' : how === FALLBACK ? 'fallback' : undefined;
  return { predicates: recovers(lasts?.ms ?? RECOVERED_WITHIN_MS, by), unread };
}
