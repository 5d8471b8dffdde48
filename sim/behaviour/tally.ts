/**
 * What one request's program asked of the network, counted by its driver: round trips, not times. Both drivers count with
 * this, so that model and sockets can be held against each other.
 */
import type { Hop } from '../runtimes/contract.ts';
import type { Connection, Effect } from './effects.ts';

/** Round trips towards one kind of server; `handshakes` of them only opened connections (TCP, TLS, log-in). */
export interface Trips {
  trips: number;
  handshakes: number;
}
export class Tally {
  readonly http: Trips = { trips: 0, handshakes: 0 };
  readonly postgres: Trips = { trips: 0, handshakes: 0 };
  readonly redis: Trips = { trips: 0, handshakes: 0 };
  /** DNS questions, answered or not: a search list multiplies them. */
  questions = 0;
}

/** A connection's trips before an effect: what an exchange costs is told by the difference. */
export const tripsBefore = (effect: Effect): number => (effect.do === 'exchange' ? effect.connection.trips : 0);

/** Adds what came of an effect. */
export function count(tally: Tally, effect: Effect, before: number, result: unknown): void {
  if (effect.do === 'query') tally.questions++;
  if (effect.do === 'dial') {
    const { ok, connection } = result as { ok: boolean; connection?: Connection };
    if (ok && connection !== undefined) add(tally[effect.protocol], connection.trips, connection.trips);
  }
  if (effect.do === 'exchange') {
    const { connection } = effect;
    // Requests share an HTTP/2 connection, so it counts none itself: there each answer is one trip.
    add(tally[connection.speaks], Math.max((result as { ok: boolean }).ok ? 1 : 0, connection.trips - before), 0);
  }
}
function add(to: Record<keyof Trips, number>, trips: number, handshakes: number): void {
  to.trips += trips;
  to.handshakes += handshakes;
}

/** The phone as a request's first hop. @param tookMs  since it was sent, which may be later than it was due */
export const phoneHop = (tally: Tally, instance: string, tookMs: number): Hop => ({
  part: 'phone',
  instance,
  tookMs,
  ...tally.http,
  questions: tally.questions,
});

/** Counts round trips on a byte stream: what is sent until something comes back is one, however many packets it takes. */
export class TripCounter {
  trips = 0;
  #isAwaited = false;
  sent(): void {
    this.#isAwaited = true;
  }
  received(): void {
    if (this.#isAwaited) this.trips++;
    this.#isAwaited = false;
  }
}
