/**
 * The zone's NS records are changed at the registrar, to name servers that hold the same records: a fallback by hand. Whoever
 * asked before holds the old delegation for as long as the registry gave it; all are led over when that time is out, though
 * in truth one after the other within it. It is proven by the other name servers having the name.
 */
import { z } from 'zod';
import { timer } from '../../../topology/timers.ts';
import { DNS_PORT } from '../../../topology/load.ts';
import { place } from '../../../topology/schema.ts';
import type { Look, Operation } from './operation.ts';

const params = z.strictObject({
  /** Where the other name servers are. */
  to: place,
  /** A name that they are asked for. */
  name: z.string(),
});

export const moveZone: Operation<z.infer<typeof params>> = {
  title: ({ to }) => `move the zone to ${to}`,
  params,
  run(cluster, { to }) {
    cluster.moveZone(to);
    return Promise.resolve();
  },
  undo: ({ to }) => ({
    never: `the zone stays with ${to}: a registry gives its delegation for ${timer('dns.delegation').ms / 3_600_000} h, and who holds it asks there until then`,
  }),
  proof: {
    title: ({ to, name }) => `${to} has ${name}`,
    looks: (when, { topology, params: { to, name } }): readonly Look[] =>
      when === 'during'
        ? []
        : [
            {
              from: topology.users.place,
              target: { place: to, port: DNS_PORT },
              about: `${name} at ${to} from ${topology.users.place}`,
              question: { ask: 'name', name },
              expected: ['answer'],
            },
          ],
  },
};
