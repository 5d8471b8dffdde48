/**
 * Claim    The book: during a rolling update old and new pods handle traffic, and users don't notice.
 * Method   A new revision of the api is rolled out under load, without and with a preStop of 5 s; and once with a migration
 *          that has not run, so that the new revision's schema gate refuses to start. Traefik sends to pod addresses, as it
 *          does unless told otherwise; by the Service, as the book has it, warm connections hide most of what fails: whether
 *          anybody meets it in one rollout is chance.
 * Look at  Requests that failed between a pod's SIGTERM and the instant from which on nobody is sent to it any more.
 */
import { parts } from '../sim/scenario/parts.ts';
import { defineScenario, USERS_ARE_SERVED } from '../sim/scenario/scenario.ts';

const workload = 'api';
const rollout = (params: { revision: string; settings?: object; ends?: string }, lastsMs: number) => ({
  name: params.ends === 'stuck' ? 'new revision refuses to start' : `revision ${params.revision} rolled out`,
  phase: 'during' as const,
  do: [{ operate: 'rollout' as const, params: { workload, ...params }, as: params.revision }],
  lastsMs,
  // Three pods one after the other, each ready within two seconds, a preStop, and one look.
  leastMs: 15_000,
});
const before = [
  { name: 'caches warm up', phase: 'warm-up' as const, lastsMs: 4_000 },
  { name: 'steady state', phase: 'before' as const, lastsMs: 8_000 },
];
const after = { name: 'nothing is rolled out', phase: 'after' as const, lastsMs: 4_000 };

const scenario = defineScenario({
  id: 'rolling-update',
  title: 'Rolling update',
  layer: 'Rolling update',
  about:
    'A pod is told to end and taken from the endpoints at the same time: an api that stops listening at once is sent connections until each node has heard of it. A preStop longer than that hides it.',
  sources: [
    'chapter 12, "Request flow during a rolling update"',
    'Kubernetes pod lifecycle: preStop and SIGTERM run beside the removal from the endpoints',
    'Kubernetes Deployment: 25 % surge rounded up, 25 % unavailable rounded down, stalled after 600 s without progress',
    'Go net/http Server.Shutdown: listeners close first, idle connections end, active ones finish',
    'Traefik: pod addresses unless nativeLB is set, one change of them each 2 s, a refused dial is a 502',
  ],
  load: 'tasks',
  exposed: ['listTasks', 'createTask'],
  hypothesis: USERS_ARE_SERVED,
  parts: parts('api', 'worker'),
  variants: {
    'no-pre-stop': {
      title: 'Rolling update, no preStop, to pod addresses',
      set: { 'workloads.api.preStopMs': 0, routing: 'endpoints' },
      steps: [...before, rollout({ revision: 'v2' }, 20_000), after],
    },
    'pre-stop': {
      title: 'Rolling update, preStop 5 s, to pod addresses',
      set: { 'workloads.api.preStopMs': 5_000, routing: 'endpoints' },
      steps: [...before, rollout({ revision: 'v2' }, 20_000), after],
    },
    'schema-gate': {
      title: 'Rolling update, migration has not run',
      steps: [
        ...before,
        rollout({ revision: 'v2', settings: { schemaVersion: 2 }, ends: 'stuck' }, 20_000),
        { ...after, name: 'rollout undone', do: [{ operate: 'rollout', params: { workload, revision: 'v1' } }] },
      ],
    },
  },
  minHits: 10,
  flips: [
    { variant: 'no-pre-stop', to: 'pre-stop', says: 'a preStop of 5 s' },
    { variant: 'pre-stop', to: 'no-pre-stop', says: 'no preStop' },
  ],
  decoy: { workload: 'worker' },
});
export default scenario;

// Not awaited: the command loads this very file again, which must have been evaluated by then.
if (import.meta.main) void import('../sim/cli/script.ts').then(({ runAsScript }) => runAsScript(scenario));
