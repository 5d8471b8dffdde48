/** How bad it was for users, from counts alone: it knows nothing of what a document said. */
import { wilson } from '../checkers/statistics.ts';
import type { Counts, Pain } from './summary.ts';

/** Shares of requests that were not served right in time, from which each word holds. */
export const PAIN_FROM = { outage: 0.9, high: 0.2, medium: 0.02 } as const;
/** Slower than this at the median is felt. */
export const FELT_MS = 50;

function painOfShare(bad: number, addedMs: number): Pain {
  if (bad >= PAIN_FROM.outage) return 'outage';
  if (bad >= PAIN_FROM.high) return 'high';
  if (bad >= PAIN_FROM.medium) return 'medium';
  return bad > 0 || addedMs >= FELT_MS ? 'low' : 'none';
}
/** @param addedMs  how much slower than before, at the median */
export const painOf = (counts: Counts, addedMs: number): Pain =>
  counts.exposed === 0 ? 'unknown' : painOfShare((counts.exposed - counts.inTime) / counts.exposed, addedMs);

const ORDER: readonly Pain[] = ['unknown', 'none', 'low', 'medium', 'high', 'outage', 'loss'];
/** Worst first. */
export const byPain = (a: Pain, b: Pain): number => ORDER.indexOf(b) - ORDER.indexOf(a);
/** Degrees of pain, for telling worse from the same: "none" and "low" differ by a single request and are one. */
export const painDegree = (pain: Pain): number => Math.max(ORDER.indexOf('low'), ORDER.indexOf(pain));

/** Every degree that the counts leave open: those of all shares within the 95 % interval of the one that was seen. */
export function openPains(counts: Counts, addedMs: number): Pain[] {
  if (counts.exposed === 0) return ['unknown'];
  const { low, high } = wilson(counts.exposed - counts.inTime, counts.exposed);
  const [least, most] = [low, high].map((bad) => ORDER.indexOf(painOfShare(bad, addedMs)));
  return ORDER.filter((_, degree) => degree >= (least ?? 0) && degree <= (most ?? 0));
}
