/**
 * The precise timer of the links: callbacks that never run early, and as little late as a user-space program can.
 *
 *   at() ─▶ heap of deadlines ─▶ shared memory ─▶ sleeper thread (Atomics.wait) ─▶ message ─▶ spin ≤ 0.2 ms ─▶ run
 *
 * `setTimeout` is not used because libuv keeps whole milliseconds: it fires up to 0.75 ms early, so a delay of 1 ms can
 * nearly vanish. When nothing is due both threads sleep.
 */
import { Worker } from 'node:worker_threads';
import { performance } from 'node:perf_hooks';
import { siblingUrl } from '../sibling-url.ts';

/**
 * A deadline this near is spun for, and the sleeper rings this much ahead: about what its message needs to reach the main
 * thread, so that the spin is short. Measured on two shared cores, 0.2 ms: error p50 0.05–0.15 ms, p99 0.3–1.5 ms.
 */
const NEAR_MS = 0.2;

/** A callback waiting for its instant; give it to `cancel` to take it back. */
export interface Deadline {
  readonly atMs: number;
  readonly sequence: number;
  readonly run: () => void;
  /** Place in the heap, -1 once run or cancelled. */
  index: number;
}

export class Deadlines {
  readonly #heap: Deadline[] = [];
  readonly #memory = new SharedArrayBuffer(16);
  readonly #armings = new Int32Array(this.#memory, 0, 1);
  readonly #shared = new Float64Array(this.#memory, 8, 1);
  readonly #sleeper: Worker;
  readonly #offsetMs: number;
  #sequence = 0;
  #armedMs = Infinity;
  #firing = false;
  #soon = false;

  constructor() {
    const [seconds, nanoseconds] = process.hrtime();
    this.#offsetMs = seconds * 1e3 + nanoseconds / 1e6 - performance.now();
    this.#shared[0] = Infinity;
    this.#sleeper = new Worker(siblingUrl(import.meta.url, 'sleeper'), {
      workerData: { memory: this.#memory, leadMs: NEAR_MS },
    });
    this.#sleeper.on('message', () => this.#fire());
    this.#sleeper.unref();
  }

  /**
   * Runs `run` once, at or after `atMs` on the scale of `performance.now()`, never before; equal instants run in the
   * order they were asked for. An instant already past runs with the next message, not inside this call.
   */
  at(atMs: number, run: () => void): Deadline {
    const deadline: Deadline = { atMs, sequence: this.#sequence++, run, index: this.#heap.length };
    this.#heap.push(deadline);
    this.#up(deadline);
    if (deadline.index === 0 && !this.#firing) this.#arm();
    return deadline;
  }

  /** Takes a deadline back; one that has run or was cancelled is left alone. */
  cancel(deadline: Deadline): void {
    const { index } = deadline;
    if (index < 0) return;
    deadline.index = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === deadline) return;
    this.#place(last, index);
    this.#up(last);
    this.#down(last);
  }

  async close(): Promise<void> {
    this.#heap.length = 0;
    Atomics.store(this.#armings, 0, -1);
    Atomics.notify(this.#armings, 0);
    await this.#sleeper.terminate();
  }

  #fire(): void {
    this.#armedMs = Infinity; // the sleeper rests until it is armed again
    this.#soon = false;
    this.#firing = true;
    for (let top = this.#heap[0]; top; top = this.#heap[0]) {
      let now = performance.now();
      if (top.atMs - now > NEAR_MS) break;
      while (now < top.atMs) now = performance.now();
      this.cancel(top);
      top.run();
    }
    this.#firing = false;
    this.#arm();
  }

  #arm(): void {
    const top = this.#heap[0];
    // An arming that turns out too early costs one idle message; only an earlier deadline must reach the sleeper.
    if (top === undefined || top.atMs >= this.#armedMs || this.#soon) return;
    if (top.atMs - performance.now() <= NEAR_MS) {
      this.#soon = true; // a message would come too late; other sockets still get their turn first
      setImmediate(() => this.#fire());
      return;
    }
    this.#armedMs = top.atMs;
    this.#shared[0] = top.atMs + this.#offsetMs;
    Atomics.store(this.#armings, 0, (Atomics.load(this.#armings, 0) + 1) & 0x3fffffff);
    Atomics.notify(this.#armings, 0);
  }

  #place(deadline: Deadline, index: number): void {
    this.#heap[index] = deadline;
    deadline.index = index;
  }

  #up(deadline: Deadline): void {
    for (let index = deadline.index; index > 0;) {
      const parentIndex = (index - 1) >> 1;
      const parent = this.#heap[parentIndex];
      if (parent === undefined || !before(deadline, parent)) return;
      this.#place(parent, index);
      this.#place(deadline, parentIndex);
      index = parentIndex;
    }
  }

  #down(deadline: Deadline): void {
    for (;;) {
      const { index } = deadline;
      const left = this.#heap[2 * index + 1];
      const right = this.#heap[2 * index + 2];
      const child = right && left && before(right, left) ? right : left;
      if (child === undefined || !before(child, deadline)) return;
      const childIndex = child.index;
      this.#place(child, index);
      this.#place(deadline, childIndex);
    }
  }
}

/** Earliest first; ties keep the order they were asked for in. */
const before = (a: Deadline, b: Deadline): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.sequence < b.sequence);
