/**
 * A program that stands still, and so does what its kubelet starts in its place: the kernel goes on accepting connections,
 * nothing is ever answered. One that is told to end meanwhile hears nothing of it, and nobody wakes it for its end: it stands
 * still until its kubelet kills it, also when the fault is healed before.
 *
 * @see Kubernetes concepts/workloads/pods/pod-lifecycle, termination: what still runs when the grace is over gets SIGKILL
 */
import { z } from 'zod';
import { onEach, servedTo, type Fault } from './fault.ts';

const params = z.strictObject({ workload: z.string() });

export const hang: Fault<z.infer<typeof params>> = {
  id: 'hang',
  title: ({ workload }) => `${workload} hangs: it accepts connections and never answers`,
  params,
  needs: ['pause'],
  apply: (_stage, cluster, { workload }) =>
    onEach(cluster, cluster.podsOf(workload), async (one, pod) => {
      const pause = await one.pause();
      return {
        async [Symbol.asyncDispose]() {
          if (!cluster.isEnding(pod)) await pause[Symbol.asyncDispose]();
        },
      };
    }),
  /** One that is asked over HTTP whether it is ready is taken from its Service meanwhile. */
  witnesses(view, { workload }) {
    const isTakenOut = view.serviceOf(workload)?.readyPath !== undefined;
    return servedTo(view, workload, isTakenOut ? ['reply-silent', 'refused'] : ['reply-silent']);
  },
};
