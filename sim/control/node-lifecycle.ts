/**
 * Whether a node lives, as the control plane can tell: by its leases alone, which travel along the nodes' own paths. A node
 * whose network is cut is not declared dead; it is not heard of.
 *
 *   kubelet ──lease, each 10 s──▶ API server ──check, each 5 s──▶ silent longer than the grace: NotReady, its endpoints go
 *                                                                   └─▶ taint ──300 s──▶ its pods are evicted
 *
 * While 55 % or more of the nodes are unhealthy none is tainted: then it is the controller's own network that is doubted.
 * @see Kubernetes concepts/architecture/nodes; pkg/controller/nodelifecycle (one zone of at most 50 nodes)
 */
import type { Clock, Network, Place } from '../runtimes/contract.ts';
import type { NodeEntry } from '../runtimes/entries.ts';

export interface NodeLifecycleContext {
  readonly clock: Clock;
  readonly network: Pick<Network, 'message'>;
  readonly nodes: readonly Place[];
  readonly server: Place;
  readonly record: (entry: Pick<NodeEntry, 'node' | 'event' | 'detail'>) => void;
  /** Its pods are no longer taken for Ready. */
  readonly lost: (node: Place) => void;
  /** Its kubelet's word counts again. */
  readonly found: (node: Place) => void;
  /** Its pods have outstayed the taint. */
  readonly evict: (node: Place) => void;
  readonly stopped: AbortSignal;
  readonly failed: (error: unknown) => void;
}
export interface NodeLifecycle {
  /** Leases and checks begin; every node counts as heard of just now. */
  start(): void;
  /** False from the end of a node's grace until it is heard of again. */
  isReachable(node: Place): boolean;
}
/** From this share of unhealthy nodes on nobody is evicted: Kubernetes' default unhealthyZoneThreshold. */
export const UNHEALTHY_ZONE_SHARE = 0.55;

const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`;

export function nodeLifecycle(context: NodeLifecycleContext): NodeLifecycle {
  const { clock, network, nodes, server, stopped, record } = context;
  const heardMs = new Map<Place, number>();
  /** Nodes that are not heard of, and what ends their eviction. */
  const lost = new Map<Place, AbortController>();
  const unlessStopped = (work: Promise<void>): void =>
    void work.catch((error: unknown) => (stopped.aborted ? undefined : context.failed(error)));
  const isDisrupted = (): boolean => lost.size / nodes.length >= UNHEALTHY_ZONE_SHARE;

  const evictInTime = async (node: Place, found: AbortSignal): Promise<void> => {
    const over = AbortSignal.any([found, stopped]);
    try {
      while (isDisrupted()) await clock.idle('node.monitor', undefined, over);
      record({ node, event: 'Tainted', detail: 'node.kubernetes.io/unreachable:NoExecute' });
      await clock.idle('node.eviction', undefined, over);
    } catch (error) {
      if (over.aborted) return;
      throw error;
    }
    context.evict(node);
  };
  const silentMs = (node: Place): number => clock.nowMs() - (heardMs.get(node) ?? 0);
  /** All of one check are lost at once: whether one is tainted hangs on how many are. */
  const lose = (silent: readonly Place[]): void => {
    for (const node of silent) {
      lost.set(node, new AbortController());
      record({ node, event: 'NotReady', detail: `no lease for ${seconds(silentMs(node))}` });
      context.lost(node);
    }
    for (const node of silent) unlessStopped(evictInTime(node, lost.get(node)?.signal ?? stopped));
  };
  const hear = (node: Place): void => {
    heardMs.set(node, clock.nowMs());
    const known = lost.get(node);
    if (known === undefined) return;
    known.abort();
    lost.delete(node);
    record({ node, event: 'Ready', detail: 'its lease was renewed' });
    context.found(node);
  };
  const renew = async (node: Place): Promise<void> => {
    while (!stopped.aborted) {
      await network.message(node, server, stopped);
      hear(node);
      await clock.idle('node.lease', undefined, stopped);
    }
  };
  const check = async (): Promise<void> => {
    while (!stopped.aborted) {
      const dueMs = clock.nowMs() + clock.shortenedMs('node.monitor');
      await clock.idle('node.monitor', undefined, stopped);
      // Who came late himself has not listened: what he did not hear in that time says nothing.
      if (clock.nowMs() - dueMs > clock.shortenedMs('node.lease')) continue;
      lose(nodes.filter((node) => !lost.has(node) && silentMs(node) > clock.shortenedMs('node.grace')));
    }
  };
  return {
    start() {
      for (const node of nodes) {
        heardMs.set(node, clock.nowMs());
        unlessStopped(renew(node));
      }
      unlessStopped(check());
    },
    isReachable: (node) => !lost.has(node),
  };
}
