/** A service outside of the cluster that answers everything, and each round trip takes longer: overloaded, or far away of a sudden. */
import { z } from 'zod';
import { place } from '../../topology/schema.ts';
import { timer } from '../../topology/timers.ts';
import { seenAt, type Fault } from './fault.ts';
import { questionAt, unaskable } from './outside.ts';
import { imposeAll } from './ways-down.ts';

const params = z.strictObject({
  place,
  port: z.number().int(),
  /** What each round trip takes longer, milliseconds. Seven of the least, which a first query takes, are longer than a proof waits. */
  addedMs: z.number().int().min(500),
});

export const slow: Fault<z.infer<typeof params>> = {
  id: 'slow',
  title: ({ place, addedMs }) => `${place} is slow: each round trip takes ${addedMs} ms longer`,
  params,
  needs: ['delay', 'sql'],
  unproven: (view, { place }) => unaskable(view, place),
  apply: (stage, _cluster, { place, port, addedMs }) =>
    imposeAll(stage, [{ to: place, port }], [{ kind: 'delay', rttMs: addedMs, jitterMs: 0, distribution: 'uniform' }]),
  /** Who knows how long it usually takes sees no answer within his patience. */
  witnesses(view, { place, port, addedMs }) {
    const asked = questionAt(view, place);
    if (asked === undefined) return [];
    // A request takes few round trips: its answer is missed where it is waited for no longer than one of them takes now.
    const patience = asked.question.ask === 'sql' ? {} : { patienceMs: Math.min(addedMs, timer('proof.patience').ms) };
    return view.nodes.map((from) => ({
      ...seenAt(from, { place, port }),
      ...asked,
      ...patience,
      during: ['connect-silent', 'reply-silent'],
    }));
  },
};
