/** Ctrl-C and its kin: the first asks everything to come down in order, a second one does not wait. */
export interface Interruption extends Disposable {
  readonly signal: AbortSignal;
  readonly reason: string | undefined;
}
const SIGNALS = { SIGINT: 'Ctrl-C', SIGTERM: 'SIGTERM', SIGHUP: 'the terminal closing' } as const;

export function interruption(): Interruption {
  const controller = new AbortController();
  let reason: string | undefined;
  const handlers = Object.entries(SIGNALS).map(([name, words]) => {
    const handler = (): void => {
      if (controller.signal.aborted) process.exit(130);
      reason = words;
      controller.abort(new DOMException(`ended by ${words}`, 'AbortError'));
    };
    process.on(name, handler);
    return { name, handler };
  });
  return {
    signal: controller.signal,
    get reason() {
      return reason;
    },
    [Symbol.dispose]() {
      for (const { name, handler } of handlers) process.off(name, handler);
    },
  };
}
