/** What is legal and yet most likely not meant: told as warnings, before anything is played. */
import { placesOf } from './load.ts';
import type { Topology } from './schema.ts';

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** Pods that listen on their node's own address can not share a node: those that are too many stay Pending. */
function tooManyForNodes(topology: Topology): string[] {
  const nodes = placesOf(topology, 'node').length;
  return Object.entries(topology.workloads).flatMap(([id, { kind, hostNetwork, ports, replicas, placement }]) => {
    if (kind !== 'deployment' || !hostNetwork || ports.length === 0) return [];
    const room = placement === 'spread' ? nodes : 1;
    if (replicas <= room) return [];
    return [
      `workloads.${id}: ${plural(replicas, 'pod')} may not share a node, and there ${room === 1 ? 'is' : 'are'} ${plural(room, 'node')}: ${plural(replicas - room, 'pod')} will stay Pending`,
    ];
  });
}
function nobodyServes({ workloads, services }: Topology): string[] {
  return Object.entries(services).flatMap(([id, { workload }]) => {
    const one = workloads[workload];
    return one?.kind === 'deployment' && one.replicas === 0
      ? [`services.${id}: its workload "${workload}" has 0 replicas, so nobody answers`]
      : [];
  });
}
/** All oddities of a sound topology; empty where there is none. */
export const odditiesOf = (topology: Topology): string[] => [...tooManyForNodes(topology), ...nobodyServes(topology)];
