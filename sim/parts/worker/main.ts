/** The worker's program: takes jobs from asynq's queue and notes each one it did. What it decides is in `behaviour/queue.ts`. */
import { openSync, writeSync } from 'node:fs';
import { timer } from '../../../topology/timers.ts';
import { workerLoop } from '../../behaviour/queue.ts';
import { redialBackground } from '../../behaviour/redis-client.ts';
import { redisOf } from '../../behaviour/tasks-http.ts';
import { createPrng } from '../../prng.ts';
import { alarm } from '../alarm.ts';
import { Ballast } from '../ballast.ts';
import type { WorkerConfig } from '../config.ts';
import { makeWorld, run } from '../driver.ts';
import { log, startPart } from '../part.ts';
import { redisDialer } from '../redis.ts';

/** asynq's ShutdownTimeout: what is not done by then stays with its lease. */
const SHUTDOWN_MS = 8_000;

await startPart<WorkerConfig>(async (config) => {
  const redis = redisOf({ redisHost: config.redis.host, ...config.settings, redisPort: config.redis.port });
  const world = makeWorld({ dns: config.dns, prng: createPrng(config.seed), dialers: { redis: redisDialer() } });
  const record = openSync(config.recordFile, 'a');
  // One write a job: it is in the kernel's hands before the job is acknowledged, so a killed worker loses no line.
  const note = (payload: string): void => {
    const { requestId } = JSON.parse(payload) as { requestId: string };
    writeSync(record, `${JSON.stringify({ requestId, atMs: Date.now() })}\n`);
  };
  const ballast = new Ballast();
  let stopping = false;
  void run(redialBackground(redis), world);
  const loop = run(
    workerLoop(
      redis,
      timer('queue.poll').ms,
      () => Date.now() / 1_000,
      note,
      () => stopping,
    ),
    world,
  );
  return {
    message: (message) => ballast.obey(message),
    async stop() {
      stopping = true;
      const late = Promise.withResolvers<void>();
      alarm(SHUTDOWN_MS, () => {
        log('shutdown timed out, what is under way is left to its lease');
        late.resolve();
      });
      await Promise.race([loop, late.promise]);
    },
  };
});
