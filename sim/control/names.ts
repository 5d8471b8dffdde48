/** The records of the name servers as they stand at the start: Services in the cluster, what is outside of it, the public name. */
import type { Topology } from '../../topology/schema.ts';
import { CLUSTER_RECORD_TTL_MS } from '../behaviour/resolver.ts';
import type { Stage, Target } from '../runtimes/contract.ts';
import { edgeNamesOfPods } from './edge-names.ts';

/** Assumed TTL of names that the cluster forwards. */
const FORWARDED_TTL_MS = 60_000;

export async function publishNames(
  { names, clock }: Pick<Stage, 'names' | 'clock'>,
  topology: Topology,
): Promise<void> {
  // Whoever the ingress routes is behind the edge: its names lead there. Nobody waits in a TTL: it is idle time.
  const behindEdge = new Set(Object.keys(topology.ingress));
  const publishPublic = async (host: string, targets: readonly Target[]): Promise<void> => {
    behindEdge.add(host);
    for (const name of new Set([host, ...Object.keys(topology.ingress)]))
      await names.publish('public', name, { targets, ttlMs: clock.shortenedMs('dns.public') });
  };
  for (const [id, { port }] of Object.entries(topology.services))
    await names.publish('cluster', `${id}.default.svc.cluster.local`, {
      targets: [{ service: id, port }],
      ttlMs: CLUSTER_RECORD_TTL_MS,
    });
  for (const { host, role, ports, place } of Object.values(topology.externals)) {
    if (host === undefined) continue;
    const targets = ports.map((port) => ({ place, port }));
    if (role === 'edge') await publishPublic(host, targets);
    else await names.publish('cluster', host, { targets, ttlMs: FORWARDED_TTL_MS });
  }
  for (const [anycast, { host, port }] of Object.entries(topology.anycast))
    await publishPublic(host, [{ anycast, port }]);
  for (const [name, record] of edgeNamesOfPods(topology, behindEdge)) await names.publish('cluster', name, record);
}
