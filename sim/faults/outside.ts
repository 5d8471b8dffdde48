/** What is asked of programs outside of the cluster, so that one which takes connections and stands still is told from one that works. */
import type { Place } from '../../topology/schema.ts';
import type { Sight, WitnessView } from './fault.ts';

/** Who brings no signature is turned away with a 403 by a store that is well: it answers. */
export const STORE_WELL = 403;

export type Conversational = Pick<Sight, 'question' | 'status'>;

const http = (host: string, path: string): Conversational['question'] => ({ ask: 'http', host, path, tls: true });
export const askStore = (place: Place): Conversational['question'] => http(place.slice(place.indexOf(':') + 1), '/');
const BY_ROLE: Readonly<Record<string, (place: Place) => Conversational>> = {
  postgres: () => ({ question: { ask: 'sql', text: 'SELECT 1' } }),
  'object-store': (place) => ({ question: askStore(place), status: { well: STORE_WELL } }),
  // A host that nobody knows is the ingress' own, which answers this.
  edge: () => ({ question: http('proof', '/ping') }),
};

/** Undefined: nobody knows what to ask there. */
export const questionAt = (view: WitnessView, place: Place): Conversational | undefined =>
  BY_ROLE[view.roleAt(place) ?? '']?.(place);

/** Why whether it answers cannot be proven; a place that is not there at all is told elsewhere. */
export const unaskable = (view: WitnessView, place: Place): string | undefined =>
  view.places.includes(place) && questionAt(view, place) === undefined
    ? `whether ${place} answers, no question tells`
    : undefined;
