/** Programs outside of the cluster: one at its place, started once. Nobody starts it again but who broke it. */
import type { Topology } from '../../topology/schema.ts';
import { onWhileWanted } from '../behaviour/in-force.ts';
import type { Container, Place, Sandbox, Stage } from '../runtimes/contract.ts';

type External = Topology['externals'][string];
export interface Externals {
  /** Settles when all are started. */
  start(): Promise<void>;
  at(place: Place): Container | undefined;
  /** Kills the program of a place; disposing starts it anew, at its old address and with nothing in memory. */
  stop(place: Place): Promise<AsyncDisposable>;
}

export function externalsOf(stage: Pick<Stage, 'sandbox'>, { externals }: Topology): Externals {
  const running = new Map<Place, Container>();
  const sandboxes = new Map<Place, { readonly sandbox: Sandbox; readonly external: External }>();
  const run = async (place: Place): Promise<void> => {
    const known = sandboxes.get(place);
    if (known === undefined) return;
    const { role, ports, settings } = known.external;
    running.set(place, await known.sandbox.run({ role, ports, settings }));
  };
  const start = async ([id, external]: [string, External]): Promise<void> => {
    sandboxes.set(external.place, { sandbox: await stage.sandbox(id, external.place, true), external });
    await run(external.place);
  };
  const stop = async (place: Place): Promise<void> => {
    const program = running.get(place);
    await program?.signal('SIGKILL');
    await program?.exited;
  };
  const stops = new Map<Place, () => Promise<AsyncDisposable>>();
  return {
    start: async () => void (await Promise.all(Object.entries(externals).map(start))),
    at: (place) => running.get(place),
    stop(place) {
      const begin =
        stops.get(place) ??
        onWhileWanted(
          () => stop(place),
          () => run(place),
        );
      stops.set(place, begin);
      return begin();
    },
  };
}
