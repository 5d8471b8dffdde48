/**
 * A POP of the edge that is down: its program is dead, so that what is open through it is reset and new connections are
 * refused; or its network is, and nobody hears anything. What routes do about that is not the fault's business.
 */
import { z } from 'zod';
import { place } from '../../topology/schema.ts';
import type { Saw } from '../runtimes/contract.ts';
import { seenAt, type Fault } from './fault.ts';
import { cutOff } from './ways-down.ts';

const params = z.strictObject({
  place,
  port: z.number().int(),
  how: z.enum(['dead', 'dark']),
});
type Params = z.infer<typeof params>;

const SEEN: Readonly<Record<Params['how'], readonly Saw[]>> = { dead: ['refused'], dark: ['connect-silent'] };

export const popDown: Fault<Params> = {
  id: 'pop-down',
  title: ({ place, how }) =>
    how === 'dead'
      ? `the program at ${place} is dead`
      : `the network of ${place} is dead: nothing reaches it or leaves it`,
  params,
  needs: ['drop', 'anycast'],
  apply: (stage, cluster, { place, how }) =>
    how === 'dark' ? cutOff(stage, cluster.places, place) : cluster.stopAt(place),
  /** The POP itself is knocked at by users, not the address that it shares with others. */
  witnesses: (view, { place, port, how }) =>
    view.places
      .filter((from) => from.startsWith('user:'))
      .map((from) => ({
        ...seenAt(from, { place, port }),
        question: { ask: 'connect' },
        during: SEEN[how],
      })),
};
