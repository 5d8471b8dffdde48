/** A program that dies and dies again at each start, as one does whose disk or image is broken: its address stays and refuses. */
import { z } from 'zod';
import { allOf, servedTo, type Fault } from './fault.ts';

const params = z.strictObject({ workload: z.string() });

export const crash: Fault<z.infer<typeof params>> = {
  id: 'crash',
  title: ({ workload }) => `${workload} is dead: it is killed, and again at each restart`,
  params,
  needs: [],
  async apply(_stage, cluster, { workload }) {
    const pods = cluster.podsOf(workload);
    const first = pods.map((pod) => cluster.container(pod)?.exited);
    const watches = pods.map((pod) => cluster.onContainer(pod, (container) => void container.signal('SIGKILL')));
    for (const exited of first) await exited;
    return allOf(watches);
  },
  witnesses: (view, { workload }) => servedTo(view, workload, ['refused']),
};
