/**
 * A port of every node, or of every POP, closed to all who come from outside: dials are refused and what was open is cut, as
 * when nothing listens there any more. They go on talking to each other and to themselves.
 */
import { z } from 'zod';
import type { Place } from '../runtimes/contract.ts';
import { seenAt, type Fault } from './fault.ts';
import { imposeAll, WAYS_DOWN } from './ways-down.ts';

const params = z.strictObject({ port: z.number().int(), of: z.enum(['node', 'pop']) });
type Of = z.infer<typeof params>['of'];
const NAMES: Readonly<Record<Of, string>> = { node: 'every node', pop: 'every POP' };
const isOf = (kind: Of, place: Place): boolean => place.startsWith(`${kind}:`);

export const shutOut: Fault<z.infer<typeof params>> = {
  id: 'shut-out',
  title: ({ port, of }) => `${NAMES[of]} refuses whoever comes from outside to :${port}, and has cut what was open`,
  params,
  needs: ['refuse', 'reset'],
  apply(stage, { places }, { port, of }) {
    const outside = places.filter((place) => !isOf(of, place));
    const ways = places
      .filter((place) => isOf(of, place))
      .flatMap((to) => outside.map((from) => ({ from, to, port, protocol: 'tcp' as const })));
    return imposeAll(stage, ways, WAYS_DOWN.refuses.conditions);
  },
  /** The port, knocked at from where its users stand: a node's from the POPs, a POP's from the users. */
  witnesses: (view, { port, of }) =>
    view.places
      .filter((place) => place.startsWith(of === 'node' ? 'pop:' : 'user:'))
      .flatMap((from) =>
        (of === 'node' ? view.nodes : view.places.filter((place) => place.startsWith('pop:'))).map((place) => ({
          ...seenAt(from, { place, port }),
          question: { ask: 'connect' },
          during: ['refused'],
        })),
      ),
};
