/**
 * asynq 0.26's queue in Redis: its keys, its timers and its arithmetic. What a worker does with them is in
 * `queue-worker.ts`.
 * @see hibiken/asynq internal/base/base.go (keys), server.go (timers), internal/rdb/rdb.go (scripts)
 */
import type { ContainerSettings } from '../../topology/schema.ts';
import { timer, type TimerName } from '../../topology/timers.ts';

/** The braces are literal: they keep a queue's keys in one cluster slot. */
export const QUEUE_KEYS = {
  queues: 'asynq:queues',
  task: (id: string) => `asynq:{default}:t:${id}`,
  taskPrefix: 'asynq:{default}:t:',
  pending: 'asynq:{default}:pending',
  active: 'asynq:{default}:active',
  lease: 'asynq:{default}:lease',
  scheduled: 'asynq:{default}:scheduled',
  retry: 'asynq:{default}:retry',
  archived: 'asynq:{default}:archived',
  paused: 'asynq:{default}:paused',
  processed: 'asynq:{default}:processed',
  failed: 'asynq:{default}:failed',
} as const;
/** client.go defaultMaxRetry: a task that failed so often again is archived. */
export const MAX_RETRY = 25;
/** rdb.go: ids that one run of the forwarder's script moves. */
export const FORWARDED_AT_ONCE = 100;

/** A task as who works on it knows it. */
export interface Job {
  readonly id: string;
  readonly type: string;
  readonly payload: string;
  /** How often it was tried again. */
  readonly retried: number;
  readonly maxRetry: number;
}

/** What a worker waits for, in milliseconds. */
export interface QueueTimings {
  readonly pollMs: number;
  readonly leaseMs: number;
  readonly heartbeatMs: number;
  readonly recoverMs: number;
  /** A lease that ended so long ago was left by somebody who is gone. */
  readonly expiredMs: number;
  readonly forwardMs: number;
  readonly syncMs: number;
  readonly shutdownMs: number;
  /** What a second of a lease or of a delay takes: 1,000, or less where these idle waits are shortened. */
  readonly secondMs: number;
}
/** How long a timer takes here. */
export type Pace = (name: TimerName) => number;
const REAL: Pace = (name) => timer(name).ms;

/**
 * The timers of a worker. A lease may race with what users wait for (a Redis that hangs for 22 s), so its timers keep
 * their real pace, unless the setting `recoveryIsIdle` says that in this play nothing races with them.
 */
export function queueTimings(settings: ContainerSettings, shortened: Pace): QueueTimings {
  const pace = settings['recoveryIsIdle'] === true ? shortened : REAL;
  return {
    pollMs: REAL('queue.poll'),
    leaseMs: pace('queue.lease'),
    heartbeatMs: pace('queue.heartbeat'),
    recoverMs: pace('queue.recover'),
    expiredMs: pace('queue.expired'),
    forwardMs: pace('queue.forward'),
    syncMs: pace('queue.sync'),
    shutdownMs: REAL('queue.shutdown'),
    secondMs: (1_000 * pace('queue.lease')) / REAL('queue.lease'),
  };
}

/** How long an idle worker sleeps before it looks again: half to one and a half of TaskCheckInterval. */
export const pollSleepMs = (intervalMs: number, draw: number): number => intervalMs * (0.5 + draw);

/**
 * server.go DefaultRetryDelayFunc: n^4 + 15 + rand(30)·(n+1), whole seconds.
 * @param retried  how often it was tried again before
 * @param draw     in [0, 1)
 */
export const retryDelaySeconds = (retried: number, draw: number): number =>
  retried ** 4 + 15 + Math.floor(draw * 30) * (retried + 1);

/** Redis holds instants in whole seconds of Unix time; where seconds are shortened, in whole ones of these. */
export const stamp = (unixMs: number, { secondMs }: Pick<QueueTimings, 'secondMs'>): number =>
  (Math.floor(unixMs / secondMs) * secondMs) / 1_000;
