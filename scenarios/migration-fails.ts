/**
 * Claim    The book: when the migrate job fails during a deploy new pods refuse to start and old ones keep serving.
 * Method   A migration without a transaction breaks off half-way, and the deploy goes on: the new revision's schema gate
 *          refuses. (One that leaves nothing behind is `rolling-update`'s variant schema-gate: nobody notices.)
 * Look at  What the old pods, which the gate does not ask, get from the schema that is half the new one.
 */
import { parts } from '../sim/scenario/parts.ts';
import { defineScenario, USERS_ARE_SERVED } from '../sim/scenario/scenario.ts';

const workload = 'api';

const scenario = defineScenario({
  id: 'migration-fails',
  title: 'Migrate job fails',
  layer: 'Migrate job fails',
  alsoCalled: ['Migration fails'],
  about:
    'goose runs a migration in a transaction unless it is told not to; then nothing is left of one that failed. Without a transaction what it had done stays, and its record says "not applied": the gate keeps new pods from starting, but it asks nobody whether the old ones can still work. Lists that lie in the cache are served.',
  sources: [
    'chapter 12, "Request flow during a rolling update": RequireSchemaApplied checks goose_db_version',
    'goose 3.27 migrate.go: the newest record of each version counts, and one that says "not applied" is none',
    'goose annotations: NO TRANSACTION; without it each migration is one transaction',
    'Kubernetes Deployment: a new pod that never gets Ready holds the rollout, old pods stay',
  ],
  load: 'tasks',
  exposed: ['listTasks', 'createTask'],
  hypothesis: USERS_ARE_SERVED,
  parts: parts('api', 'external:neon', 'worker'),
  variants: {
    'half-applied': {
      title: 'Migration half applied',
      steps: [
        { name: 'caches warm up', phase: 'warm-up', lastsMs: 4_000 },
        { name: 'steady state', phase: 'before', lastsMs: 8_000 },
        // What is under way when the column goes fails with it: it tells nothing of the steady state, and counts nowhere.
        { name: 'last requests before it', phase: 'warm-up', lastsMs: 1_000, leastMs: 1_000 },
        {
          name: 'the migration breaks off, the deploy goes on',
          phase: 'during',
          do: [
            {
              fault: 'half-migration',
              params: {
                of: workload,
                place: 'external:neon',
                port: 5432,
                version: 2,
                table: 'task_task',
                column: 'title',
                renamed: 'name',
              },
              as: 'migration',
            },
            {
              operate: 'rollout',
              params: { workload, revision: 'v2', settings: { schemaVersion: 2 }, ends: 'stuck' },
              as: 'v2',
            },
          ],
          lastsMs: 20_000,
          // A new pod starts, is refused and looked at; the column is locked and renamed before the first request counts.
          leastMs: 18_000,
        },
        {
          name: 'mended by hand, rollout undone',
          phase: 'after',
          do: [{ heal: 'migration' }, { operate: 'rollout', params: { workload, revision: 'v1' } }],
          lastsMs: 10_000,
        },
      ],
    },
  },
  minHits: 10,
  // Another column, which nobody of those that are sent reads.
  decoy: { workload: 'worker', table: 'auth_user', column: 'email' },
});
export default scenario;

// Not awaited: the command loads this very file again, which must have been evaluated by then.
if (import.meta.main) void import('../sim/cli/script.ts').then(({ runAsScript }) => runAsScript(scenario));
