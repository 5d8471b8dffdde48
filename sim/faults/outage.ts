/**
 * A service outside of the cluster that is down, in one of the ways there are: it refuses and cuts what was open, it takes
 * connections and stands still, or nothing that is sent to it arrives.
 */
import { z } from 'zod';
import { place } from '../../topology/schema.ts';
import type { Condition, Saw } from '../runtimes/contract.ts';
import { seenAt, type Fault } from './fault.ts';
import { questionAt, unaskable } from './outside.ts';
import { imposeAll, WAYS_DOWN } from './ways-down.ts';

const WAYS = ['refuses', 'hangs', 'drops'] as const;
const params = z.strictObject({
  place,
  port: z.number().int(),
  how: z.enum(WAYS),
});
type Params = z.infer<typeof params>;
type Way = Params['how'];

const TITLES: Readonly<Record<Way, string>> = {
  refuses: WAYS_DOWN.refuses.title,
  hangs: WAYS_DOWN.hangs.title,
  drops: 'loses whatever is sent to it',
};
const CONDITIONS: Readonly<Record<Way, readonly Condition[]>> = {
  refuses: WAYS_DOWN.refuses.conditions,
  hangs: WAYS_DOWN.hangs.conditions,
  drops: [{ kind: 'drop' }],
};
const SEEN: Readonly<Record<Way, readonly Saw[]>> = {
  refuses: ['refused'],
  hangs: ['reply-silent'],
  drops: ['connect-silent', 'reply-silent'],
};

export const outage: Fault<Params> = {
  id: 'outage',
  title: ({ place, how }) => `${place} ${TITLES[how]}`,
  params,
  needs: ['refuse', 'reset', 'hang', 'drop', 'sql'],
  unproven: (view, { place, how }) => (how === 'hangs' ? unaskable(view, place) : undefined),
  apply: (stage, _cluster, { place, port, how }) => imposeAll(stage, [{ to: place, port }], CONDITIONS[how]),
  /** Where standing still is to be told from working, and a database always, is asked something; else a connect tells. */
  witnesses(view, { place, port, how }) {
    const asked = questionAt(view, place);
    const isKnock = asked === undefined || (how !== 'hangs' && asked.question.ask !== 'sql');
    return view.nodes.map((from) => ({
      ...seenAt(from, { place, port }),
      ...(isKnock ? { question: { ask: 'connect' } } : asked),
      during: SEEN[how],
    }));
  },
};
