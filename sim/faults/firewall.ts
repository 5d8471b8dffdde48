/**
 * A node's packet filter that lets nobody in from outside on one port, as UFW does after a wrong rule. Nodes go on talking
 * to each other and to themselves (UFW accepts loopback first), and connections that are open live on (conntrack).
 * @see ufw 0.36.2 /etc/ufw/before.rules, common.py: `deny` is DROP, `reject` on TCP is REJECT --reject-with tcp-reset
 */
import { z } from 'zod';
import type { Place } from '../runtimes/contract.ts';
import { seenAt, type Fault } from './fault.ts';
import { imposeAll } from './ways-down.ts';

const params = z.strictObject({
  port: z.number().int(),
  /** `deny` answers nothing, `reject` refuses. */
  rule: z.enum(['deny', 'reject']),
  /** Which of the nodes, counted from 0; absent: all. */
  node: z.number().int().nonnegative().optional(),
  /** Whom the rule is about: everybody outside of the cluster, or one kind of place there. */
  from: z.enum(['outside', 'user', 'pop']).default('outside'),
});

const isNode = (place: Place): boolean => place.startsWith('node:');
const nodesOf = (places: readonly Place[], node: number | undefined): Place[] =>
  places.filter(isNode).filter((_, index) => node === undefined || index === node);

export const firewall: Fault<z.infer<typeof params>> = {
  id: 'firewall',
  title: ({ port, rule, node, from }) =>
    `${node === undefined ? 'every node' : 'one node'} ${rule === 'deny' ? 'drops' : 'rejects'} new connections from ${from === 'outside' ? from : `${from}s`} to :${port}`,
  params,
  needs: ['drop', 'refuse'],
  apply(stage, cluster, { port, rule, node, from }) {
    const kept = cluster.places.filter((place) => (from === 'outside' ? !isNode(place) : place.startsWith(`${from}:`)));
    const ways = nodesOf(cluster.places, node).flatMap((to) =>
      kept.map((outside) => ({ from: outside, to, port, protocol: 'tcp' as const, connections: 'new' as const })),
    );
    return imposeAll(stage, ways, [{ kind: rule === 'deny' ? 'drop' : 'refuse' }]);
  },
  /** The port, knocked at from where the edge stands; where the rule is about users, from their place. */
  witnesses: (view, { port, rule, node, from: whom }) =>
    view.places
      .filter((place) => place.startsWith(whom === 'user' ? 'user:' : 'pop:'))
      .flatMap((from) =>
        view.nodes
          .filter((_, index) => index === (node ?? index))
          .map((place) => ({
            ...seenAt(from, { place, port }),
            question: { ask: 'connect' },
            during: [rule === 'deny' ? 'connect-silent' : 'refused'],
          })),
      ),
};
