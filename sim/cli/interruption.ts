/** Ctrl-C and its kin: the first asks everything to come down in order, a later one does not wait. */
export interface Interruption extends Disposable {
  readonly signal: AbortSignal;
  readonly reason: string | undefined;
}
const SIGNALS = { SIGINT: 'Ctrl-C', SIGTERM: 'SIGTERM', SIGHUP: 'the terminal closing' } as const;
/** One press of Ctrl-C can come twice: the terminal sends it, and npm forwards it once more some hundred milliseconds later. */
export const SAME_PRESS_MS = 500;

/** The process and its clock, as far as they matter here. */
export interface Signalled {
  on(name: string, handler: () => void): unknown;
  off(name: string, handler: () => void): unknown;
  exit(code: number): void;
}

export function interruption(target: Signalled = process, nowMs: () => number = () => performance.now()): Interruption {
  const controller = new AbortController();
  let reason: string | undefined;
  let firstMs = 0;
  const handlers = Object.entries(SIGNALS).map(([name, words]) => {
    const handler = (): void => {
      if (!controller.signal.aborted) {
        reason = words;
        firstMs = nowMs();
        controller.abort(new DOMException(`ended by ${words}`, 'AbortError'));
      } else if (nowMs() - firstMs > SAME_PRESS_MS) target.exit(130);
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
