/**
 * The overlay between nodes is broken, as flannel's VXLAN is when its port is dropped: packets between a node and pods on
 * another one vanish. Pods of one node reach each other, nodes reach nodes, and everybody reaches what is outside.
 * Pods that come up while it lasts are out of reach like those that stood.
 * @see flannel Documentation/backends.md: VXLAN over UDP 8472, for pod addresses only
 */
import { z } from 'zod';
import type { Question } from '../runtimes/contract.ts';
import { nodesOf, type Fault } from './fault.ts';

const params = z.strictObject({
  /** To whose pods: those of all workloads, or of one. */
  to: z.string().default('all'),
});

export const overlayCut: Fault<z.infer<typeof params>> = {
  id: 'overlay-cut',
  title: () => 'the overlay is broken: no packet crosses between nodes to a pod',
  params,
  needs: ['drop'],
  async apply(stage, cluster, { to }) {
    const nodes = nodesOf(cluster.places);
    const rules: Promise<AsyncDisposable>[] = [];
    // A rule is about a pod before there is one: no packet gets through while it comes up.
    const watch = cluster.onAddressed(({ pod, node, workload }) => {
      if (to !== 'all' && to !== workload) return;
      for (const from of nodes.filter((one) => one !== node)) {
        const rule = stage.network.impose({ from, to: pod }, { kind: 'drop' });
        // What goes wrong is thrown where it is waited for: at the beginning, or when it heals.
        rule.catch(() => undefined);
        rules.push(rule);
      }
    });
    await Promise.all(rules);
    return {
      async [Symbol.asyncDispose]() {
        watch[Symbol.dispose]();
        const imposed = await Promise.all(rules);
        await Promise.all(imposed.map((rule) => rule[Symbol.asyncDispose]()));
      },
    };
  },
  /** Services whose pod is pinned to a node: silent from the others, well from there. */
  witnesses: (view) =>
    view.pinnedServices().flatMap(({ service, port, node, role }) =>
      view.nodes.map((from) => {
        const question: Question = role === 'resolver' ? { ask: 'name', name: view.clusterName } : { ask: 'connect' };
        const during = from === node ? (['answer'] as const) : (['connect-silent', 'reply-silent'] as const);
        return { from, target: { service, port }, about: `${service} from ${from}`, question, during };
      }),
    ),
};
