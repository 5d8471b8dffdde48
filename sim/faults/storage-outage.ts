/**
 * An object store that is down, in one of the ways there are: it refuses and cuts what was open, it takes connections and
 * stands still, or it answers every request with an error of its own.
 */
import { z } from 'zod';
import { place } from '../../topology/schema.ts';
import type { Condition } from '../runtimes/contract.ts';
import { actOn, seenAt, type Fault, type Sight } from './fault.ts';
import { askStore, STORE_WELL } from './outside.ts';
import { imposeAll, WAYS_DOWN } from './ways-down.ts';

const WAYS = ['refuses', 'hangs', 'ServiceUnavailable', 'InternalError'] as const;
type Way = (typeof WAYS)[number];
const params = z.strictObject({
  place,
  port: z.number().int(),
  how: z.enum(WAYS),
});

const TITLES: Readonly<Record<Way, string>> = {
  refuses: WAYS_DOWN.refuses.title,
  hangs: WAYS_DOWN.hangs.title,
  ServiceUnavailable: 'answers every request with 503 ServiceUnavailable',
  InternalError: 'answers every request with 500 InternalError',
};
const CONDITIONS: Readonly<Partial<Record<Way, readonly Condition[]>>> = {
  refuses: WAYS_DOWN.refuses.conditions,
  hangs: WAYS_DOWN.hangs.conditions,
};
const SEEN: Readonly<Record<Way, Pick<Sight, 'during' | 'status'>>> = {
  refuses: { during: ['refused'], status: { well: STORE_WELL } },
  hangs: { during: ['reply-silent'], status: { well: STORE_WELL } },
  ServiceUnavailable: { during: ['answer'], status: { well: STORE_WELL, during: 503 } },
  InternalError: { during: ['answer'], status: { well: STORE_WELL, during: 500 } },
};

export const storageOutage: Fault<z.infer<typeof params>> = {
  id: 'storage-outage',
  title: ({ place, how }) => `${place} ${TITLES[how]}`,
  params,
  needs: ['refuse', 'reset', 'hang', 'object-store'],
  async apply(stage, cluster, { place, port, how }) {
    const conditions = CONDITIONS[how];
    if (conditions !== undefined) return imposeAll(stage, [{ to: place, port }], conditions);
    return actOn(cluster.at(place), (one) => one.answerWith(how));
  },
  witnesses: (view, { place, port, how }) =>
    view.nodes.map((from) => ({
      ...seenAt(from, { place, port }),
      question: askStore(place),
      ...SEEN[how],
    })),
};
