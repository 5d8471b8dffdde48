/**
 * Public name servers that are down: they hear nothing, or nobody hears them; or they answer that they can not find out, as
 * a resolver on the way does that waited for them in vain. What others have in their caches is not theirs to take back.
 */
import { z } from 'zod';
import { DNS_PORT } from '../../topology/load.ts';
import { place } from '../../topology/schema.ts';
import { actOn, type Fault } from './fault.ts';

const params = z.strictObject({
  place,
  /** A name that they are asked for. */
  name: z.string(),
  how: z.enum(['silent', 'servfail']),
});

export const namesOutage: Fault<z.infer<typeof params>> = {
  id: 'names-outage',
  title: ({ place, how }) =>
    `${place} ${how === 'silent' ? 'answers no question' : 'answers every question with SERVFAIL'}`,
  params,
  needs: ['drop', 'udp', 'servfail'],
  async apply(stage, cluster, { place, how }) {
    if (how === 'silent') return stage.network.impose({ to: place, port: DNS_PORT }, { kind: 'drop' });
    return actOn(cluster.at(place), (one) => one.answerWith('SERVFAIL'));
  },
  witnesses: (view, { place, name, how }) =>
    view.places
      .filter((from) => from.startsWith('user:'))
      .map((from) => ({
        from,
        target: { place, port: DNS_PORT },
        about: `${name} at ${place} from ${from}`,
        question: { ask: 'name', name },
        during: [how === 'silent' ? 'reply-silent' : 'servfail'],
      })),
};
