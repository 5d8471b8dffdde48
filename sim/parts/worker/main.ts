/** The worker's program: takes jobs from asynq's queue and notes each one it did. What it decides is in `behaviour/queue-worker.ts`. */
import { openSync, writeSync } from 'node:fs';
import { shutdown, startWorker, type QueueWorker } from '../../behaviour/queue-worker.ts';
import { redialBackground } from '../../behaviour/redis-client.ts';
import { redisOf, workOf } from '../../behaviour/tasks-http.ts';
import { createPrng } from '../../prng.ts';
import { Ballast } from '../ballast.ts';
import type { WorkerConfig } from '../config.ts';
import { makeWorld, run } from '../driver.ts';
import { log, startPart } from '../part.ts';
import { redisDialer } from '../redis.ts';

await startPart<WorkerConfig>(async (config) => {
  const redis = redisOf({ redisHost: config.redis.host, ...config.settings, redisPort: config.redis.port });
  const world = makeWorld({ dns: config.dns, prng: createPrng(config.seed), dialers: { redis: redisDialer() } });
  const record = openSync(config.recordFile, 'a');
  const worker: QueueWorker = {
    redis,
    ...workOf(config.settings),
    timings: config.timings,
    held: new Map(),
    stopping: false,
    unixMs: () => Date.now(),
    // One write a job: it is in the kernel's hands before the job is acknowledged, so a killed worker loses no line.
    work(payload) {
      const { requestId } = JSON.parse(payload) as { requestId: string };
      writeSync(record, `${JSON.stringify({ requestId, atMs: Date.now() })}\n`);
      return undefined;
    },
    spawn: (program) => void run(program, world),
  };
  const ballast = new Ballast();
  void run(redialBackground(redis), world);
  startWorker(worker);
  return {
    message: (message) => ballast.obey(message),
    async stop() {
      const left = await run(shutdown(worker), world);
      if (left.length > 0) log(`shutdown timed out, given back: ${left.join(', ')}`);
    },
  };
});
