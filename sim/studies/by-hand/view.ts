/** What can be asked of a running twin without touching it. */
import { placesOf } from '../../../topology/load.ts';
import type { Topology } from '../../../topology/schema.ts';
import type { ClusterView } from '../../control/pod.ts';
import { partNamed } from './aim.ts';
import type { UsersView } from './users.ts';

export interface PartView {
  readonly part: string;
  readonly ready: number;
  readonly wanted: number;
}
/** A fault in force, unless it is a secret. */
export interface BrokenView {
  readonly as: string;
  readonly title: string;
  readonly sinceMs: number;
}
export interface HandView {
  readonly users: UsersView;
  readonly nodes: { readonly ready: number; readonly of: number };
  readonly parts: readonly PartView[];
  /** Jobs that wait for a worker; undefined when Redis gave no answer. */
  readonly queue: number | undefined;
  readonly broken: readonly BrokenView[];
  readonly isSecret: boolean;
}

export function partsOf(topology: Topology, cluster: ClusterView): PartView[] {
  const nodes = placesOf(topology, 'node').length;
  return Object.entries(topology.workloads).map(([part, workload]) => ({
    part,
    ready: cluster.podsOf(part).filter((pod) => cluster.condition(pod) === 'Ready').length,
    wanted: workload.kind === 'daemonset' ? nodes : workload.replicas,
  }));
}
export function nodesOf(topology: Topology, cluster: ClusterView): HandView['nodes'] {
  const nodes = placesOf(topology, 'node');
  return { ready: nodes.filter((node) => cluster.isReachable(node)).length, of: nodes.length };
}
/** @param name  a part, for all of its pods, or one pod. @throws SimError `SIM_UNKNOWN_PART` */
export function podsNamed(topology: Topology, cluster: ClusterView, name: string): readonly string[] {
  const isPod = Object.keys(topology.workloads).some((part) => cluster.podsOf(part).includes(name));
  return isPod ? [name] : cluster.podsOf(partNamed(topology, name));
}
/** The newest lines of each pod, its name first. */
export async function logLines(cluster: ClusterView, pods: readonly string[], lines: number): Promise<string[]> {
  const tails = pods.map(async (pod) => {
    const tail = (await cluster.container(pod)?.logTail(lines)) ?? ['(no container runs)'];
    return (tail.length === 0 ? ['(nothing yet)'] : tail).map((line) => `${pod}  ${line}`);
  });
  return (await Promise.all(tails)).flat();
}
