/** When a dial is given up: a limit for TCP, and one of its own for what comes after it where the dialler has one. */
import { KERNEL_CONNECT_MS, type DialLimits } from './connection.ts';
import type { EventQueue, Scheduled } from './event-queue.ts';

export class DialLimit {
  /** True once it was given up, or has ended. */
  isOver = false;
  readonly tcpOnly: boolean;
  private accepted = false;
  private due: Scheduled;
  private readonly queue: EventQueue;
  private readonly limits: DialLimits;
  private readonly giveUp: (saw: 'connect-silent' | 'reply-silent') => void;
  constructor(queue: EventQueue, limits: DialLimits, giveUp: (saw: 'connect-silent' | 'reply-silent') => void) {
    this.queue = queue;
    this.limits = limits;
    this.giveUp = giveUp;
    this.tcpOnly = limits.tcpOnly === true;
    this.due = this.after(Math.min(limits.timeoutMs, KERNEL_CONNECT_MS));
  }
  /** TCP stands, and the dialler hears of it `oneWayMs` later. */
  accept(oneWayMs: number): void {
    this.accepted = true;
    if (this.limits.handshakeMs === undefined) return;
    this.due.cancel();
    this.due = this.after(oneWayMs + this.limits.handshakeMs);
  }
  end(): void {
    this.isOver = true;
    this.due.cancel();
  }
  private after(ms: number): Scheduled {
    return this.queue.after(ms, () => {
      this.isOver = true;
      this.giveUp(this.accepted ? 'reply-silent' : 'connect-silent');
    });
  }
}
