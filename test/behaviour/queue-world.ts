/** A worker of asynq's in virtual time, on a queue that outlives it: minutes of leases and retries cost nothing. */
import { startWorker, shutdown, type QueueWorker } from '../../sim/behaviour/queue-worker.ts';
import { queueTimings, type QueueTimings } from '../../sim/behaviour/queue.ts';
import { redialBackground, type RedisCommand } from '../../sim/behaviour/redis-client.ts';
import { redisOf } from '../../sim/behaviour/tasks-http.ts';
import { createPrng } from '../../sim/prng.ts';
import { ModelConnection, type ModelPod } from '../../sim/runtimes/model/connection.ts';
import { run, world } from '../../sim/runtimes/model/driver.ts';
import { EventQueue } from '../../sim/runtimes/model/event-queue.ts';
import type { ModelNetwork } from '../../sim/runtimes/model/network.ts';
import { QueueStore, type QueueCommand } from '../../sim/runtimes/model/programs/queue-store.ts';

export const REAL = queueTimings({}, () => Number.NaN);
const POD = { id: 'redis-1', place: 'node:b' } as unknown as ModelPod;

export interface QueueWorld {
  readonly queue: EventQueue;
  readonly store: QueueStore;
  /** When each side effect happened: job, instant in ms. */
  readonly done: { readonly id: string; readonly atMs: number }[];
  /** Commands as Redis got them. */
  readonly heard: { readonly command: QueueCommand; readonly atMs: number }[];
  /** False: nobody listens on Redis' address. */
  redisUp: boolean;
  enqueue(...ids: string[]): void;
  /** Turns time up to an instant. */
  until(atMs: number): void;
  start(options: WorkerOptions): StartedWorker;
}
interface WorkerOptions {
  readonly jobMs: number;
  readonly concurrency?: number;
  readonly timings?: QueueTimings;
  /** What comes of a job's side effect, by how often it was tried before. */
  readonly fails?: (times: number) => boolean;
}
export interface StartedWorker {
  kill(): void;
  /** SIGTERM; the ids that were given back, once it has ended. */
  stop(ended: (left: readonly string[]) => void): void;
}

export function queueWorld(seed = 1): QueueWorld {
  const queue = new EventQueue();
  const store = new QueueStore();
  const prng = createPrng(seed);
  const own: QueueWorld = {
    queue,
    store,
    done: [],
    heard: [],
    redisUp: true,
    enqueue(...ids) {
      for (const id of ids) store.execute({ op: 'enqueue', id, payload: JSON.stringify({ requestId: id }) });
    },
    until(atMs) {
      let there = false;
      queue.after(atMs - queue.nowMs, () => (there = true));
      while (!there) queue.turn();
    },
    start({ jobMs, concurrency = 2, timings = REAL, fails = () => false }) {
      const w = world({ queue, network: redisFor(own), place: 'node:a', prng, dns: { host: 'dns', port: 53 } });
      const worker: QueueWorker = {
        redis: redisOf({}),
        timings,
        jobMs,
        gate: { capacity: concurrency },
        held: new Map(),
        stopping: false,
        unixMs: () => queue.nowMs,
        work(payload) {
          const { requestId: id } = JSON.parse(payload) as { requestId: string };
          const times = own.done.filter((one) => one.id === id).length;
          own.done.push({ id, atMs: queue.nowMs });
          return fails(times) ? 'the push service said no' : undefined;
        },
        spawn: (program) => run(w, program, () => undefined),
      };
      run(w, redialBackground(worker.redis), () => undefined);
      startWorker(worker);
      return {
        kill: () => void (w.alive = false),
        stop: (ended) =>
          run(w, shutdown(worker), (left) => {
            w.alive = false;
            ended(left);
          }),
      };
    },
  };
  return own;
}

/** The way to Redis: at once, or refused. */
function redisFor(own: QueueWorld): ModelNetwork {
  const refused = { ok: false, saw: 'refused' };
  type Done = (reply: unknown) => void;
  const network = {
    datagram: (_from: unknown, _host: unknown, _port: unknown, _message: unknown, _ms: unknown, done: Done) =>
      done({ ok: true, value: { ok: true, addresses: ['redis'], ttlMs: 5_000 } }),
    dial: (_from: unknown, _host: unknown, port: number, _ms: unknown, done: Done) =>
      done(own.redisUp ? { ok: true, connection: new ModelConnection('node:a', POD, port, 'tcp') } : refused),
    exchange(connection: ModelConnection, message: RedisCommand, _ms: unknown, done: Done) {
      if (!own.redisUp) {
        connection.alive = false;
        return done({ ok: false, saw: 'reset' });
      }
      if (['hello', 'introduce'].includes(message.op)) return done({ ok: true, value: 'OK' });
      const command = message as QueueCommand;
      own.heard.push({ command, atMs: own.queue.nowMs });
      done({ ok: true, value: own.store.execute(command) });
    },
    close: () => undefined,
  };
  return network as unknown as ModelNetwork;
}
