/**
 * asynq 0.26's queue in Redis: its keys, its scripts' effects, and a worker's loop.
 * @see hibiken/asynq internal/base/base.go (keys), internal/rdb/rdb.go (enqueue, dequeue, done), processor.go (loop)
 */
import { random, wait, type Program } from './effects.ts';
import { redisCommand, type RedisPool } from './redis-client.ts';

/** The braces are literal: they keep a queue's keys in one cluster slot. */
export const QUEUE_KEYS = {
  queues: 'asynq:queues',
  task: (id: string) => `asynq:{default}:t:${id}`,
  taskPrefix: 'asynq:{default}:t:',
  pending: 'asynq:{default}:pending',
  active: 'asynq:{default}:active',
  lease: 'asynq:{default}:lease',
  paused: 'asynq:{default}:paused',
  processed: 'asynq:{default}:processed',
} as const;
export const LEASE_SECONDS = 30;

/** How long an idle worker sleeps before it looks again: half to one and a half of TaskCheckInterval. */
export const pollSleepMs = (intervalMs: number, draw: number): number => intervalMs * (0.5 + draw);

/**
 * One turn of the worker: takes a job, does it, acknowledges it. A failed dequeue is logged and the loop goes on.
 * @param work  the side effect; called at least once per job, again if the worker dies before `done`
 * @returns     whether there was a job
 */
export function* workerTurn(
  redis: RedisPool,
  nowSeconds: () => number,
  work: (payload: string) => void,
): Program<'worked' | 'empty' | 'failed'> {
  const taken = yield* redisCommand(redis, { op: 'dequeue', leaseUntilSeconds: nowSeconds() + LEASE_SECONDS });
  if (!taken.ok) return 'failed';
  if (taken.value === null) return 'empty';
  const job = JSON.parse(taken.value) as { id: string; payload: string };
  work(job.payload);
  yield* redisCommand(redis, { op: 'done', id: job.id });
  return 'worked';
}

/**
 * A worker's life: turn after turn; when there was nothing to do it sleeps.
 * @param stopping  asked before each turn; a job once taken is finished
 */
export function* workerLoop(
  redis: RedisPool,
  intervalMs: number,
  nowSeconds: () => number,
  work: (payload: string) => void,
  stopping: () => boolean = () => false,
): Program<void> {
  while (!stopping()) {
    const turn = yield* workerTurn(redis, nowSeconds, work);
    if (turn !== 'worked') yield* wait(pollSleepMs(intervalMs, yield* random()));
  }
}
