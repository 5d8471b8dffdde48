/**
 * Every node's port closed to all who come from outside: dials are refused and what was open is cut, as when nothing listens
 * there any more. Nodes go on talking to each other and to themselves.
 */
import { z } from 'zod';
import type { Place } from '../runtimes/contract.ts';
import { allOf, type Fault } from './fault.ts';
import { WAYS_DOWN } from './ways-down.ts';

const params = z.strictObject({ port: z.number().int() });
const isNode = (place: Place): boolean => place.startsWith('node:');

export const shutOut: Fault<z.infer<typeof params>> = {
  id: 'shut-out',
  title: ({ port }) => `every node refuses whoever comes from outside to :${port}, and has cut what was open`,
  params,
  needs: ['refuse', 'reset'],
  async apply(stage, { places }, { port }) {
    const rules: AsyncDisposable[] = [];
    for (const condition of WAYS_DOWN.refuses.conditions)
      for (const to of places.filter(isNode))
        for (const from of places.filter((place) => !isNode(place)))
          rules.push(await stage.network.impose({ from, to, port, protocol: 'tcp' }, condition));
    return allOf(rules);
  },
  /** The port, knocked at from where the edge stands. */
  witnesses: (view, { port }) =>
    view.places
      .filter((place) => place.startsWith('pop:'))
      .flatMap((from) =>
        view.nodes.map((place) => ({
          from,
          target: { place, port },
          about: `${place} from ${from}`,
          question: { ask: 'connect' },
          during: ['refused'],
        })),
      ),
};
