/**
 * Claim    The book: the api does not wait for a job, so users notice nothing of the worker; jobs themselves it passes over.
 * Method   The worker is killed twice while it has jobs in hand (here each takes 1.5 s, eight at once, its side effect half-way).
 *          Then everything is left alone until the last of these jobs must have run again.
 * Look at  Whether anybody noticed; which jobs ran twice; that none is lost though nobody acknowledged them.
 */
import { parts } from '../sim/scenario/parts.ts';
import { defineScenario, USERS_ARE_SERVED } from '../sim/scenario/scenario.ts';

const workload = 'worker';
const killed = (nth: 'first' | 'second') => ({
  name: `the worker is killed${nth === 'first' ? '' : ' again'}`,
  phase: 'during' as const,
  do: [{ fault: 'kill' as const, params: { workload }, as: nth }],
  lastsMs: 12_000,
  leastMs: 12_000,
});

const scenario = defineScenario({
  id: 'worker-killed',
  title: 'Worker killed mid-job',
  layer: 'Worker killed',
  about:
    'A job that a killed worker had in hand stays with its lease. 30 s after that has ended a recoverer, which looks each minute, has it tried again, 15 to 44 s later: it runs 70 to 170 s after the kill. If its side effect had happened, it happens twice: at least once is what asynq promises.',
  sources: [
    'chapter 12, hop 6: api to worker; "api returns to the caller without waiting for the job"',
    'asynq 0.26 heartbeat.go, recoverer.go, forwarder.go: lease 30 s, extended every 5 s; ended leases looked for each minute',
    'asynq 0.26 server.go: retry delay n^4 + 15 + rand(30)(n + 1) s; the first 15 to 44 s',
    'Kubernetes pod lifecycle: the first restart at once, the second after 10 s',
  ],
  load: 'tasks',
  exposed: ['createTask', 'listTasks'],
  hypothesis: USERS_ARE_SERVED,
  parts: parts('worker', 'coredns'),
  variants: {
    'mid-job': {
      title: 'Worker, killed mid-job',
      // Nothing here races with a lease: nobody waits for a job, and Redis is well.
      set: {
        'workloads.worker.settings.jobMs': 1_500,
        'workloads.worker.settings.concurrency': 8,
        'workloads.worker.settings.recoveryIsIdle': true,
      },
      steps: [
        { name: 'connections are made', phase: 'warm-up', lastsMs: 4_000 },
        { name: 'steady state', phase: 'before', lastsMs: 8_000 },
        killed('first'),
        killed('second'),
        {
          name: 'the worker is left alone',
          phase: 'after',
          do: [{ heal: 'first' }, { heal: 'second' }],
          lastsMs: 12_000,
          leastMs: 12_000,
        },
        {
          name: 'jobs left behind run again',
          phase: 'after',
          counts: false,
          lastsMs: 1_000,
          leastMs: 1_000,
          waits: ['queue.recovery'],
        },
      ],
    },
  },
  // A heartbeat that came too late would cost a live worker its job.
  order: [['queue.heartbeat', 'queue.lease']],
  minHits: 10,
  decoy: { workload: 'coredns' },
});
export default scenario;

// Not awaited: the command loads this very file again, which must have been evaluated by then.
if (import.meta.main) void import('../sim/cli/script.ts').then(({ runAsScript }) => runAsScript(scenario));
