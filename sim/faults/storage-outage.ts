/**
 * An object store that is down, in one of the ways there are: it refuses and cuts what was open, it takes connections and
 * stands still, or it answers every request with an error of its own.
 */
import { z } from 'zod';
import type { Condition, Place } from '../runtimes/contract.ts';
import { allOf, type Fault, type Sight } from './fault.ts';

const WAYS = ['refuses', 'hangs', 'ServiceUnavailable', 'InternalError'] as const;
type Way = (typeof WAYS)[number];
const params = z.strictObject({
  place: z.custom<Place>((value) => typeof value === 'string'),
  port: z.number().int(),
  how: z.enum(WAYS),
});

const TITLES: Readonly<Record<Way, string>> = {
  refuses: 'refuses every new connection and has cut the open ones',
  hangs: 'takes connections and answers nothing, on open ones neither',
  ServiceUnavailable: 'answers every request with 503 ServiceUnavailable',
  InternalError: 'answers every request with 500 InternalError',
};
/** In this order: nobody connects anew between the refusal and the cut. */
const CONDITIONS: Readonly<Partial<Record<Way, readonly Condition[]>>> = {
  refuses: [{ kind: 'refuse' }, { kind: 'reset' }],
  hangs: [{ kind: 'hang' }],
};
/** Who brings no signature is turned away with a 403 by a store that is well: it answers. */
const WELL = 403;
const SEEN: Readonly<Record<Way, Pick<Sight, 'during' | 'status'>>> = {
  refuses: { during: ['refused'], status: { well: WELL } },
  hangs: { during: ['reply-silent'], status: { well: WELL } },
  ServiceUnavailable: { during: ['answer'], status: { well: WELL, during: 503 } },
  InternalError: { during: ['answer'], status: { well: WELL, during: 500 } },
};

export const storageOutage: Fault<z.infer<typeof params>> = {
  id: 'storage-outage',
  title: ({ place, how }) => `${place} ${TITLES[how]}`,
  params,
  needs: ['refuse', 'reset', 'hang', 'object-store'],
  async apply(stage, cluster, { place, port, how }) {
    const conditions = CONDITIONS[how];
    if (conditions === undefined) {
      const container = cluster.at(place);
      return allOf(container === undefined ? [] : [await container.answerWith(how)]);
    }
    const rules: AsyncDisposable[] = [];
    for (const condition of conditions) rules.push(await stage.network.impose({ to: place, port }, condition));
    return allOf(rules);
  },
  witnesses: (view, { place, port, how }) =>
    view.nodes.map((from) => ({
      from,
      target: { place, port },
      about: `${place} from ${from}`,
      question: { ask: 'http', host: place.slice(place.indexOf(':') + 1), path: '/', tls: true },
      ...SEEN[how],
    })),
};
