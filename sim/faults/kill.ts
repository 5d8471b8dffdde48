/** A program that is killed once, in the middle of whatever it does: SIGKILL gives it no time for anything. */
import { z } from 'zod';
import { allOf, killed, type Fault } from './fault.ts';

const params = z.strictObject({ workload: z.string() });

export const kill: Fault<z.infer<typeof params>> = {
  id: 'kill',
  title: ({ workload }) => `${workload} is killed, once: SIGKILL, in the middle of what it does`,
  params,
  needs: [],
  async apply(_stage, cluster, { workload }) {
    const running = cluster.podsOf(workload).flatMap((pod) => cluster.container(pod) ?? []);
    for (const container of running) await container.signal('SIGKILL');
    await Promise.all(running.map((container) => container.exited));
    // What is dead is the kubelet's to start again: there is nothing to heal.
    return allOf([]);
  },
  witnesses: (_view, { workload }) => [killed(workload)],
};
