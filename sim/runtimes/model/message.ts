/** A control-plane message in virtual time. */
import type { EventQueue } from './event-queue.ts';

/**
 * Settles when it has arrived: late by its way, and not while that is cut.
 * @param hold  keeps what is to be tried again when a condition is healed
 */
export const delivered = (
  queue: EventQueue,
  way: { readonly oneWayMs: number; readonly isCut: () => boolean; readonly hold: (again: () => void) => void },
  signal?: AbortSignal,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const abort = (): void => reject(new DOMException('the message is no longer awaited', 'AbortError'));
    signal?.addEventListener('abort', abort, { once: true });
    const arrive = (): void => {
      signal?.removeEventListener('abort', abort);
      resolve();
    };
    const send = (): void => {
      if (way.isCut()) way.hold(send);
      else queue.after(way.oneWayMs, arrive);
    };
    send();
  });
