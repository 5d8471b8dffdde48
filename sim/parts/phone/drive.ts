/** An open-loop drive: each request starts at its own instant, whatever became of the ones before it. */
import type { DriveReport, Outcome, PlannedRequest } from '../../runtimes/contract.ts';
import { alarm } from '../alarm.ts';

/** More than this under way at once are not started but counted as dropped: a bound on this process, not a pace. */
export const MAX_UNDER_WAY = 4_096;

export type Send = (request: PlannedRequest, dueMs: number) => Promise<Outcome>;
export interface Listener {
  /** At the drive's zero instant. */
  started(): void;
  outcome(outcome: Outcome): void;
  done(report: DriveReport): void;
}

export class Drive {
  readonly #send: Send;
  readonly #listener: Listener;
  readonly #queue: PlannedRequest[] = [];
  #next = 0;
  #zeroMs: number | undefined;
  #cancel: (() => void) | undefined;
  #ended = false;
  #over = false;
  #underWay = 0;
  #sent = 0;
  #dropped = 0;
  readonly #lagsMs: number[] = [];

  constructor(send: Send, listener: Listener) {
    this.#send = send;
    this.#listener = listener;
  }

  begin(startInMs: number): void {
    this.#zeroMs = performance.now() + startInMs;
    alarm(startInMs, () => {
      this.#listener.started();
      this.#arm();
    });
  }

  /** Requests to come, in any order. */
  plan(requests: readonly PlannedRequest[]): void {
    const toCome = [...this.#queue.splice(this.#next), ...requests].toSorted((a, b) => a.atMs - b.atMs);
    for (const request of toCome) this.#queue.push(request);
    this.#arm();
  }

  /** No more will be planned. */
  end(): void {
    this.#ended = true;
    this.#finishIfOver();
  }

  /** What has not started yet never will. */
  stop(): void {
    this.#cancel?.();
    this.#queue.length = this.#next;
    this.end();
  }

  #arm(): void {
    this.#cancel?.();
    const request = this.#queue[this.#next];
    if (request === undefined) return this.#finishIfOver();
    if (this.#zeroMs === undefined) return;
    this.#cancel = alarm(this.#zeroMs + request.atMs - performance.now(), () => this.#startDue());
  }

  #startDue(): void {
    const zeroMs = this.#zeroMs ?? 0;
    for (let request = this.#queue[this.#next]; request !== undefined; request = this.#queue[this.#next]) {
      const lagMs = performance.now() - (zeroMs + request.atMs);
      if (lagMs < 0) break;
      this.#next++;
      this.#lagsMs.push(lagMs);
      void this.#start(request, zeroMs + request.atMs);
    }
    this.#arm();
  }

  async #start(request: PlannedRequest, dueMs: number): Promise<void> {
    if (this.#underWay >= MAX_UNDER_WAY) {
      this.#dropped++;
      return;
    }
    this.#sent++;
    this.#underWay++;
    const outcome = await this.#send(request, dueMs);
    this.#underWay--;
    this.#listener.outcome(outcome);
    this.#finishIfOver();
  }

  #finishIfOver(): void {
    if (this.#over || !this.#ended || this.#underWay > 0 || this.#next < this.#queue.length) return;
    this.#over = true;
    const lags = this.#lagsMs.toSorted((a, b) => a - b);
    const lagP99Ms = lags[Math.ceil(lags.length * 0.99) - 1] ?? 0;
    this.#listener.done({ scheduled: this.#sent + this.#dropped, sent: this.#sent, dropped: this.#dropped, lagP99Ms });
  }
}
