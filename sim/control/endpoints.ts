/**
 * From reported readiness to the tables on each node: Services' endpoints, kube-proxy's rules, the ingress' servers.
 * A change reaches a node late by its path, and never while the path is cut.
 */
import type { Topology } from '../../topology/schema.ts';
import type { Container, Place, Stage, Target } from '../runtimes/contract.ts';
import { onWhileWanted } from '../behaviour/in-force.ts';
import type { Pod } from './pod.ts';
import { INGRESS, KUBE_PROXY, throttle } from './throttle.ts';

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

/** What all agents are told at one instant. */
interface Tables {
  readonly services: ReadonlyMap<string, readonly Target[]>;
  readonly hosts: ReadonlyMap<string, readonly Target[]>;
}
function tablesOf({ topology, pods }: EndpointsContext): Tables {
  const services = new Map<string, readonly Target[]>();
  for (const [id, service] of Object.entries(topology.services)) {
    const ready = readyPods(topology, pods(), id);
    services.set(
      id,
      ready.map((pod) => ({ pod: pod.id, port: service.port })),
    );
  }
  const hosts = new Map<string, readonly Target[]>();
  for (const [host, { service }] of Object.entries(topology.ingress)) {
    const byName = [{ service, port: topology.services[service]?.port ?? 0 }];
    hosts.set(host, topology.routing === 'service' ? byName : (services.get(service) ?? []));
  }
  return { services, hosts };
}

export interface EndpointsController {
  /** Something about a pod's readiness has reached the API server. `atOnce`: bring-up, without delay or path. */
  changed(atOnce?: boolean): void;
  /** Writes every table now, without delay: bring-up. */
  syncAll(): Promise<void>;
  /** kube-proxy on this node takes no change any more; disposed, it takes the newest that has come. */
  stopKubeProxy(node: Place): Promise<AsyncDisposable>;
  stop(): void;
}

/**
 * Each change is under way to every node for as long as propagation and the path take, and comes in the order it was made;
 * the agents there take it at their own pace (`throttle.ts`).
 */
export function endpointsController(context: EndpointsContext): EndpointsController {
  const stopped = new AbortController();
  const { stage, topology } = context;
  const last = new Map<string, string>();
  const paced = { clock: stage.clock, stopped: stopped.signal, failed: context.failed };
  const kubeProxies = new Map(context.nodes.map((node) => [node, throttle(KUBE_PROXY, paced)]));
  // Of the program that runs: one that starts anew has nothing to wait for.
  const ingresses = new WeakMap<Container, ReturnType<typeof throttle>>();
  const ingressPace = (container: Container): ReturnType<typeof throttle> => {
    const pace = ingresses.get(container) ?? throttle(INGRESS, paced);
    ingresses.set(container, pace);
    return pace;
  };

  /** Nodes whose kube-proxy does not run, and the newest change that each of them misses. */
  const silent = new Set<Place>();
  const missed = new Map<Place, Tables['services']>();
  // All are told in the same instant: who waits for one would come late, and with an old table, to the next.
  const write = async (node: Place, { services, hosts }: Tables, atOnce: boolean): Promise<void> => {
    const rules = async (): Promise<void> => {
      if (!silent.has(node)) return stage.routes.kubeProxy(node, services);
      missed.set(node, services);
    };
    const pace = kubeProxies.get(node);
    const writes = [atOnce || pace === undefined ? rules() : pace(rules)];
    for (const pod of context.pods()) {
      const { container } = pod;
      if (pod.workload.role !== 'ingress' || pod.node !== node || container === undefined) continue;
      const routes = (): Promise<void> => stage.routes.ingress(pod.id, hosts);
      writes.push(atOnce ? routes() : ingressPace(container)(routes));
    }
    await Promise.all(writes);
  };
  const stops = new Map(
    context.nodes.map((node) => [
      node,
      onWhileWanted(
        () => Promise.resolve(void silent.add(node)),
        async () => {
          silent.delete(node);
          const services = missed.get(node);
          missed.delete(node);
          if (services !== undefined) await stage.routes.kubeProxy(node, services);
        },
      ),
    ]),
  );
  /** The newest change that has come to each node; one that comes after a newer one is none any more. */
  const newest = new Map<Place, number>();
  let made = 0;
  const deliver = async (node: Place, tables: Tables, atOnce: boolean, change: number): Promise<void> => {
    if (!atOnce) {
      await stage.clock.sleep('endpoints.propagation', undefined, stopped.signal);
      await stage.network.message(topology.server, node, stopped.signal);
    }
    if ((newest.get(node) ?? 0) > change) return;
    newest.set(node, change);
    await write(node, tables, atOnce);
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
      const tables = tablesOf(context);
      made++;
      for (const node of context.nodes)
        deliver(node, tables, atOnce, made).catch((error: unknown) =>
          stopped.signal.aborted ? undefined : context.failed(error),
        );
    },
    async syncAll() {
      recordChanges();
      const tables = tablesOf(context);
      made++;
      await Promise.all(context.nodes.map((node) => deliver(node, tables, true, made)));
    },
    stopKubeProxy: async (node) => (await stops.get(node)?.()) ?? { [Symbol.asyncDispose]: () => Promise.resolve() },
    stop: () => stopped.abort(),
  };
}
