/**
 * A service outside of the cluster that is down, in one of the ways there are: it refuses and cuts what was open, it takes
 * connections and stands still, or nothing that is sent to it arrives.
 */
import { z } from 'zod';
import type { Condition, Place, Saw } from '../runtimes/contract.ts';
import { allOf, type Fault } from './fault.ts';

const WAYS = ['refuses', 'hangs', 'drops'] as const;
const params = z.strictObject({
  place: z.custom<Place>((value) => typeof value === 'string'),
  port: z.number().int(),
  how: z.enum(WAYS),
});
type Params = z.infer<typeof params>;
type Way = Params['how'];

const TITLES: Readonly<Record<Way, string>> = {
  refuses: 'refuses every new connection and has cut the open ones',
  hangs: 'takes connections and answers nothing, on open ones neither',
  drops: 'loses whatever is sent to it',
};
/** In this order: nobody connects anew between the cut and the refusal. */
const CONDITIONS: Readonly<Record<Way, readonly Condition[]>> = {
  refuses: [{ kind: 'refuse' }, { kind: 'reset' }],
  hangs: [{ kind: 'hang' }],
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
  async apply(stage, _cluster, { place, port, how }) {
    const rules: AsyncDisposable[] = [];
    for (const condition of CONDITIONS[how]) rules.push(await stage.network.impose({ to: place, port }, condition));
    return allOf(rules);
  },
  /** A database is asked a query, so that one which connects and stands still is told from one that works. */
  witnesses: (view, { place, port, how }) =>
    view.nodes.map((from) => ({
      from,
      target: { place, port },
      about: `${place} from ${from}`,
      question: view.roleAt(place) === 'postgres' ? { ask: 'sql', text: 'SELECT 1' } : { ask: 'connect' },
      during: SEEN[how],
    })),
};
