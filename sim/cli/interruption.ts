/** Ctrl-C and its kin: the first asks everything to come down in order, a later one does not wait. */
import { afterReading } from '../clock.ts';

export interface Interruption extends Disposable {
  readonly signal: AbortSignal;
  readonly reason: string | undefined;
}
const SIGNALS = { SIGINT: 'Ctrl-C', SIGTERM: 'SIGTERM', SIGHUP: 'the terminal closing' } as const;
/** One press of Ctrl-C can come twice: the terminal sends it, and npm forwards it once more some hundred milliseconds later. */
export const SAME_PRESS_MS = 500;

/** The process, as far as it matters here. */
export interface Signalled {
  on(name: string, handler: () => void): unknown;
  off(name: string, handler: () => void): unknown;
  exit(code: number): void;
}

export function interruption(
  target: Signalled = process,
  after: (ms: number, act: () => void) => unknown = afterReading,
): Interruption {
  const controller = new AbortController();
  let reason: string | undefined;
  let pressIsOver = false;
  const handlers = Object.entries(SIGNALS).map(([name, words]) => {
    const handler = (): void => {
      if (!controller.signal.aborted) {
        reason = words;
        after(SAME_PRESS_MS, () => (pressIsOver = true));
        controller.abort(new DOMException(`ended by ${words}`, 'AbortError'));
      } else if (pressIsOver) target.exit(130);
    };
    target.on(name, handler);
    return { name, handler };
  });
  return {
    signal: controller.signal,
    get reason() {
      return reason;
    },
    /** After an interruption nothing but the end of the process follows: a press that comes meanwhile ends it with the same code. */
    [Symbol.dispose]() {
      if (controller.signal.aborted) return;
      for (const { name, handler } of handlers) target.off(name, handler);
    },
  };
}
