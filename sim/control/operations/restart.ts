/** `kubectl delete pod` of every pod of a workload: the Deployment replaces each at once, elsewhere or in the same place. */
import type { Cluster } from '../cluster.ts';

export function restart(cluster: Cluster, params: { readonly workload: string }): Promise<void> {
  for (const pod of cluster.podsOf(params.workload)) cluster.replace(pod);
  return Promise.resolve();
}
