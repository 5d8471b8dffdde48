/** The worker in the model: the same behaviours as `parts/worker`, driven in virtual time. */
import { startWorker, shutdown, type QueueWorker } from '../../../behaviour/queue-worker.ts';
import { queueTimings } from '../../../behaviour/queue.ts';
import { redialBackground } from '../../../behaviour/redis-client.ts';
import { redisOf, workOf } from '../../../behaviour/tasks-http.ts';
import { run } from '../driver.ts';
import type { ModelProgram } from './program.ts';

export const worker: ModelProgram = ({ world, settings, record, shortenedMs }) => {
  const redis = redisOf(settings);
  const own: QueueWorker = {
    redis,
    ...workOf(settings),
    timings: queueTimings(settings, shortenedMs),
    held: new Map(),
    stopping: false,
    unixMs: () => world.queue.nowMs,
    work(payload) {
      const { requestId } = JSON.parse(payload) as { requestId: string };
      record.jobs.set(requestId, (record.jobs.get(requestId) ?? 0) + 1);
      return undefined;
    },
    spawn: (program) => run(world, program, () => undefined),
  };
  run(world, redialBackground(redis), () => undefined);
  startWorker(own);
  return {
    handshakeTrips: 0,
    handle: () => undefined,
    stop: (done) => run(world, shutdown(own), () => done()),
  };
};
