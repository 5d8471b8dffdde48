/**
 * What CoreDNS keeps: its cache plugin stands in front of all that it finds out, its own zone and what it forwards. k3s says
 * `cache 30` and neither `prefetch` nor `serve_stale`: what has run out is not told.
 * @see coredns plugin/cache README; k3s-io/k3s manifests/coredns.yaml
 */
import type { TimerName } from '../../topology/timers.ts';

/** How long answers are kept, whatever their TTL; milliseconds. */
export interface CacheLimits {
  readonly atMostMs: number;
  readonly atLeastMs: number;
  /** That it could not be found out (SERVFAIL). */
  readonly failureMs: number;
}
/** @param lastsMs  how long an idle timer lasts on the clock of the run */
export const cacheLimits = (lastsMs: (timer: TimerName) => number): CacheLimits => ({
  atMostMs: lastsMs('dns.cache'),
  atLeastMs: lastsMs('dns.cache-least'),
  failureMs: lastsMs('dns.cache-failure'),
});

/** What was found out, and for how long that holds; `failure`: that it could not be. */
export interface Found<A> {
  readonly answer: A;
  readonly ttlMs: number | 'failure';
}
export interface Told<A> {
  readonly answer: A;
  /** What is left of its time. */
  readonly leftMs: number;
}

export class NameCache<A> {
  readonly #limits: CacheLimits;
  readonly #kept = new Map<string, { readonly answer: A; readonly untilMs: number }>();
  constructor(limits: CacheLimits) {
    this.#limits = limits;
  }

  /** The kept answer to a question, else what `find` says, which is kept from now on. */
  answer(question: string, nowMs: number, find: () => Found<A>): Told<A> {
    const kept = this.#kept.get(question);
    if (kept !== undefined && nowMs < kept.untilMs) return { answer: kept.answer, leftMs: kept.untilMs - nowMs };
    const { answer, ttlMs } = find();
    const leftMs = this.#keptMs(ttlMs);
    this.#kept.set(question, { answer, untilMs: nowMs + leftMs });
    return { answer, leftMs };
  }

  #keptMs(ttlMs: Found<A>['ttlMs']): number {
    const { atMostMs, atLeastMs, failureMs } = this.#limits;
    return ttlMs === 'failure' ? failureMs : Math.min(atMostMs, Math.max(atLeastMs, ttlMs));
  }
}
