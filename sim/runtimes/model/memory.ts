/** A modelled program's memory: what it starts with, and what it takes and keeps. */
import { Growths, GROWTH_STEP_MS, GROWTH_STEPS, type NumberedGrowth } from '../../behaviour/growth.ts';
import type { EventQueue } from './event-queue.ts';

/** What the reference api holds once it serves, in bytes; measured on the embedded runtime (RSS after 500 requests). */
const AT_START_BYTES = 95 * 1024 * 1024;

export class Memory {
  private heldBytes = AT_START_BYTES;
  private readonly growths = new Growths();
  private readonly queue: EventQueue;
  private readonly limitBytes: number;
  private readonly exceeded: () => void;
  constructor(queue: EventQueue, limitBytes: number | undefined, exceeded: () => void) {
    this.queue = queue;
    this.limitBytes = limitBytes ?? Infinity;
    this.exceeded = exceeded;
  }

  grow(growth: NumberedGrowth): void {
    if (this.growths.set(growth) && growth.bytes !== undefined)
      this.step(growth, growth.bytes / GROWTH_STEPS, GROWTH_STEPS);
  }
  request(): void {
    this.take(this.growths.perRequestBytes);
  }
  private step(growth: NumberedGrowth, bytes: number, left: number): void {
    this.queue.after(GROWTH_STEP_MS, () => {
      if (!this.growths.has(growth) || left === 0) return;
      this.take(bytes);
      this.step(growth, bytes, left - 1);
    });
  }
  private take(bytes: number): void {
    this.heldBytes += bytes;
    if (this.heldBytes > this.limitBytes) this.exceeded();
  }
}
