/**
 * Claim    The book: when Redis is down the api serves without its cache, degraded; restarting the pod ends it.
 * Method   Two ways of being down: dead (connections are refused) and hung (accepts, never answers), each for 22 s
 *          under load, then the Redis pod is restarted as the book says.
 * Look at  Lists within the users' patience; jobs that were accepted with a 201 and never ran.
 */
import { defineScenario } from '../sim/scenario/scenario.ts';

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
    'Redis holds the list cache and the job queue. Dead, its clients fail fast and go on; hung, each waits for its read time-out, and the pool fills.',
  sources: [
    'chapter 12, failure table, "Redis down"',
    'go-redis 9.14 options.go: dial 5 s, read 3 s, 3 retries',
    'asynq: enqueue buffers nothing',
  ],
  load: 'tasks',
  exposed: ['listTasks'],
  hypothesis: [
    { measure: 'share-ok', min: 0.99, unit: 'share' },
    { measure: 'latency-p95', max: 3_000, unit: 'ms' },
  ],
  variants: {
    dead: { title: 'Redis, dead', steps: method('Redis dies at each start', 'crash') },
    hung: { title: 'Redis, hung', steps: method('Redis hangs', 'hang') },
  },
  order: [],
  minHits: 10,
  decoy: { workload: 'worker' },
});
export default scenario;

// Not awaited: the command loads this very file again, which must have been evaluated by then.
if (import.meta.main) void import('../sim/cli/script.ts').then(({ runAsScript }) => runAsScript(scenario));
