/** A user's own scenario, as short as its proofs allow. */
import { defineScenario } from 'cluster-twin';

export default defineScenario({
  id: 'cache-dead',
  title: 'Cache dead',
  layer: 'Cache gone',
  about: 'Redis is killed while people read their lists.',
  sources: ['our own failure table'],
  load: 'readers',
  exposed: ['listTasks'],
  hypothesis: [{ measure: 'share-ok', min: 0.99, unit: 'share' }],
  variants: {
    dead: {
      title: 'Redis, dead',
      steps: [
        { name: 'caches warm up', phase: 'warm-up', lastsMs: 1_000 },
        { name: 'steady state', phase: 'before', lastsMs: 2_000 },
        {
          name: 'Redis dies',
          phase: 'during',
          do: [{ fault: 'crash', params: { workload: 'redis' }, as: 'redis' }],
          lastsMs: 7_000,
        },
        {
          name: 'Redis pod restarted',
          phase: 'after',
          do: [{ operate: 'restart', params: { workload: 'redis' } }, { heal: 'redis' }],
          lastsMs: 8_000,
        },
      ],
    },
  },
  decoy: { workload: 'worker' },
});
