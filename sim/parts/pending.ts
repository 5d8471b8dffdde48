/** One thing awaited from the network: the first of an answer, a time-out and an abort settles it. */
import { alarm } from './alarm.ts';

export interface Limits {
  /** Infinity: no limit. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}
export interface Pending<T> {
  /** Rejects only when the signal aborts. */
  readonly promise: Promise<T>;
  /** Later calls are ignored. */
  readonly settle: (value: T) => void;
}

/**
 * @param late     what a time-out settles it with
 * @param abandon  frees what was asked: called on a time-out and on an abort, before the promise settles
 */
export function pending<T>({ timeoutMs, signal }: Limits, late: T, abandon: () => void): Pending<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const release = (): void => {
    cancel();
    signal?.removeEventListener('abort', onAbort);
  };
  const onAbort = (): void => {
    release();
    abandon();
    reject(signal?.reason as Error);
  };
  const cancel = alarm(timeoutMs, () => {
    release();
    abandon();
    resolve(late);
  });
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort);
  return {
    promise,
    settle(value) {
      release();
      resolve(value);
    },
  };
}
