/** What the requests tell of the edge's cache, by what the edge says of each answer. */
import type { Outcome } from '../runtimes/contract.ts';
import type { PlayedEntry } from '../runtimes/entries.ts';
import { requestsIn } from './window.ts';

/** Journeys of which so many answers came from the edge are for what it has. */
const MOST = 0.5;

/** What the edge had kept and gave away without another's word; asked after or not, the origin had no part in it. */
export const isFromEdge = ({ evidence }: Pick<Outcome, 'evidence'>): boolean =>
  ['HIT', 'STALE'].includes(evidence.headers['cf-cache-status'] ?? '');

/** Journeys that the edge answered itself before anything was broken; what they ask for it had. */
export function journeysAtEdge(entries: readonly PlayedEntry[]): string[] {
  const byJourney = Map.groupBy(requestsIn(entries, 'before').counted, (one) => one.journey);
  return [...byJourney].flatMap(([journey, requests]) => {
    const hits = requests.filter((one) => one.evidence.headers['cf-cache-status'] === 'HIT').length;
    return hits > MOST * requests.length ? [journey] : [];
  });
}
