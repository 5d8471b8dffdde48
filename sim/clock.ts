/** The two kinds of time (docs/architecture.md), and the clock of the live runtimes. Tempo exists here and nowhere else. */
import { setTimeout as delay } from 'node:timers/promises';
import { timer, type TimerName } from '../topology/timers.ts';
import type { Clock, ClusterMs } from './runtimes/contract.ts';

/** A shortened idle timer stays at least this many times as long as a timer that must fire before it. */
export const NOISE_MARGIN = 1.5;
/** Nobody waits longer than this for one idle timer, at no tempo: two days of a DNS delegation are told, not lived through. */
export const LONGEST_LIVED_MS = 600_000;

export type TimerOrder = readonly (readonly [shorter: TimerName, longer: TimerName])[];

/**
 * How long an idle wait of `ms` takes at a tempo: `ms / tempo`, of `LONGEST_LIVED_MS` at most, but never so short that an
 * order the scenario hangs on would turn (`edge.connect 19 s < node.grace 50 s` keeps the grace at 28.5 s or more).
 */
export function shortenedIdleMs(
  name: TimerName,
  ms: ClusterMs,
  tempo: number,
  order: TimerOrder,
  seen: readonly TimerName[] = [],
): ClusterMs {
  const own = timer(name);
  if (own.kind === 'user') return ms;
  const livedMs = Math.min(ms, LONGEST_LIVED_MS);
  if (tempo <= 1) return livedMs;
  let floor = 0;
  for (const [shorter, longer] of order) {
    if (longer !== name || seen.includes(shorter)) continue;
    const before = shortenedIdleMs(shorter, timer(shorter).ms, tempo, order, [...seen, name]);
    floor = Math.max(floor, before * NOISE_MARGIN);
  }
  return Math.min(livedMs, Math.max(livedMs / tempo, floor));
}

export interface Shortening {
  readonly tempo: number;
  readonly order: TimerOrder;
  /** Timers that a topology sets otherwise, milliseconds. */
  readonly timers?: Readonly<Partial<Record<TimerName, ClusterMs>>>;
}
/** How long idle waits take, for a clock's `shortenedMs`. */
export const shortener =
  ({ tempo, order, timers = {} }: Shortening) =>
  (name: TimerName, ms = timers[name] ?? timer(name).ms): ClusterMs =>
    shortenedIdleMs(name, ms, tempo, order);

/**
 * Acts after so long, and not before what has come by then was read: a process may stand still itself, on a busy machine,
 * and Node runs timers that are due before it looks at its sockets and signals. Keeps no process alive.
 *
 * @returns  ends the wait
 */
export function afterReading(ms: number, act: () => void): () => void {
  let read: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => (read = setImmediate(act)), ms).unref();
  return () => {
    clearTimeout(timer);
    clearImmediate(read);
  };
}

/** The clock of a live runtime: wall time since it was made; idle waits are shortened, nothing measured is multiplied. */
export function liveClock(shortening: Shortening): Clock {
  const startMs = performance.now();
  const shortenedMs = shortener(shortening);
  return {
    nowMs: () => performance.now() - startMs,
    shortenedMs,
    async sleep(name, ms = timer(name).ms, signal) {
      await delay(ms, undefined, signal === undefined ? {} : { signal });
    },
    async idle(name, ms, signal) {
      await delay(shortenedMs(name, ms), undefined, signal === undefined ? {} : { signal });
    },
  };
}
