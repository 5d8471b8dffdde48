/** How bad it was for users, from counts alone: it knows nothing of what a document said. */
import type { Counts, Pain } from './summary.ts';

/** Shares of requests that were not served right in time, from which each word holds. */
export const PAIN_FROM = { outage: 0.9, high: 0.2, medium: 0.02 } as const;
/** Slower than this at the median is felt. */
export const FELT_MS = 50;

/** @param addedMs  how much slower than before, at the median */
export function painOf(counts: Counts, addedMs: number): Pain {
  if (counts.exposed === 0) return 'unknown';
  const bad = (counts.exposed - counts.inTime) / counts.exposed;
  if (bad >= PAIN_FROM.outage) return 'outage';
  if (bad >= PAIN_FROM.high) return 'high';
  if (bad >= PAIN_FROM.medium) return 'medium';
  return bad > 0 || addedMs >= FELT_MS ? 'low' : 'none';
}
const ORDER: readonly Pain[] = ['unknown', 'none', 'low', 'medium', 'high', 'outage', 'loss'];
/** Worst first. */
export const byPain = (a: Pain, b: Pain): number => ORDER.indexOf(b) - ORDER.indexOf(a);
/** Degrees of pain, for telling worse from the same: "none" and "low" differ by a single request and are one. */
export const painDegree = (pain: Pain): number => Math.max(ORDER.indexOf('low'), ORDER.indexOf(pain));
