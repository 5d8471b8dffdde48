/**
 * `kubectl set image` and the like: a Deployment's pods are replaced by those of another revision, in the Deployment's own
 * way. It is proven by the pods themselves: those that stood before answer no more, and new ones do.
 */
import { z } from 'zod';
import type { Answer, Place, PodId } from '../../runtimes/contract.ts';
import { FIRST_REVISION } from '../cluster.ts';
import { questionOf } from '../probes.ts';
import type { Look, LookContext, Operation, Standing } from './operation.ts';

const params = z.strictObject({
  workload: z.string(),
  /** The revision's name, an image's tag for instance. The pods at the start are of v1: back to it is `rollout undo`. */
  revision: z.string(),
  /** Settings in which the new revision differs from the topology. */
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  /** What is to be seen for a proof: old pods replaced, or new ones that never start while old ones stay. */
  ends: z.enum(['replaced', 'stuck']).default('replaced'),
});
type Params = z.infer<typeof params>;

const ANSWERS = ['answer'] as const;
/** Nobody is there: its sandbox stands without a program, or is gone. */
const GONE = ['refused', 'no-route', 'connect-silent'] as const;

function asked(
  { topology, params: { workload } }: LookContext<Params>,
  { pod, node }: Standing,
  expected: readonly Answer['saw'][],
): Look[] {
  const { probes, ports } = topology.workloads[workload] ?? { probes: {}, ports: [] };
  const probe = probes.readiness;
  const port = probe?.port ?? ports[0];
  if (port === undefined) return [];
  const question = probe === undefined ? ({ ask: 'connect' } as const) : questionOf(probe);
  return [{ from: node, target: { pod, port }, about: `${pod} from ${node}`, question, expected }];
}

const report = (from: Place, about: string, found: boolean, detail = ''): Look => ({
  from,
  about,
  answer: { saw: found ? 'reported' : 'not-reported', detail, tookMs: 0 },
  expected: ['reported'],
});
/** That a container of this pod ended in failure. */
function failed({ topology, cluster }: LookContext<Params>, pod: PodId): Look {
  const exit = cluster.reports().findLast((one) => one.pod === pod && (one.exitCode ?? 0) !== 0);
  const detail = exit === undefined ? '' : `exit ${exit.exitCode}, ${exit.reason}; ${cluster.condition(pod)}`;
  return report(topology.server, pod, exit !== undefined, detail);
}

function looks(when: 'before' | 'during' | 'after', context: LookContext<Params>): readonly Look[] {
  const { topology, cluster, before, params } = context;
  const { workload, ends } = params;
  const standing = cluster.podsOf(workload).map((pod): Standing => ({ pod, node: cluster.nodeOf(pod) }));
  if (when !== 'during') return standing.flatMap((one) => asked(context, one, ANSWERS));
  const fresh = standing.filter(({ pod }) => !before.some((one) => one.pod === pod));
  const none = fresh.length > 0 ? [] : [report(topology.server, `a new pod of ${workload}`, false)];
  // Of one that is stuck the old pods serve on, but for those that `maxUnavailable` let go.
  const kept = before.filter(({ pod }) => standing.some((one) => one.pod === pod));
  const left = ends !== 'stuck' || kept.length > 0 ? [] : [report(topology.server, `an old pod of ${workload}`, false)];
  const old =
    ends === 'stuck'
      ? kept.flatMap((one) => asked(context, one, ANSWERS))
      : before.flatMap((one) => asked(context, one, GONE));
  const young = fresh.flatMap((one) =>
    ends === 'stuck' ? [...asked(context, one, GONE), failed(context, one.pod)] : asked(context, one, ANSWERS),
  );
  return [...none, ...left, ...old, ...young];
}

export const rollout: Operation<Params> = {
  title: ({ workload, revision, settings }) => {
    const changes = Object.entries(settings).map(([key, value]) => `${key} = ${String(value)}`);
    return `roll out ${workload} ${revision}${changes.length > 0 ? ` with ${changes.join(', ')}` : ''}`;
  },
  params,
  run(cluster, { workload, revision, settings }) {
    cluster.rollOut(workload, revision, settings);
    return Promise.resolve();
  },
  undo: ({ workload, revision }) =>
    revision === FIRST_REVISION
      ? undefined
      : {
          params: { workload, revision: FIRST_REVISION, settings: {}, ends: 'replaced' },
          told: `${workload} is rolled back to ${FIRST_REVISION}`,
        },
  proof: {
    title: ({ workload, ends }) =>
      ends === 'replaced'
        ? `each pod of ${workload} that stood before answers no more, each new one does`
        : `a new pod of ${workload} refuses and its container has exited, each one that stood before answers`,
    looks,
  },
};
