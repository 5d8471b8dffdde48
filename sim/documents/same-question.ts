/** What two parts of a sentence have to do with each other: whether they speak of the same requests, and say the same of them. */
import type { Predicate } from '../runtimes/entries.ts';
import { MOST_SHARE, WORKS_SHARE } from './amounts.ts';

const OUTCOMES: readonly string[] = ['share-ok', 'share-failed', 'share-status'];
export const isAnOutcome = ({ measure }: Predicate): boolean => OUTCOMES.includes(measure);
/** Two predicates that ask what becomes of the same requests. */
export const isSameQuestion = (a: Predicate, b: Predicate): boolean =>
  (a.measure === b.measure || (isAnOutcome(a) && isAnOutcome(b))) &&
  a.where?.journey === b.where?.journey &&
  a.where?.connection === b.where?.connection &&
  a.where?.cache === b.where?.cache &&
  a.where?.name === b.where?.name;

const isServed = ({ measure, min = 0, max = 1 }: Predicate): boolean =>
  measure === 'share-ok' ? min >= WORKS_SHARE : max === 0;
const isFlawless = (one: Predicate): boolean => isServed(one) && (one.measure !== 'share-ok' || one.min === 1);
/** What comes right in the end is no contradiction: "fail for 40 s, then all is well". */
const IN_THE_END = /\b(?:then|after(?:wards)?|until|once|again|later)\b/;
/** Whether two answer one question in opposite ways: nobody notices, and then all fail. */
export function contradict(had: Predicate, next: Predicate, text: string): boolean {
  if (!isSameQuestion(had, next) || !isAnOutcome(had)) return false;
  if (isServed(had)) return !isServed(next);
  return isServed(next) ? isFlawless(next) && !IN_THE_END.test(text) : saysOtherwise(had, next);
}
/** Two failures of the same requests, one after the other: "a few 502s, then 503 for all". Without a number it says no more. */
function saysOtherwise(had: Predicate, next: Predicate): boolean {
  const isBare = (one: Predicate): boolean => one.measure === 'share-failed' && one.min === MOST_SHARE;
  if (isBare(had) || isBare(next)) return false;
  return had.where?.status !== next.where?.status || had.min !== next.min || had.max !== next.max;
}
/** "Cannot buy, 500": of two that say the same, the one with a status says more. */
export const sharper = (had: Predicate, next: Predicate): boolean =>
  isSameQuestion(had, next) &&
  had.measure === 'share-failed' &&
  had.min === MOST_SHARE &&
  next.measure === 'share-status';
/** "First slow, then 504 for all": whoever fails is not served slowly. */
export const outdone = (one: Predicate, other: Predicate): boolean =>
  one.measure === 'latency-p95' &&
  isAnOutcome(other) &&
  !isServed(other) &&
  (other.min ?? 0) >= MOST_SHARE &&
  one.where?.journey === other.where?.journey;
/** Whether it is said of requests of every kind, whoever sends them. */
export const isOfAnybody = (one: Predicate): boolean =>
  isAnOutcome(one) && Object.keys(one.where ?? {}).every((key) => key === 'status');
