/** Whether users are led away from what is dead: who comes later is served as if it were not there. */
import type { Outcome } from '../runtimes/contract.ts';
import type { PlayedEntry } from '../runtimes/entries.ts';
import { ascending, percentile } from './statistics.ts';
import { clusterMsBetween, entriesOf } from './window.ts';

/**
 * Who took so much longer than was usual had met what is dead and waited for it, in milliseconds. A connection that is
 * refused and tried elsewhere costs a round trip; one that nobody answers costs 19 s at Cloudflare, 30 s at Traefik (facts 1.1, 2.2).
 */
export const WAITED_MS = 3_000;

/** Of these requests those due so long after the fault came; none where no fault came. @param afterMs  in the cluster's time */
export function sentLater(
  entries: readonly PlayedEntry[],
  requests: readonly Outcome[],
  afterMs: number,
): readonly Outcome[] {
  const came = [
    ...entriesOf(entries, 'fault').filter(({ state }) => state === 'applied'),
    ...entriesOf(entries, 'operation').filter(({ state, as }) => state === 'done' && as !== undefined),
  ];
  if (came.length === 0) return [];
  const fromMs = Math.min(...came.map(({ atMs }) => atMs));
  return requests.filter(({ atMs }) => atMs >= fromMs && clusterMsBetween(entries, fromMs, atMs) >= afterMs);
}

/** Right, and in about the time that 95 % took before. @param before  what was usual; without any nobody is unhurt */
export function isUnhurt(before: readonly Outcome[]): (one: Outcome) => boolean {
  const usualMs = percentile(ascending(before.filter(({ end }) => end === 'ok').map(({ tookMs }) => tookMs)), 0.95);
  return ({ end, tookMs }) => end === 'ok' && usualMs !== undefined && tookMs <= usualMs + WAITED_MS;
}
