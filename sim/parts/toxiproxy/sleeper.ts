/**
 * The thread behind `deadlines.ts`. It sleeps in `Atomics.wait`, which (unlike `setTimeout`) has sub-millisecond
 * resolution and costs no CPU, and rings the main thread shortly before the deadline it finds in shared memory.
 */
import { parentPort, workerData } from 'node:worker_threads';

const { memory, leadMs } = workerData as { readonly memory: SharedArrayBuffer; readonly leadMs: number };
const armings = new Int32Array(memory, 0, 1);
const deadlineMs = new Float64Array(memory, 8, 1);

/** The process-wide monotonic clock; `performance.now()` counts from each thread's own origin. */
const nowMs = (): number => {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
};

for (;;) {
  const arming = Atomics.load(armings, 0);
  if (arming < 0) break; // closed
  const waitMs = (deadlineMs[0] ?? Infinity) - nowMs() - leadMs;
  if (waitMs > 0) {
    Atomics.wait(armings, 0, arming, waitMs);
    continue; // armed anew, or time has come: look again
  }
  parentPort?.postMessage(0);
  Atomics.wait(armings, 0, arming); // nothing to do before the next arming
}
