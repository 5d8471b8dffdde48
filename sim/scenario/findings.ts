/** What a predicate of a reading found in a play, and whether enough requests have met it to say so. */
import { holds, measure } from '../checkers/measures.ts';
import { silenceAbout } from '../checkers/traits.ts';
import type { PlayedEntry, PlayEntry, Predicate } from '../runtimes/entries.ts';
import { readingOf, seenOf, SOME_SHARE } from './phrases.ts';
import type { Finding } from './summary.ts';

/** A "nobody" (99 % or more must be well) needs this many exposed requests before it can be said. */
export const NOBODY_NEEDS = 300;
const NOBODY_SHARE = 0.99;
/** Whether it says that nobody, or next to nobody, is hurt: "all are served", "none get a 502". "Some" is refuted by nobody. */
const isAboutNobody = ({ measure, min, max }: Predicate): boolean =>
  measure.startsWith('share-') &&
  ((min !== undefined && (min >= NOBODY_SHARE || min === SOME_SHARE)) ||
    (max !== undefined && max <= 1 - NOBODY_SHARE));
export const neededFor = (predicate: Predicate, { minHits }: PlayEntry): number =>
  isAboutNobody(predicate) ? NOBODY_NEEDS : minHits;

export interface Judged extends Finding {
  readonly predicate: Predicate;
  readonly n: number;
  readonly isCut: boolean;
}
export function findingOf(
  entries: readonly PlayedEntry[],
  play: PlayEntry,
  predicate: Predicate,
  phase: 'before' | 'during',
): Judged {
  const measured = measure(entries, predicate, play.patienceMs, phase, play.journeys);
  const isSilent = silenceAbout(predicate, entries) !== undefined;
  return {
    predicate,
    reading: readingOf(predicate, play.journeys),
    seen: seenOf(predicate, measured, play.journeys),
    value: measured.value === Infinity ? undefined : measured.value,
    interval95: measured.interval95,
    holds: isSilent ? undefined : measured.value === Infinity ? false : holds(predicate, measured),
    n: measured.n,
    isCut: measured.isCut ?? false,
  };
}

/** A predicate about some of the exposed requests needs enough of just these. */
export const isThin = (one: Judged, play: PlayEntry): boolean =>
  one.value !== undefined && one.n < neededFor(one.predicate, play);
/** Findings that are plainly wrong: not one that too few requests have met. */
export const wrongOf = (findings: readonly Judged[], play: PlayEntry): Judged[] =>
  findings.filter((finding) => finding.holds === false && !isThin(finding, play));
