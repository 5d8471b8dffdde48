/** An engine that starts nothing: what a container says and how it ends is the test's to tell. */
import type { Engine, OnLine } from '../../../sim/runtimes/docker/engine.ts';
import type { Exit } from '../../../sim/runtimes/contract.ts';

export interface StubbedEngine {
  readonly engine: Engine;
  readonly exited: PromiseWithResolvers<Exit>;
  /** Settles when the container is started; what it prints then. */
  readonly hears: Promise<OnLine>;
}

/** Its one container never ends by itself, and printed `printed` last. */
export function stubbedEngine(printed: readonly string[] = []): StubbedEngine {
  const exited = Promise.withResolvers<Exit>();
  const started = Promise.withResolvers<OnLine>();
  const container = { id: 'stub', exited: exited.promise, logTail: () => Promise.resolve(printed) };
  const engine = {
    startAttached(_: unknown, onLine: OnLine) {
      started.resolve(onLine);
      return Promise.resolve({ container, write: () => undefined });
    },
  };
  return { engine: engine as unknown as Engine, exited, hears: started.promise };
}
