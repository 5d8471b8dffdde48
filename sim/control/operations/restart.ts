/** `kubectl delete pod` of every pod of a workload: the Deployment replaces each at once, elsewhere or in the same place. */
import { z } from 'zod';
import type { Operation } from './operation.ts';

const params = z.strictObject({ workload: z.string() });

export const restart: Operation<z.infer<typeof params>> = {
  title: ({ workload }) => `restart ${workload}`,
  params,
  run(cluster, { workload }) {
    for (const pod of cluster.podsOf(workload)) cluster.replace(pod);
    return Promise.resolve();
  },
};
