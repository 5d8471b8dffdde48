/** A half migration asks SQL for what it does and for its mending: what was not done is told, and can be tried again. */
import { expect, test } from 'vitest';
import type { ClusterView } from '../../sim/control/pod.ts';
import { halfMigration } from '../../sim/faults/half-migration.ts';
import type { Answer, Stage } from '../../sim/runtimes/contract.ts';

const params = {
  of: 'api',
  place: 'external:neon',
  port: 5432,
  version: 2,
  table: 'task_task',
  column: 'title',
  renamed: 'name',
} as const;
const cluster = { podsOf: () => ['api-1'], nodeOf: () => 'node:a' } as unknown as ClusterView;

/** A database that fails at statements of one kind as long as `broken` says so; and all that was done in it. */
function database(broken: { at: string | undefined }) {
  const done: string[] = [];
  const ask = (...[, , question]: Parameters<Stage['prober']['ask']>): Promise<Answer> => {
    const text = question.ask === 'sql' ? question.text : '';
    if (broken.at !== undefined && text.startsWith(broken.at))
      return Promise.resolve({ saw: 'sql-error', detail: '55P03 lock not available', tookMs: 1 });
    done.push(text.split(' ').slice(0, 1).join(''));
    return Promise.resolve({ saw: 'answer', detail: '', tookMs: 1 });
  };
  return { done, stage: { prober: { ask } } as unknown as Stage };
}

test('a mending that SQL refuses is told, with the statement and its answer; what is left of it can be tried again', async () => {
  const broken: { at: string | undefined } = { at: undefined };
  const { done, stage } = database(broken);
  const fault = await halfMigration.apply(stage, cluster, params);
  expect(done).toEqual(['ALTER', 'INSERT']);
  broken.at = 'DELETE';
  await expect(fault[Symbol.asyncDispose]()).rejects.toMatchObject({
    code: 'SIM_FAULT_FAILED',
    message:
      'half-migration: "DELETE FROM goose_db_version WHERE version_id = 2" at external:neon from node:a: sql-error, 55P03 lock not available',
  });
  broken.at = undefined;
  await fault[Symbol.asyncDispose]();
  expect(done).toEqual(['ALTER', 'INSERT', 'ALTER', 'DELETE']);
});
test('a migration that breaks off elsewhere than it should is told, and nothing of it is left', async () => {
  const { done, stage } = database({ at: 'INSERT' });
  await expect(halfMigration.apply(stage, cluster, params)).rejects.toMatchObject({ code: 'SIM_FAULT_FAILED' });
  expect(done).toEqual(['ALTER', 'ALTER']);
});
