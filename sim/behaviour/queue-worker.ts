/**
 * An asynq 0.26 server as the worker runs it. Its goroutines are programs side by side that share what is in hand:
 *
 *   processor ──take──▶ handle (at most `concurrency`) ──▶ done │ retry │ archive, by `sync` again where Redis did not hear it
 *   heartbeat: leases of what is in hand     recoverer: what others left     forwarder: what is due again
 *
 * Not modelled: priorities, several queues, unique and scheduled tasks, retention, aggregation, the servers' own records.
 * @see hibiken/asynq processor.go, heartbeat.go, recoverer.go, forwarder.go, syncer.go, server.go
 */
import { enter, leave, random, wait, type Gate, type Program } from './effects.ts';
import { pollSleepMs, retryDelaySeconds, stamp, type Job, type QueueTimings } from './queue.ts';
import { redisCommand, type RedisCommand, type RedisPool, type RedisResult } from './redis-client.ts';

/** A task in hand, and until when it is this worker's, Unix milliseconds. */
interface Held {
  readonly job: Job;
  leaseUntilMs: number;
}
export interface QueueWorker {
  readonly redis: RedisPool;
  readonly timings: QueueTimings;
  /** How long a job takes; its side effect happens half-way. */
  readonly jobMs: number;
  /** asynq's Concurrency: so many jobs at once. */
  readonly gate: Gate;
  readonly held: Map<string, Held>;
  stopping: boolean;
  readonly unixMs: () => number;
  /** The side effect: called at least once for each job, again if the worker dies before Redis heard of it. A text is an error. */
  readonly work: (payload: string) => string | undefined;
  /** Runs a program beside the others. */
  readonly spawn: (program: Program<void>) => void;
}

/** Ours, so that a worker whose client fails fast leaves time to others. */
const FAILED_PAUSE_MS = 50;
const LEASE_EXPIRED = 'asynq: task lease expired';

const now = (worker: QueueWorker): number => stamp(worker.unixMs(), worker.timings);
const isOurs = (worker: QueueWorker, { leaseUntilMs }: Held): boolean => worker.unixMs() < leaseUntilMs;

/** A job, or what there was instead. A failed dequeue is logged and the loop goes on. */
function* take(worker: QueueWorker): Program<Held | 'empty' | 'failed'> {
  const leaseUntilMs = worker.unixMs() + worker.timings.leaseMs;
  const taken = yield* redisCommand(worker.redis, {
    op: 'dequeue',
    leaseUntilSeconds: stamp(leaseUntilMs, worker.timings),
  });
  if (!taken.ok) return 'failed';
  return taken.value === null ? 'empty' : { job: JSON.parse(taken.value) as Job, leaseUntilMs };
}

/**
 * Takes one job after the other as long as there is a place for it; when there was nothing to do it sleeps. After a failed
 * dequeue asynq goes on at once, and turns as fast as its processor does while its client fails fast.
 */
export function* processor(worker: QueueWorker): Program<void> {
  while (!worker.stopping) {
    yield* enter(worker.gate, Infinity);
    const taken = worker.stopping ? 'empty' : yield* take(worker);
    if (typeof taken === 'object') {
      worker.held.set(taken.job.id, taken);
      worker.spawn(handle(worker, taken));
      continue;
    }
    yield* leave(worker.gate);
    if (worker.stopping) return;
    yield* wait(taken === 'failed' ? FAILED_PAUSE_MS : pollSleepMs(worker.timings.pollMs, yield* random()));
  }
}

/** Does a job and says so; whose lease ended meanwhile says nothing, for the recoverer has taken the job. */
function* handle(worker: QueueWorker, held: Held): Program<void> {
  const { job } = held;
  yield* wait(worker.jobMs / 2);
  // Given back by a shutdown: it is not this worker's any more.
  if (!worker.held.has(job.id)) return;
  const error = worked(worker, job);
  yield* wait(worker.jobMs / 2);
  if (worker.held.delete(job.id)) {
    if (isOurs(worker, held)) {
      const told: RedisCommand = error === undefined ? { op: 'done', id: job.id } : yield* failure(worker, job, error);
      const result = yield* redisCommand(worker.redis, told);
      if (isUnheard(result)) worker.spawn(sync(worker, held, told));
    }
    yield* leave(worker.gate);
  }
}
/** What a job failed of, if it did. A handler that breaks off has failed too: processor.go `perform` takes a panic for an error. */
function worked(worker: QueueWorker, { payload }: Job): string | undefined {
  try {
    return worker.work(payload);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
/** Redis did not hear it; what it refused (the job is not there any more) is over. */
const isUnheard = (result: RedisResult): boolean => !result.ok && result.saw !== 'redis-error';

/** A failed job is tried again later, or archived when that was done often enough. */
function* failure(worker: QueueWorker, job: Job, error: string): Program<RedisCommand> {
  const nowSeconds = now(worker);
  if (job.retried >= job.maxRetry) return { op: 'archive', job, error, nowSeconds };
  const delay = (retryDelaySeconds(job.retried, yield* random()) * worker.timings.secondMs) / 1_000;
  return { op: 'retry', job, error, nowSeconds, dueSeconds: nowSeconds + delay };
}

/** What Redis did not hear is told again every 5 s until the lease ends; after that the job runs again. */
function* sync(worker: QueueWorker, held: Held, told: RedisCommand): Program<void> {
  for (;;) {
    yield* wait(worker.timings.syncMs);
    if (!isOurs(worker, held)) return;
    if (!isUnheard(yield* redisCommand(worker.redis, told))) return;
  }
}

/** Extends the leases of what is in hand. One that has ended stays ended. */
export function* heartbeat(worker: QueueWorker): Program<void> {
  for (;;) {
    yield* wait(worker.timings.heartbeatMs);
    const held = [...worker.held.values()].filter((one) => isOurs(worker, one));
    if (held.length === 0) continue;
    const leaseUntilMs = worker.unixMs() + worker.timings.leaseMs;
    const extended = yield* redisCommand(worker.redis, {
      op: 'extend',
      ids: held.map(({ job }) => job.id),
      leaseUntilSeconds: stamp(leaseUntilMs, worker.timings),
    });
    if (extended.ok) for (const one of held) one.leaseUntilMs = leaseUntilMs;
  }
}

/** At start and every minute: what somebody took and left is tried again, or archived. */
export function* recoverer(worker: QueueWorker): Program<void> {
  for (;;) {
    yield* recover(worker);
    yield* wait(worker.timings.recoverMs);
  }
}
function* recover(worker: QueueWorker): Program<void> {
  const untilSeconds = stamp(worker.unixMs() - worker.timings.expiredMs, worker.timings);
  const left = yield* redisCommand(worker.redis, { op: 'expired', untilSeconds });
  if (!left.ok || left.value === null) return;
  for (const job of JSON.parse(left.value) as Job[])
    yield* redisCommand(worker.redis, yield* failure(worker, job, LEASE_EXPIRED));
}

/** Every 5 s: what is due goes back to the queue. */
export function* forwarder(worker: QueueWorker): Program<void> {
  for (;;) {
    yield* wait(worker.timings.forwardMs);
    yield* redisCommand(worker.redis, { op: 'forward', nowSeconds: now(worker) });
  }
}

/** All that runs side by side from the start on. */
export function startWorker(worker: QueueWorker): void {
  for (const loop of [heartbeat, recoverer, forwarder, processor]) worker.spawn(loop(worker));
}

/**
 * SIGTERM: nothing new is taken, what is in hand is finished within 8 s; what is not by then goes back to the head of the
 * queue, where the next worker takes it first.
 * @returns ids of the jobs that were given back
 */
export function* shutdown(worker: QueueWorker): Program<readonly string[]> {
  worker.stopping = true;
  const untilMs = worker.unixMs() + worker.timings.shutdownMs;
  for (let place = 0; place < worker.gate.capacity; place++)
    if (!(yield* enter(worker.gate, Math.max(0, untilMs - worker.unixMs())))) break;
  const left = [...worker.held.keys()];
  worker.held.clear();
  for (const id of left) yield* redisCommand(worker.redis, { op: 'requeue', id });
  return left;
}
