/** A program that dies and dies again at each start, as one does whose disk or image is broken: its address stays and refuses. */
import { z } from 'zod';
import { allOf, killed, nodesOf, servedTo, type Fault } from './fault.ts';

const params = z.strictObject({
  workload: z.string(),
  /** On which of the nodes, counted from 0; absent: on all. */
  node: z.number().int().nonnegative().optional(),
});

export const crash: Fault<z.infer<typeof params>> = {
  id: 'crash',
  title: ({ workload, node }) =>
    `${workload}${node === undefined ? '' : ' on one node'} is dead: it is killed, and again at each restart`,
  params,
  needs: [],
  async apply(_stage, cluster, { workload, node }) {
    const nodes = nodesOf(cluster.places);
    const pods = cluster.podsOf(workload).filter((pod) => node === undefined || cluster.nodeOf(pod) === nodes[node]);
    const first = pods.map((pod) => cluster.container(pod)?.exited);
    const watches = pods.map((pod) => cluster.onContainer(pod, (container) => void container.signal('SIGKILL')));
    for (const exited of first) await exited;
    return allOf(watches);
  },
  /** A Service goes on answering from the other nodes: of one of its pods the cluster tells. */
  witnesses: (view, { workload, node }) =>
    node !== undefined && view.serviceOf(workload) !== undefined
      ? [killed(workload)]
      : servedTo(view, workload, ['refused'], node),
};
