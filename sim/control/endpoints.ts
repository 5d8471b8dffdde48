/**
 * From reported readiness to the tables on each node: Services' endpoints, kube-proxy's rules, the ingress' servers.
 * A change reaches a node late by its path, and never while the path is cut; what is written is always the newest state.
 */
import type { Topology } from '../../topology/schema.ts';
import type { Place, Stage, Target } from '../runtimes/contract.ts';
import type { Pod } from './pod.ts';

export interface EndpointsContext {
  readonly stage: Stage;
  readonly topology: Topology;
  readonly nodes: readonly Place[];
  readonly pods: () => readonly Pod[];
  readonly record: (service: string, ready: readonly string[]) => void;
  /** A table could not be written: our bug or the runtime's. */
  readonly failed: (error: unknown) => void;
}

/** Endpoints of a Service: pods of its workload that the API server knows to be Ready. */
export const readyPods = (topology: Topology, pods: readonly Pod[], service: string): Pod[] =>
  pods.filter((pod) => pod.workloadId === topology.services[service]?.workload && pod.reportedReady);

function serviceTable(context: EndpointsContext): Map<string, readonly Target[]> {
  const table = new Map<string, readonly Target[]>();
  for (const [id, service] of Object.entries(context.topology.services)) {
    table.set(
      id,
      readyPods(context.topology, context.pods(), id).map((pod) => ({ pod: pod.id, port: service.port })),
    );
  }
  return table;
}

function ingressTable(context: EndpointsContext): Map<string, readonly Target[]> {
  const table = new Map<string, readonly Target[]>();
  const services = serviceTable(context);
  for (const [host, rule] of Object.entries(context.topology.ingress)) {
    const port = context.topology.services[rule.service]?.port ?? 0;
    const target: readonly Target[] =
      context.topology.routing === 'service' ? [{ service: rule.service, port }] : (services.get(rule.service) ?? []);
    table.set(host, target);
  }
  return table;
}

export interface EndpointsController {
  /** Something about a pod's readiness has reached the API server. `atOnce`: bring-up, without delay or path. */
  changed(atOnce?: boolean): void;
  /** Writes every table now, without delay: bring-up. */
  syncAll(): Promise<void>;
  stop(): void;
}

/** One syncer a node: woken by a change, it waits for propagation and the path, then writes the newest tables. */
export function endpointsController(context: EndpointsContext): EndpointsController {
  const stopped = new AbortController();
  const { stage, topology } = context;
  const last = new Map<string, string>();
  const busy = new Map<Place, boolean>();
  const dirty = new Map<Place, boolean>();

  const write = async (node: Place): Promise<void> => {
    await stage.routes.kubeProxy(node, serviceTable(context));
    const ingresses = context
      .pods()
      .filter((pod) => pod.workload.role === 'ingress' && pod.node === node && pod.container !== undefined);
    for (const pod of ingresses) await stage.routes.ingress(pod.id, ingressTable(context));
  };
  const sync = async (node: Place, atOnce: boolean): Promise<void> => {
    while (dirty.get(node) === true && !stopped.signal.aborted) {
      dirty.set(node, false);
      if (!atOnce) {
        await stage.clock.sleep('endpoints.propagation', undefined, stopped.signal);
        await stage.network.message(topology.server, node, stopped.signal);
      }
      await write(node);
    }
  };
  const wake = async (node: Place, atOnce: boolean): Promise<void> => {
    dirty.set(node, true);
    if (busy.get(node) === true) return;
    busy.set(node, true);
    try {
      await sync(node, atOnce);
    } catch (error) {
      if (!stopped.signal.aborted) context.failed(error);
    } finally {
      busy.set(node, false);
    }
  };
  const recordChanges = (): void => {
    for (const id of Object.keys(topology.services)) {
      const ready = readyPods(topology, context.pods(), id).map((pod) => pod.id);
      if (last.get(id) === ready.join()) continue;
      last.set(id, ready.join());
      context.record(id, ready);
    }
  };
  return {
    changed(atOnce = false) {
      recordChanges();
      for (const node of context.nodes) void wake(node, atOnce);
    },
    async syncAll() {
      recordChanges();
      await Promise.all(context.nodes.map(write));
    },
    stop: () => stopped.abort(),
  };
}
