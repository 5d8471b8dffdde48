/** A control-plane message in real time: late by its way, and never there while that is cut. */
export interface Way {
  readonly cut: () => boolean;
  /** Who is told when conditions have gone. */
  readonly released: (() => void)[];
  readonly oneWayMs: number;
}
const aborted = (): DOMException => new DOMException('the message is no longer awaited', 'AbortError');

/** Settles when it has arrived; breaks when it is awaited no more. */
export async function delivered({ cut, released, oneWayMs }: Way, signal?: AbortSignal): Promise<void> {
  while (cut()) {
    await new Promise<void>((resolve, reject) => {
      released.push(resolve);
      signal?.addEventListener('abort', () => reject(aborted()), { once: true });
    });
  }
  await new Promise((resolve) => setTimeout(resolve, oneWayMs));
  if (signal?.aborted === true) throw aborted();
}
