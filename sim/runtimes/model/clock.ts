/** Cluster time on the event queue. */
import { timer } from '../../../topology/timers.ts';
import { shortener, type Shortening } from '../../clock.ts';
import type { Clock } from '../contract.ts';
import type { EventQueue } from './event-queue.ts';

/** Waiting costs nothing here: a tempo above 1 only serves to play what a live runtime plays. */
export function modelClock(queue: EventQueue, shortening: Shortening = { tempo: 1, order: [] }): Clock {
  const shortenedMs = shortener(shortening);
  const sleep: Clock['sleep'] = (name, ms = timer(name).ms, signal) =>
    new Promise((resolve, reject) => {
      const abort = (): void => {
        event.cancel();
        reject(new DOMException('the wait was ended', 'AbortError'));
      };
      const event = queue.after(ms, () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
      if (signal?.aborted === true) abort();
      else signal?.addEventListener('abort', abort, { once: true });
    });
  return {
    nowMs: () => queue.nowMs,
    sleep,
    idle: (name, ms, signal) => sleep(name, shortenedMs(name, ms), signal),
    shortenedMs,
  };
}
