/**
 * Names by which pods reach the edge. Anycast: each asker comes to the POP that is nearest to him; pods, which ask CoreDNS
 * and it the public name servers, to the one near the nodes.
 */
import { latencyBetween } from '../../topology/load.ts';
import type { External, Topology } from '../../topology/schema.ts';
import { timer } from '../../topology/timers.ts';
import type { NameRecord } from '../runtimes/contract.ts';

function edgeNearNodes(topology: Topology): External | undefined {
  const rttMs = ({ place }: External): number =>
    latencyBetween(topology, topology.server, place, topology.defaultProfile).rttMs;
  return Object.values(topology.externals)
    .filter((one) => one.role === 'edge')
    .toSorted((a, b) => rttMs(a) - rttMs(b))[0];
}

/** Of the names behind the edge those that a workload's settings hold: nobody else there asks. */
export function edgeNamesOfPods(topology: Topology, names: ReadonlySet<string>): [string, NameRecord][] {
  const said = Object.values(topology.workloads).flatMap(({ settings }) => Object.values(settings).map(String));
  const edge = edgeNearNodes(topology);
  if (edge === undefined) return [];
  const targets = edge.ports.map((port) => ({ place: edge.place, port }));
  return [...names]
    .filter((name) => said.some((text) => text.includes(`//${name}`)))
    .map((name) => [name, { targets, ttlMs: timer('dns.public').ms }]);
}
