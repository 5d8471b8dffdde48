/** A far end that closes what is open, as a database does whose compute moves: every open connection is reset, new ones are welcome. */
import { z } from 'zod';
import { place, type Place } from '../../topology/schema.ts';
import { nodesOf, seenAt, type Fault } from './fault.ts';
import { imposeAll } from './ways-down.ts';

const params = z
  .strictObject({
    /** A far end; absent: nodes. */
    place: place.optional(),
    /** Which of the nodes, counted from 0; absent: all. */
    node: z.number().int().nonnegative().optional(),
    port: z.number().int(),
  })
  .refine((one) => one.place === undefined || one.node === undefined, { error: 'needs place or node, not both' });
type Params = z.infer<typeof params>;
const targetsOf = (places: readonly Place[], { place: where, node }: Params): Place[] =>
  where === undefined ? nodesOf(places).filter((_, index) => index === (node ?? index)) : [where];

export const reset: Fault<Params> = {
  id: 'reset',
  title: ({ place: where, node }) =>
    `${where ?? (node === undefined ? 'every node' : 'one node')} closes every open connection and goes on accepting new ones`,
  params,
  needs: ['reset'],
  isMomentary: true,
  apply: (stage, { places }, given) =>
    imposeAll(
      stage,
      targetsOf(places, given).map((to) => ({ to, port: given.port })),
      [{ kind: 'reset' }],
    ),
  /** What is cut is seen by who held it; that whoever knows the address may connect anew is seen from every node. */
  witnesses: (view, given) =>
    targetsOf(view.places, given).flatMap((target) =>
      view.nodes.map((from) => ({
        ...seenAt(from, { place: target, port: given.port }),
        question: { ask: 'connect' },
        during: ['answer'],
      })),
    ),
};
