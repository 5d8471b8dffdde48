/**
 * Claim    The book: when Redis is down the api serves without its cache, degraded; restarting the pod ends it.
 * Method   Two ways of being down: dead (connections are refused) and hung (accepts, never answers), each for 22 s
 *          under load, then the Redis pod is restarted as the book says. And killed once, to come back empty: what restarting
 *          costs.
 * Look at  Lists within the users' patience; jobs that were accepted with a 201 and never ran.
 */
import { parts } from '../sim/scenario/parts.ts';
import { defineScenario, USERS_ARE_SERVED } from '../sim/scenario/scenario.ts';

const restart = { operate: 'restart', params: { workload: 'redis' } } as const;
const method = (name: string, fault: 'crash' | 'hang') => [
  { name: 'caches warm up', phase: 'warm-up' as const, lastsMs: 4_000 },
  { name: 'steady state', phase: 'before' as const, lastsMs: 10_000 },
  { name, phase: 'during' as const, do: [{ fault, params: { workload: 'redis' }, as: 'redis' }], lastsMs: 22_000 },
  { name: 'Redis pod restarted', phase: 'after' as const, do: [restart, { heal: 'redis' }], lastsMs: 12_000 },
];

const scenario = defineScenario({
  id: 'redis-down',
  title: 'Redis down',
  layer: 'Redis down',
  about:
    'Redis holds the list cache and the job queue. Dead, its clients fail fast and go on; hung, each waits for its read time-out, and the pool fills. Without persistence a restart empties it: lists come from Postgres once more, jobs that waited in the queue are gone.',
  sources: [
    'chapter 12, failure table, "Redis down"',
    'go-redis 9.14 options.go: dial 5 s, read 3 s, 3 retries',
    'asynq: enqueue buffers nothing, and what is queued lies in Redis alone',
  ],
  load: 'tasks',
  exposed: ['listTasks'],
  hypothesis: USERS_ARE_SERVED,
  parts: parts('redis', 'worker', 'api'),
  variants: {
    dead: { title: 'Redis, dead', steps: method('Redis dies at each start', 'crash') },
    hung: { title: 'Redis, hung', steps: method('Redis hangs', 'hang') },
    emptied: {
      title: 'Redis, killed once and empty afterwards',
      // It is back within a second: no row of a book that says "down" is about it.
      unsaid: true,
      // Three jobs a second come, and two get done: some wait in the queue at any moment.
      set: { 'workloads.worker.settings.jobMs': 1_000 },
      steps: [
        { name: 'caches warm up', phase: 'warm-up', lastsMs: 4_000 },
        { name: 'steady state', phase: 'before', lastsMs: 8_000, leastMs: 8_000 },
        {
          name: 'Redis is killed and comes back empty',
          phase: 'during',
          do: [{ fault: 'kill', params: { workload: 'redis' }, as: 'redis' }],
          lastsMs: 19_000,
        },
        { name: 'Redis is as it was', phase: 'after', do: [{ heal: 'redis' }], lastsMs: 4_000 },
        {
          name: 'the worker catches up',
          phase: 'after',
          sends: false,
          counts: false,
          lastsMs: 14_000,
        },
      ],
    },
  },
  order: [],
  minHits: 10,
  flips: [
    {
      variant: 'hung',
      set: 'workloads.api.settings.redisReadTimeoutMs=200ms',
      says: "a read time-out of 200 ms in the api's Redis client",
    },
  ],
  decoy: { workload: 'worker' },
});
export default scenario;

// Not awaited: the command loads this very file again, which must have been evaluated by then.
if (import.meta.main) void import('../sim/cli/script.ts').then(({ runAsScript }) => runAsScript(scenario));
