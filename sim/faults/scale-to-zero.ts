/**
 * A database that its host has scaled to zero, as Neon does after 5 minutes in which nobody asked anything: every session was
 * ended by the administrator (FATAL 57P01), and who logs in next waits until it is awake.
 */
import { z } from 'zod';
import { place } from '../../topology/schema.ts';
import { timer } from '../../topology/timers.ts';
import { actOn, type Fault } from './fault.ts';

const params = z.strictObject({
  place,
  port: z.number().int(),
  /** How long it takes to wake; absent: as its host says. */
  wakeMs: z.number().int().positive().optional(),
});

export const scaleToZero: Fault<z.infer<typeof params>> = {
  id: 'scale-to-zero',
  title: ({ place, wakeMs = timer('neon.wake').ms }) =>
    `${place} is scaled to zero: its sessions are ended, the next log-in waits ${wakeMs} ms for it`,
  params,
  needs: ['sql'],
  async apply(_stage, cluster, { place, wakeMs = timer('neon.wake').ms }) {
    return actOn(cluster.at(place), (one) => one.suspend(wakeMs));
  },
  /** A session that was open before and has been ended; a new one would wake what is to be seen asleep. */
  witnesses: (view, { place, port }) =>
    view.nodes.map((from) => ({
      from,
      target: { place, port },
      about: `an open session at ${place} from ${from}`,
      question: { ask: 'sql', text: 'SELECT 1' },
      during: ['reset'],
      held: true,
    })),
};
