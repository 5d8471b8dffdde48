/** What a host that scales to zero does about its database: the first who logs in wakes it, and whoever comes meanwhile waits too. */
import type { EventQueue } from '../event-queue.ts';

export class Compute {
  private wakeMs: number | undefined;
  private waiting: (() => void)[] = [];
  private readonly queue: EventQueue;
  constructor(queue: EventQueue) {
    this.queue = queue;
  }

  /** @param wakeMs  how long it will take to wake, milliseconds; undefined: it is awake */
  sleep(wakeMs: number | undefined): void {
    this.wakeMs = wakeMs;
    if (wakeMs === undefined) this.letIn();
  }
  admit(done: () => void): void {
    if (this.wakeMs === undefined) return done();
    this.waiting.push(done);
    if (this.waiting.length === 1) this.queue.after(this.wakeMs, () => this.sleep(undefined));
  }
  private letIn(): void {
    for (const done of this.waiting.splice(0)) done();
  }
}
