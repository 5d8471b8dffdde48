/** Defects of the platform: of the edge, the endpoint controller and the kubelet. */
import type { Mutant } from './mutant.ts';

const platform = (name: string, means: string, ...patches: Mutant['patches']): Mutant => ({
  name,
  of: 'platform',
  means,
  patches,
});

export const PLATFORM_MUTANTS: readonly Mutant[] = [
  platform('endpoints-never-removed', 'a pod that restarts or ends stays an endpoint until nothing of it is left', {
    file: 'sim/control/endpoints.ts',
    find: '&& pod.reportedReady);',
    replace: '&& (pod.reportedReady || pod.restarts > 0 || pod.ending.signal.aborted));',
  }),
  platform('probe-always-ok', 'every probe succeeds, whatever it was answered', {
    file: 'sim/control/probes.ts',
    find: "  answer.saw === 'answer' && (answer.status",
    replace: '  answer.saw !== undefined || (answer.status',
  }),
  platform('readiness-always-true', 'a pod is Ready as soon as its container runs, before it serves', {
    file: 'sim/control/kubelet.ts',
    find: 'const { startup, readiness, liveness } = pod.workload.probes;',
    replace: 'const { startup, readiness, liveness } = { liveness: pod.workload.probes.liveness };',
  }),
  platform('edge-retries-errors', 'the edge sends what was answered with 502 to two other nodes, one after the other', {
    file: 'sim/behaviour/edge.ts',
    find: '  const response = tried.ok ? ',
    replace: `  for (const other of others)
    if (tried.ok && tried.response.status === 502) tried = yield* tryOrigin(state, other, request);
  const response = tried.ok ? `,
  }),
  {
    ...platform('edge-retries-twice', 'where two nodes cannot be reached the edge tries the third', {
      file: 'sim/behaviour/edge.ts',
      find: '  const response = tried.ok ? ',
      replace: `  for (const other of others)
    if (!tried.ok && other !== tried.origin && tried.status !== 520) tried = yield* tryOrigin(state, other, request);
  const response = tried.ok ? `,
    }),
    asks: 'a scenario in which two of three nodes refuse or drop; here none breaks the way from the edge to a node',
  },
];
