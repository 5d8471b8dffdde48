/** A program that stands still: the kernel goes on accepting connections, nothing is ever answered. */
import { z } from 'zod';
import { questionFor, type Fault } from './fault.ts';

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
    return {
      async [Symbol.asyncDispose]() {
        for (const pause of paused) await pause[Symbol.asyncDispose]();
      },
    };
  },
  witnesses(view, { workload }) {
    const service = view.serviceOf(workload);
    if (service === undefined) return [];
    return view.nodes.map((from) => ({
      from,
      target: { service: service.id, port: service.port },
      about: `${workload} from ${from}`,
      question: questionFor(workload),
      during: ['reply-silent'],
    }));
  },
};
