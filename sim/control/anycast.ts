/**
 * Where a public address that several POPs announce leads to. A POP announces it for as long as it stands: its program takes
 * connections, and what it sends gets out. When that ends, and when it begins again, the routes of its users follow late.
 *
 *   POP ──looks at itself──▶ announces ──message, along its own path──▶ users' network ──converges, 5 s──▶ new packets go there
 *
 * While no POP stands the routes stay where they are: nobody knows a better way.
 */
import type { Topology } from '../../topology/schema.ts';
import { timer } from '../../topology/timers.ts';
import type { Place, Stage } from '../runtimes/contract.ts';
import type { RouteEntry } from '../runtimes/entries.ts';

export interface AnycastContext {
  readonly stage: Pick<Stage, 'clock' | 'network' | 'prober' | 'routes'>;
  readonly topology: Topology;
  readonly record: (entry: Pick<RouteEntry, 'address' | 'place' | 'detail'>) => void;
  readonly stopped: AbortSignal;
  readonly failed: (error: unknown) => void;
}
export interface Anycast {
  /** Routes lead to the nearest POP of each address. */
  announce(): Promise<void>;
  /** From now on they follow what stands. */
  start(): void;
}
type Shared = Topology['anycast'][string];

export function anycastRouting({ stage, topology, record, stopped, failed }: AnycastContext): Anycast {
  const { clock, network, prober, routes } = stage;
  const shared = Object.entries(topology.anycast);

  /** Whether an announcement of the POP is heard by its users' network now. */
  const isHeard = async (pop: Place, port: number): Promise<boolean> => {
    const checkMs = timer('anycast.check').ms;
    const { saw } = await prober.ask(pop, { place: pop, port }, { ask: 'connect' }, checkMs);
    if (saw !== 'answer') return false;
    const over = new AbortController();
    const until = AbortSignal.any([over.signal, stopped]);
    const heard = network.message(pop, topology.users.place, until).then(
      () => true,
      () => false,
    );
    const late = clock.sleep('anycast.check', checkMs, until).then(
      () => false,
      () => false,
    );
    const first = await Promise.race([heard, late]);
    over.abort();
    return first;
  };
  /** Which of its POPs is the first that stands; -1: none does. */
  const nearestOf = async ({ pops, port }: Shared): Promise<number> => {
    const heard = await Promise.all(pops.map((pop) => isHeard(pop, port)));
    return heard.indexOf(true);
  };
  const follow = async (address: string, one: Shared): Promise<void> => {
    let led = 0;
    while (!stopped.aborted) {
      await clock.sleep('anycast.check', undefined, stopped);
      const nearest = await nearestOf(one);
      if (nearest === led) continue;
      await clock.sleep('anycast.converge', undefined, stopped);
      // What has changed back meanwhile has not moved anybody.
      const place = one.pops[nearest];
      if (place === undefined || (await nearestOf(one)) !== nearest) continue;
      await routes.anycast(address, place);
      const detail = nearest < led ? 'it is heard of again' : `${one.pops[led] ?? ''} is not heard of`;
      record({ address, place, detail });
      led = nearest;
    }
  };
  return {
    async announce() {
      for (const [address, { pops }] of shared) if (pops[0] !== undefined) await routes.anycast(address, pops[0]);
    },
    start() {
      // With a single POP there is nowhere else to lead to.
      for (const [address, one] of shared)
        if (one.pops.length > 1)
          follow(address, one).catch((error: unknown) => (stopped.aborted ? undefined : failed(error)));
    },
  };
}
