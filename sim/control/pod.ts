/** A pod as the control plane knows it. Its records change only in this room. */
import type { Workload } from '../../topology/schema.ts';
import type { Answer, Container, Place, PodId, Sandbox } from '../runtimes/contract.ts';
import type { PodEntry } from '../runtimes/entries.ts';
import type { ProbeKind } from './probes.ts';

export type PodCondition = 'Pending' | 'Running' | 'Ready' | 'Terminating';
export interface Pod {
  readonly id: PodId;
  readonly workloadId: string;
  /** As its revision has it: the topology's, with that revision's settings. */
  readonly workload: Workload;
  /** Which template of its Deployment it was made from. */
  readonly revision: string;
  readonly node: Place;
  /** What the kubelet on its node knows. */
  condition: PodCondition;
  /** What the API server has been told; endpoints follow this, not the kubelet's own view. */
  reportedReady: boolean;
  /** Since when the API server knows it Ready; undefined while it does not. */
  readySinceMs: number | undefined;
  sandbox: Sandbox | undefined;
  container: Container | undefined;
  /** The one that its kubelet has told to end. */
  told: Container | undefined;
  /** The one that has ended last. */
  ended: Container | undefined;
  /** How often in a row it ended right after its start. */
  quickEnds: number;
  restarts: number;
  /** What its last probe saw. */
  lastAnswer: { readonly kind: ProbeKind; readonly answer: Answer } | undefined;
  /** Aborted when the pod is to end. */
  readonly ending: AbortController;
  /** Settles when nothing of the pod is left. */
  gone: Promise<void>;
}

/** One that has just been bound to its node. */
export const newPod = (id: PodId, of: Pick<Pod, 'workloadId' | 'workload' | 'revision' | 'node'>): Pod => ({
  id,
  ...of,
  condition: 'Pending',
  reportedReady: false,
  readySinceMs: undefined,
  sandbox: undefined,
  container: undefined,
  told: undefined,
  ended: undefined,
  quickEnds: 0,
  restarts: 0,
  lastAnswer: undefined,
  ending: new AbortController(),
  gone: Promise.resolve(),
});

/** What the API server was told of a pod, as `kubectl describe` shows it. */
export interface PodReport extends Pick<PodEntry, 'atMs' | 'pod' | 'workload' | 'event' | 'exitCode' | 'reason'> {}

/** A pod with an address of its own, and where it stands. */
export interface Addressed {
  readonly pod: PodId;
  readonly node: Place;
  readonly workload: string;
}

/** Tells them of a pod, unless it listens at its node's own address. */
export function tellAddressed(
  { id, node, workloadId, workload }: Pod,
  watchers: Iterable<(pod: Addressed) => void>,
): void {
  if (!workload.hostNetwork) for (const seen of watchers) seen({ pod: id, node, workload: workloadId });
}

/** What the brain shows to faults and scenarios. */
export interface ClusterView {
  /** Every place of the topology, in the file's order. */
  readonly places: readonly Place[];
  podsOf(workload: string): readonly PodId[];
  /** Called at once for each pod that has an address of its own and again for each later one, before it has it; until disposed. */
  onAddressed(seen: (pod: Addressed) => void): Disposable;
  /** Ends kube-proxy's program on a node: its rules stay. Disposing starts it again, with the newest table, unless somebody else has ended it too. */
  stopKubeProxy(node: Place): Promise<AsyncDisposable>;
  nodeOf(pod: PodId): Place;
  /** False from the end of a node's grace until it is heard of again: what `kubectl get nodes` calls NotReady. */
  isReachable(node: Place): boolean;
  container(pod: PodId): Container | undefined;
  /** What runs at a place outside of the cluster, where it is one program. */
  at(place: Place): Container | undefined;
  /** Kills it. Disposing starts it anew, unless somebody else has killed it too. */
  stopAt(place: Place): Promise<AsyncDisposable>;
  condition(pod: PodId): PodCondition;
  /** True once the pod is deleted, or its kubelet has told the program that runs in it to end. */
  isEnding(pod: PodId): boolean;
  /** All that was reported so far, in stage time. */
  reports(): readonly PodReport[];
  /** Called at once for a running container and again for each later one of this pod, until disposed. */
  onContainer(pod: PodId, seen: (container: Container) => void): Disposable;
}
/** Whether a pod, or the program that runs in it, has been told to end; undefined: nothing is left of it. */
export const isEnding = (pod: Pod | undefined): boolean =>
  pod === undefined || pod.condition === 'Terminating' || (pod.told !== undefined && pod.told === pod.container);

/** Whether a workload has pods, and each of those it has now is Ready. */
export function isReady(cluster: Pick<ClusterView, 'podsOf' | 'condition'>, workload: string): boolean {
  const pods = cluster.podsOf(workload);
  return pods.length > 0 && pods.every((pod) => cluster.condition(pod) === 'Ready');
}
