/** A program that stands still: the kernel goes on accepting connections, nothing is ever answered. */
import { z } from 'zod';
import { allOf, servedTo, type Fault } from './fault.ts';

const params = z.strictObject({ workload: z.string() });

export const hang: Fault<z.infer<typeof params>> = {
  id: 'hang',
  title: ({ workload }) => `${workload} hangs: it accepts connections and never answers`,
  params,
  needs: ['pause'],
  async apply(_stage, cluster, { workload }) {
    const paused: AsyncDisposable[] = [];
    for (const pod of cluster.podsOf(workload)) {
      const container = cluster.container(pod);
      if (container !== undefined) paused.push(await container.pause());
    }
    return allOf(paused);
  },
  /** One that is asked over HTTP whether it is ready is taken from its Service meanwhile. */
  witnesses(view, { workload }) {
    const isTakenOut = view.serviceOf(workload)?.readyPath !== undefined;
    return servedTo(view, workload, isTakenOut ? ['reply-silent', 'refused'] : ['reply-silent']);
  },
};
