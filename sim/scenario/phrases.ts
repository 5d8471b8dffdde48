/** Predicates and counts in words. Reports add their own frame; these are the facts inside it. */
import type { PlayEntry, Predicate } from '../runtimes/entries.ts';

type Journeys = PlayEntry['journeys'];
export const nameOf = (journeys: Journeys, journey: string | undefined): string =>
  journey === undefined ? 'requests' : (journeys[journey]?.title ?? journey);

export const percent = (share: number): string =>
  `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0).replace(/\.0$/, '')} %`;
/** "96 ms", "19 s", "1.3 s". */
export function duration(ms: number): string {
  if (ms === Infinity) return 'never';
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0).replace(/\.0$/, '')} s`;
}
export const number = (n: number): string => n.toLocaleString('en-US');
export const ofN = (hits: number, n: number): string => `${number(hits)} of ${number(n)}`;

/** What a predicate asks, in words: "at least 99 % of lists answered". */
export function readingOf(predicate: Predicate, journeys: Journeys): string {
  const who = nameOf(journeys, predicate.where?.journey);
  const bound = predicate.min === undefined ? predicate.max : predicate.min;
  const amount = predicate.unit === 'share' ? percent(bound ?? 0) : duration(bound ?? 0);
  const limit = `${predicate.min === undefined ? 'at most' : 'at least'} ${amount}`;
  switch (predicate.measure) {
    case 'share-ok':
      return `${limit} of ${who} answered right`;
    case 'share-status':
      return `${limit} of ${who} end with ${predicate.where?.status ?? '?'}`;
    case 'share-cache-hit':
      return `${limit} of ${who} come from the cache`;
    case 'latency-p95':
      return `95 % of ${who} within ${amount}`;
    case 'latency-added-p50':
      return `${who} ${limit} slower at the median`;
    case 'recovery-time':
      return `95 % of requests right again within ${amount} of it`;
  }
}

/** What was measured, in words: "374 of 374 lists answered right". */
export function seenOf(
  predicate: Predicate,
  value: number | undefined,
  hits: number,
  n: number,
  journeys: Journeys,
): string {
  const who = nameOf(journeys, predicate.where?.journey);
  if (value === undefined) return `no ${who} to measure`;
  switch (predicate.measure) {
    case 'share-ok':
      return `${ofN(hits, n)} ${who} answered right`;
    case 'share-status':
      return `${ofN(hits, n)} ${who} ended with ${predicate.where?.status ?? '?'}`;
    case 'share-cache-hit':
      return `${ofN(hits, n)} ${who} came from the cache`;
    case 'latency-p95':
      return value === Infinity
        ? `fewer than 95 % of ${who} were answered right at all`
        : `95 % of ${who} within ${duration(value)}`;
    case 'latency-added-p50':
      if (value === Infinity) return `not even half of ${who} were answered right`;
      return `${who} ${duration(value)} slower at the median`;
    case 'recovery-time':
      return hits === n
        ? `${ofN(n, n)} requests right from the start`
        : `${ofN(hits, n)} requests right, 95 % and more from ${duration(value)} on`;
  }
}
