/** Cluster time on the event queue. Tempo is 1 on the model: waiting costs nothing. */
import { timer } from '../../../topology/timers.ts';
import type { Clock } from '../contract.ts';
import type { EventQueue } from './event-queue.ts';

export function modelClock(queue: EventQueue): Clock {
  const sleep: Clock['sleep'] = (name, ms = timer(name).ms, signal) =>
    new Promise((resolve, reject) => {
      const abort = (): void => {
        event.cancelled = true;
        reject(new DOMException('the wait was ended', 'AbortError'));
      };
      const event = queue.after(ms, () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
      if (signal?.aborted === true) abort();
      else signal?.addEventListener('abort', abort, { once: true });
    });
  return { nowMs: () => queue.nowMs, sleep, idle: sleep, shortenedMs: (name, ms = timer(name).ms) => ms };
}
