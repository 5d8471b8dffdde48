/**
 * Virtual time: callbacks in the order of their instants, ties in the order they were scheduled. Promises meet it in one
 * place, `play`: all callbacks of an instant run, then promises drain, then time moves on.
 */
export interface Scheduled {
  /** Takes it back. */
  cancel(): void;
}
class Event implements Scheduled {
  readonly atMs: number;
  readonly sequence: number;
  /** Undefined once taken back: what it would have needed is let go at once, not when its instant comes. */
  run: (() => void) | undefined;
  constructor(atMs: number, sequence: number, run: () => void) {
    this.atMs = atMs;
    this.sequence = sequence;
    this.run = run;
  }
  cancel(): void {
    this.run = undefined;
  }
}

/** Earliest first; ties keep the order in which they were scheduled, so that one seed gives one history. */
const before = (a: Event, b: Event): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.sequence < b.sequence);

/** Fewer events than this are never looked through for those that were taken back. */
const FEW = 1_024;

export class EventQueue {
  nowMs = 0;
  private sequence = 0;
  private heap: Event[] = [];
  private sweepAt = FEW;

  /** Runs `run` in `delayMs` of virtual time, unless it is taken back before. */
  after(delayMs: number, run: () => void): Scheduled {
    const event = new Event(this.nowMs + Math.max(0, delayMs), this.sequence++, run);
    if (this.heap.length >= this.sweepAt) this.sweep();
    this.heap.push(event);
    this.up(this.heap.length - 1);
    return event;
  }
  /**
   * Lets go of what was taken back: most events are time-outs of a minute whose answer came within one second. Sorted by
   * instant an array is a heap.
   */
  private sweep(): void {
    this.heap = this.heap
      .filter((event) => event.run !== undefined)
      .toSorted((a, b) => a.atMs - b.atMs || a.sequence - b.sequence);
    this.sweepAt = Math.max(FEW, this.heap.length * 2);
  }

  /** Runs all callbacks of the next instant; false when there is none. */
  turn(): boolean {
    let first = this.pop();
    while (first !== undefined && first.run === undefined) first = this.pop();
    if (first?.run === undefined) return false;
    this.nowMs = first.atMs;
    first.run();
    for (let next = this.heap[0]; next !== undefined && next.atMs === this.nowMs; next = this.heap[0]) {
      this.pop();
      next.run?.();
    }
    return true;
  }

  /** Turns the queue until `whole` settles. An empty queue with an unsettled promise is our bug: real I/O was awaited. */
  async play<T>(whole: Promise<T>): Promise<T> {
    const state = { settled: false };
    const seen = whole.then(
      () => (state.settled = true),
      () => (state.settled = true),
    );
    await breath();
    for (let turns = 1; !state.settled; turns++) {
      if (!this.turn())
        throw new Error(`virtual time stands still at ${this.nowMs} ms: something awaits what no event will bring`);
      await (turns % TURNS_A_BREATH === 0 ? breath() : drained());
    }
    await seen;
    return whole;
  }

  private up(from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 2;
      if (!this.swapIfBefore(index, parent)) return;
      index = parent;
    }
  }
  private swapIfBefore(child: number, parent: number): boolean {
    const [a, b] = [this.heap[child], this.heap[parent]];
    if (a === undefined || b === undefined || !before(a, b)) return false;
    this.heap[child] = b;
    this.heap[parent] = a;
    return true;
  }
  private pop(): Event | undefined {
    const top = this.heap[0];
    const last = this.heap.pop();
    if (top === undefined || last === undefined || this.heap.length === 0) return top;
    this.heap[0] = last;
    let index = 0;
    for (;;) {
      const first = index * 4 + 1;
      let least = first;
      for (let child = first + 1; child < first + 4 && child < this.heap.length; child++) {
        const [a, b] = [this.heap[child], this.heap[least]];
        if (a !== undefined && b !== undefined && before(a, b)) least = child;
      }
      if (least >= this.heap.length || !this.swapIfBefore(least, index)) return top;
      index = least;
    }
  }
}

/** Ticks come when no promise is left to go on, however deep they nest; a fixed number of awaits does not reach that. */
const drained = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));
/** As `drained`, and the process hears of signals; that costs three times as much. */
const breath = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const TURNS_A_BREATH = 256;

/** A callback that is heard the first time only. */
export function once<T>(done: (value: T) => void): (value: T) => void {
  let over = false;
  return (value) => {
    if (over) return;
    over = true;
    done(value);
  };
}
