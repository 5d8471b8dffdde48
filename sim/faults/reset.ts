/** A far end that closes what is open, as a database does whose compute moves: every open connection is reset, new ones are welcome. */
import { z } from 'zod';
import { place } from '../../topology/schema.ts';
import { allOf, seenAt, type Fault } from './fault.ts';

const params = z.strictObject({ place, port: z.number().int() });

export const reset: Fault<z.infer<typeof params>> = {
  id: 'reset',
  title: ({ place }) => `${place} closes every open connection and goes on accepting new ones`,
  params,
  needs: ['reset'],
  isMomentary: true,
  apply: async (stage, _cluster, { place, port }) =>
    allOf([await stage.network.impose({ to: place, port }, { kind: 'reset' })]),
  /** What is cut is seen by who held it; that whoever knows the address may connect anew is seen from every node. */
  witnesses: (view, { place, port }) =>
    view.nodes.map((from) => ({
      ...seenAt(from, { place, port }),
      question: { ask: 'connect' },
      during: ['answer'],
    })),
};
