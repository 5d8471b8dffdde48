/**
 * Claim    The book: when Redis is down the api serves without its cache, degraded; restarting the pod ends it.
 * Method   The third way of being down, beside `redis-down`: what is sent to Redis gets lost, for 22 s under load. Nobody
 *          refuses, no connection is made; then the Redis pod is restarted as the book says.
 * Look at  How long go-redis goes on dialling: it gives up after as many dials as its pool has places, and fails fast then.
 */
import { parts } from '../sim/scenario/parts.ts';
import { defineScenario, USERS_ARE_SERVED } from '../sim/scenario/scenario.ts';

const workload = 'redis';

const scenario = defineScenario({
  id: 'redis-dropped',
  title: 'Redis out of reach',
  layer: 'Redis down',
  about:
    'Commands on open connections wait for their read time-out of 3 s, each again on another one; a dial waits 5 s and is not repeated. After twenty dials without an answer, as many as the pool has places, go-redis fails fast and dials once a second behind the scenes: some seconds of waiting, then it is as with a dead Redis.',
  sources: [
    'chapter 12, failure table, "Redis down"',
    'go-redis 9.14 options.go: dial 5 s, read 3 s, 3 retries; error.go: a dial that timed out is not retried',
    'go-redis 9.14 internal/pool/pool.go: after PoolSize dial errors the last one is given at once, a dial a second is tried apart',
    'asynq: enqueue buffers nothing',
  ],
  load: 'tasks',
  exposed: ['listTasks'],
  hypothesis: USERS_ARE_SERVED,
  parts: parts('redis', 'worker', 'api'),
  variants: {
    dropped: {
      title: 'Redis, packets dropped',
      steps: [
        { name: 'caches warm up', phase: 'warm-up', lastsMs: 4_000 },
        { name: 'steady state', phase: 'before', lastsMs: 10_000 },
        {
          name: 'packets to Redis are lost',
          phase: 'during',
          do: [{ fault: 'drop', params: { workload, protocol: 'tcp' }, as: workload }],
          lastsMs: 22_000,
        },
        {
          name: 'Redis pod restarted',
          phase: 'after',
          do: [{ operate: 'restart', params: { workload } }, { heal: workload }],
          lastsMs: 12_000,
        },
      ],
    },
  },
  order: [],
  minHits: 10,
  flips: [
    {
      set: 'workloads.api.settings.redisDialTimeoutMs=500ms',
      says: "a dial time-out of 500 ms in the api's Redis client",
    },
  ],
  decoy: { workload: 'worker' },
});
export default scenario;

// Not awaited: the command loads this very file again, which must have been evaluated by then.
if (import.meta.main) void import('../sim/cli/script.ts').then(({ runAsScript }) => runAsScript(scenario));
