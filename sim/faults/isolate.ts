/**
 * A node whose network interface is dead: nothing from elsewhere reaches it, nothing leaves it, nobody is told. What runs on it
 * goes on, and talks to what else is on it.
 */
import { z } from 'zod';
import { allOf, nodesOf, seenAt, type Fault } from './fault.ts';
import { cutOff } from './ways-down.ts';

const params = z.strictObject({
  /** Which of the nodes, counted from 0. */
  node: z.number().int().nonnegative(),
});

export const isolate: Fault<z.infer<typeof params>> = {
  id: 'isolate',
  title: () => "one node's network is dead: nothing reaches it, and nothing leaves it",
  params,
  needs: ['drop'],
  async apply(stage, cluster, { node }) {
    const dead = nodesOf(cluster.places)[node];
    if (dead === undefined) return allOf([]);
    return cutOff(stage, cluster.places, dead);
  },
  /** Its open port, knocked at from where the edge stands and from every other node. */
  witnesses(view, { node }) {
    const place = view.nodes[node];
    const port = view.openPortOf(node);
    if (place === undefined || port === undefined) return [];
    const askers = [
      ...view.places.filter((one) => one.startsWith('pop:')),
      ...view.nodes.filter((_, at) => at !== node),
    ];
    return askers.map((from) => ({
      ...seenAt(from, { place, port }),
      question: { ask: 'connect' },
      during: ['connect-silent'],
    }));
  },
};
