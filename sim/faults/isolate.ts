/**
 * A node whose network interface is dead: nothing from elsewhere reaches it, nothing leaves it, nobody is told. What runs on it
 * goes on, and talks to what else is on it.
 */
import { z } from 'zod';
import { allOf, type Fault } from './fault.ts';

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
    const dead = cluster.places.filter((place) => place.startsWith('node:'))[node];
    if (dead === undefined) return allOf([]);
    // Not one rule for all: loopback and the pods' bridge are no business of the interface. All at once: it dies once.
    const rules = await Promise.all(
      cluster.places
        .filter((place) => place !== dead)
        .flatMap((other) => [
          stage.network.impose({ from: other, to: dead }, { kind: 'drop' }),
          stage.network.impose({ from: dead, to: other }, { kind: 'drop' }),
        ]),
    );
    return {
      [Symbol.asyncDispose]: async () => void (await Promise.all(rules.map((rule) => rule[Symbol.asyncDispose]()))),
    };
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
      from,
      target: { place, port },
      about: `${place} from ${from}`,
      question: { ask: 'connect' },
      during: ['connect-silent'],
    }));
  },
};
