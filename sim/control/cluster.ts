/**
 * The cluster's brain on one stage: what the topology wants is started, watched, restarted and routed to. It knows places,
 * pods and Services; how a program is started or a byte is carried is the runtime's secret.
 */
import { placesOf } from '../../topology/load.ts';
import type { ContainerSettings, Topology, Workload } from '../../topology/schema.ts';
import type { Prng } from '../prng.ts';
import type { Container, Place, PodId, Stage } from '../runtimes/contract.ts';
import type { PlayedEntry, PodEntry } from '../runtimes/entries.ts';
import { anycastRouting } from './anycast.ts';
import { deployment, notDeployed, type Deployment, type Template } from './deployment.ts';
import { endpointsController } from './endpoints.ts';
import { externalsOf } from './externals.ts';
import { runPod, schedule, type KubeletContext } from './kubelet.ts';
import { publishNames } from './names.ts';
import { nodeLifecycle } from './node-lifecycle.ts';
import { allReady, isHopeless, notReady } from './not-ready.ts';
import { UnscheduledPods } from './unscheduled.ts';
import { isEnding, newPod, tellAddressed, type Addressed, type ClusterView, type Pod, type PodReport } from './pod.ts';

export interface Cluster extends ClusterView {
  /** Brings everything up; settles when every pod is Ready. @throws SimError `SIM_START_TIMEOUT`, `SIM_API_INVALID` */
  start(timeoutMs: number): Promise<void>;
  /** Deletes a pod; its Deployment replaces it at once, a DaemonSet on the same node when nothing is left of it. */
  replace(pod: PodId): void;
  /** A Deployment's pods are replaced by pods of another revision: the topology's workload with other settings. @throws SimError `SIM_SCENARIO_INVALID` */
  rollOut(workload: string, revision: string, settings: ContainerSettings): void;
  /** Users are led to other name servers as soon as the old delegation of the zone is forgotten. */
  moveZone(nameServers: Place): void;
  /** Ends the loops of the brain; what runs is the stage's to end. */
  stop(): void;
  /** Rejects when a pod's life broke off by an error, which is our bug or the runtime's. Never resolves. */
  readonly failure: Promise<never>;
}
type Without<T> = T extends unknown ? Omit<T, 'play' | 'atMs'> : never;
export interface ClusterOptions {
  readonly stage: Stage;
  readonly topology: Topology;
  readonly prng: Prng;
  readonly record: (entry: Without<PlayedEntry>) => void;
}

/** What the topology's own pods are of; `rollOut` back to it is what `kubectl rollout undo` does. */
export const FIRST_REVISION = 'v1';

export function createCluster(options: ClusterOptions): Cluster {
  const { stage, topology, record } = options;
  const nodes = placesOf(topology, 'node');
  const pods = new Map<PodId, Pod>();
  const reports: PodReport[] = [];
  const watchers = new Map<PodId, Set<(container: Container) => void>>();
  const addressWatchers = new Set<(pod: Addressed) => void>();
  const externals = externalsOf(stage, topology);
  const ordinals = new Map<string, number>();
  let bringingUp = true;
  let onReady: (() => void) | undefined;
  let broken: unknown;
  const stopped = new AbortController();
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => undefined);

  const failed = (error: unknown): void => {
    if (stopped.signal.aborted) return;
    broken ??= error;
    failure.reject(error);
    onReady?.();
  };
  const endpoints = endpointsController({
    stage,
    topology,
    nodes,
    pods: () => [...pods.values()],
    record: (service, ready) => record({ kind: 'endpoints', service, ready }),
    failed,
  });
  const context: KubeletContext = {
    stage,
    prng: options.prng.split('kubelet'),
    eager: () => bringingUp,
    stopped: stopped.signal,
    failed,
    report(pod) {
      const ready = pod.condition === 'Ready';
      const arrived = (): void => {
        pod.reportedReady = ready && pod.condition === 'Ready';
        pod.readySinceMs = pod.reportedReady ? (pod.readySinceMs ?? stage.clock.nowMs()) : undefined;
        endpoints.changed(bringingUp);
        if (bringingUp) onReady?.();
        else deployments.get(pod.workloadId)?.changed();
      };
      if (bringingUp) arrived();
      else stage.network.message(pod.node, topology.server, pod.ending.signal).then(arrived, () => undefined);
    },
    record(pod, event, detail, exit) {
      const about = exit === undefined ? {} : { exitCode: exit.code, reason: exit.reason };
      const one = { pod: pod.id, workload: pod.workloadId, event, ...about };
      reports.push({ atMs: stage.clock.nowMs(), ...one });
      record({ kind: 'pod', ...one, node: pod.node, detail } satisfies Without<PodEntry>);
      if (bringingUp && isHopeless(pod, stage.parts))
        void notReady([pod], stage.parts, `after ending ${pod.quickEnds} times right after its start`).then(failed);
    },
    onContainer(pod, container) {
      for (const seen of watchers.get(pod.id) ?? []) seen(container);
      // A part that starts anew has empty tables.
      if (pod.workload.role === 'ingress') endpoints.changed(bringingUp);
    },
  };

  const podsOf = (workloadId: string): Pod[] =>
    [...pods.values()].filter((pod) => pod.workloadId === workloadId && pod.condition !== 'Terminating');
  const unscheduled = new UnscheduledPods();
  /** What the API server knows reaches a node's kubelet by a message; while everything is brought up, at once. */
  const told = (node: Place): Promise<void> =>
    bringingUp ? Promise.resolve() : stage.network.message(topology.server, node, stopped.signal);
  const launch = (workloadId: string, { revision, workload }: Template, node = place(workloadId, workload)): void => {
    if (stopped.signal.aborted) return;
    const ordinal = (ordinals.get(workloadId) ?? 0) + 1;
    ordinals.set(workloadId, ordinal);
    const id = `${workloadId}-${ordinal}`;
    if (node === undefined) {
      record({
        kind: 'pod',
        pod: id,
        workload: workloadId,
        node: topology.server,
        event: 'Unschedulable',
        detail: `no node fits placement ${workload.placement}${workload.hostNetwork ? ' and has its ports free' : ''}`,
      });
      unscheduled.add(workloadId, { revision, workload });
      return;
    }
    const pod = newPod(id, { workloadId, workload, revision, node });
    pods.set(id, pod);
    context.record(pod, 'Scheduled', node);
    tellAddressed(pod, addressWatchers);
    pod.gone = told(node)
      .then(() => runPod(context, pod))
      .catch(failed);
  };
  const askAgain = (): void => {
    for (const one of unscheduled.take()) launch(one.workload, one.template);
  };
  const place = (workloadId: string, { placement, hostNetwork }: Workload): Place | undefined => {
    const taken = podsOf(workloadId).map((pod) => pod.node);
    const reached = nodes.filter((node) => lifecycle.isReachable(node));
    // Its ports are a pod's until nothing is left of it.
    const isHeld = (node: Place): boolean =>
      [...pods.values()].some((pod) => pod.workloadId === workloadId && pod.node === node);
    return schedule(placement, hostNetwork ? reached.filter((node) => !isHeld(node)) : reached, taken);
  };
  /** Marks it, takes it from its endpoints and tells its kubelet, all at once: nothing waits for anything (facts 3.2). */
  const terminate = (pod: Pod, why = ''): void => {
    if (pod.condition === 'Terminating') return;
    pod.condition = 'Terminating';
    context.record(pod, 'Terminating', why);
    pod.reportedReady = false;
    endpoints.changed();
    told(pod.node).then(() => pod.ending.abort(), failed);
    void pod.gone.then(() => {
      pods.delete(pod.id);
      if (pod.workload.hostNetwork) askAgain();
    });
  };
  const deployments = new Map<string, Deployment>(
    Object.entries(topology.workloads)
      .filter(([, workload]) => workload.kind === 'deployment')
      .map(([id, workload]) => [
        id,
        deployment(
          {
            clock: stage.clock,
            pods: () => podsOf(id),
            unscheduled: () => unscheduled.of(id),
            forgetOthers: (revision) => unscheduled.keepOnly(id, revision),
            launch: (template) => launch(id, template),
            terminate,
            record: (entry) => record({ kind: 'rollout', workload: id, ...entry }),
            stopped: stopped.signal,
          },
          { revision: FIRST_REVISION, workload },
        ),
      ]),
  );
  const podsAt = (node: Place): Pod[] =>
    [...pods.values()].filter((pod) => pod.node === node && pod.condition !== 'Terminating');
  const lifecycle = nodeLifecycle({
    clock: stage.clock,
    network: stage.network,
    nodes,
    server: topology.server,
    record: (entry) => record({ kind: 'node', ...entry }),
    lost(node) {
      for (const pod of podsAt(node)) {
        pod.reportedReady = false;
        pod.readySinceMs = undefined;
        deployments.get(pod.workloadId)?.changed();
      }
      endpoints.changed();
    },
    found(node) {
      for (const pod of podsAt(node)) context.report(pod);
      askAgain();
    },
    evict(node) {
      // A DaemonSet's pods tolerate the taint for ever.
      const own = podsAt(node).filter((pod) => pod.workload.kind === 'deployment');
      for (const pod of own) terminate(pod, `evicted from ${node}`);
      for (const pod of own) launch(pod.workloadId, pod);
    },
    stopped: stopped.signal,
    failed,
  });
  const launchAll = (): void => {
    for (const [id, workload] of Object.entries(topology.workloads)) {
      const template = { revision: FIRST_REVISION, workload };
      if (workload.kind === 'daemonset') for (const node of nodes) launch(id, template, node);
      else for (let n = 0; n < workload.replicas; n++) launch(id, template);
    }
  };
  const routing = anycastRouting({
    stage,
    topology,
    record: (entry) => record({ kind: 'route', ...entry }),
    stopped: stopped.signal,
    failed,
  });
  const late = (): Pod[] => [...pods.values()].filter((pod) => pod.condition !== 'Ready');
  const onChange = (look: () => void): void => void (onReady = look);
  return {
    async start(timeoutMs) {
      await routing.announce();
      // Before anybody can ask: a resolver keeps for seconds that there is no such name.
      await publishNames(stage, topology);
      const started = externals.start();
      launchAll();
      await endpoints.syncAll();
      await Promise.all([started, allReady({ stage, late, broken: () => broken, onChange }, timeoutMs)]);
      await endpoints.syncAll();
      bringingUp = false;
      lifecycle.start();
      routing.start();
    },
    replace(id) {
      const pod = pods.get(id);
      if (pod === undefined || pod.condition === 'Terminating') return;
      terminate(pod);
      // A DaemonSet's controller makes the next one when nothing is left of this one.
      if (pod.workload.kind === 'daemonset') void pod.gone.then(() => launch(pod.workloadId, pod, pod.node));
      else launch(pod.workloadId, pod);
    },
    rollOut(workloadId, revision, settings) {
      const workload = topology.workloads[workloadId];
      const found = deployments.get(workloadId);
      if (workload === undefined || found === undefined) throw notDeployed(workloadId, [...deployments.keys()]);
      found.rollOut({ revision, workload: { ...workload, settings: { ...workload.settings, ...settings } } });
    },
    moveZone(nameServers) {
      stage.clock
        .idle('dns.delegation', undefined, stopped.signal)
        .then(() => stage.traffic.askNamesAt(nameServers))
        .catch(failed);
    },
    failure: failure.promise,
    stop() {
      stopped.abort();
      endpoints.stop();
      watchers.clear();
    },
    places: Object.keys(topology.places) as Place[],
    isReachable: (node) => lifecycle.isReachable(node),
    podsOf: (workload) => podsOf(workload).map((pod) => pod.id),
    onAddressed(seen) {
      for (const pod of pods.values()) tellAddressed(pod, [seen]);
      addressWatchers.add(seen);
      return { [Symbol.dispose]: () => addressWatchers.delete(seen) };
    },
    stopKubeProxy: (node) => endpoints.stopKubeProxy(node),
    nodeOf: (id) => pods.get(id)?.node ?? topology.server,
    container: (id) => pods.get(id)?.container,
    at: externals.at,
    stopAt: externals.stop,
    reports: () => reports,
    condition: (id) => pods.get(id)?.condition ?? 'Terminating',
    isEnding: (id) => isEnding(pods.get(id)),
    onContainer(id, seen) {
      // Who throws at the running one watches no later one.
      const running = pods.get(id)?.container;
      if (running !== undefined) seen(running);
      const set = watchers.get(id) ?? new Set();
      watchers.set(id, set.add(seen));
      return { [Symbol.dispose]: () => set.delete(seen) };
    },
  };
}
