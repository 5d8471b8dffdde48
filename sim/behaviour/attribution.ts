/** Who produced an answer or an error: one pure function over what was seen, for all runtimes and for old journals. */
import type { Outcome } from '../runtimes/contract.ts';

export type Producer = 'phone' | 'edge' | 'ingress' | 'api' | 'admin' | 'unknown';

/**
 * The part that made the final answer, from marks that only it leaves: the edge's error headers, Traefik's plain bodies,
 * the api's JSON and its place among the hops. No answer at all is the phone's own sight.
 */
export function producedBy(outcome: Pick<Outcome, 'status' | 'error' | 'hops' | 'evidence'>): Producer {
  if (outcome.status === undefined) return outcome.error === undefined ? 'unknown' : 'phone';
  const { headers, bodyHead } = outcome.evidence;
  if (headers['cf-error-type'] !== undefined) return 'edge';
  if (/^(HIT|STALE)$/.test(headers['cf-cache-status'] ?? '')) return 'edge';
  for (const part of ['admin', 'api'] as const) if (outcome.hops.some((hop) => hop.part === part)) return part;
  if (/^(Bad Gateway|Gateway Timeout|404 page not found\n|no available server\n|Internal Server Error)$/.test(bodyHead))
    return 'ingress';
  return bodyHead.startsWith('{') || bodyHead.startsWith('[') ? 'api' : 'unknown';
}
