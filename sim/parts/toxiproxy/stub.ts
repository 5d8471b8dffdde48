import { performance } from 'node:perf_hooks';
import type { Deadline, Deadlines } from './deadlines.ts';
import { passThrough } from './toxics/noop.ts';
import type { Chunk, End, Lane, Pipe, Toxic } from './toxics/toxic.ts';

/** What takes chunks in order and at last one end: a stub, or the socket behind the last one. */
export interface Receiver {
  push(chunk: Chunk): void;
  end(how: End): void;
}

/**
 * One toxic on one direction of one connection: gives its pipe one chunk at a time, in order, and the time to hold it.
 * A chunk that comes while the pipe is busy waits here.
 */
export class Stub implements Receiver {
  readonly toxic: Toxic;
  /** The next stub, or the outlet; set by the link. */
  next: Receiver;
  /** No chunk is handed over while this is set; `wait` sets it and clears it. */
  busy = false;
  /** Set once the end was passed on; whatever comes later is dropped. */
  closed = false;
  /** When the source ended, on the scale of `performance.now()`. */
  endedAtMs = 0;
  readonly #deadlines: Deadlines;
  readonly #state: unknown;
  readonly #onRoom: () => void;
  readonly #waiting: Chunk[] = [];
  #pipe: Pipe = passThrough(this);
  #ended: End | undefined;
  #timer: Deadline | undefined;

  constructor(toxic: Toxic, lane: Lane, next: Receiver, deadlines: Deadlines, onRoom: () => void) {
    this.toxic = toxic;
    this.next = next;
    this.#deadlines = deadlines;
    this.#onRoom = onRoom;
    this.#state = toxic.definition.newState?.(toxic.attributes, lane);
  }

  /** More waits here than the toxic may hold: the source should be read no further. */
  get full(): boolean {
    return this.#waiting.length > (this.toxic.definition.bufferChunks ?? 1);
  }

  /** Something waits here. */
  get holds(): boolean {
    return this.#waiting.length > 0;
  }

  /** Starts a new run of the toxic, or of nothing if the draw of its toxicity spares this connection. */
  run(): void {
    if (this.closed) return;
    const { definition, attributes, toxicity } = this.toxic;
    const affected = Math.random() < toxicity;
    this.#pipe = affected ? definition.pipe(this, attributes, this.#state) : passThrough(this);
    this.#pipe.start?.();
    this.#drain();
  }

  /** Ends the run, so that another may follow. False if there is none to end: closed, or it cannot be interrupted. */
  interrupt(): boolean {
    if (this.closed || this.#pipe.interrupt?.() === false) return false;
    this.#disarm();
    this.busy = false;
    this.#pipe = passThrough(this); // a stub on its way out gets what the one before it lets go: nothing may start to wait here
    return true;
  }

  push(chunk: Chunk): void {
    if (this.closed) return;
    if (this.busy || this.#waiting.length > 0) this.#waiting.push(chunk);
    else this.#pipe.chunk(chunk);
  }

  end(how: End): void {
    if (this.closed) {
      if (how === 'reset') this.next.end(how); // an RST may follow a FIN
      return;
    }
    this.endedAtMs = performance.now();
    this.#ended = how;
    this.#drain();
  }

  /** For pipes: hands a chunk to the next toxic. */
  emit(chunk: Chunk): void {
    this.next.push(chunk);
  }

  /** For pipes: passes the source's own end on. */
  passEnd(): void {
    this.close(this.#ended ?? 'close');
  }

  /** For pipes: ends this direction now; what still waits here is lost. */
  close(how: End): void {
    if (this.closed) return;
    this.closed = true;
    this.#waiting.length = 0;
    this.#disarm();
    this.next.end(how);
  }

  /** For pipes: busy until `atMs`, then `then`, then the next chunk. An instant already past is now. */
  wait(atMs: number, then: () => void): void {
    this.busy = true;
    this.alarm(atMs, () => {
      this.busy = false;
      then();
      this.#drain();
      this.#onRoom();
    });
  }

  /** For pipes: runs `then` at `atMs` while chunks go on coming; replaces the alarm or wait before it. */
  alarm(atMs: number, then: () => void): void {
    this.#disarm();
    this.#timer = this.#deadlines.at(atMs, then);
  }

  /** Lets everything that waits pass untouched, the end included: the toxic is being removed. */
  flush(): void {
    for (const chunk of this.#waiting.splice(0)) this.emit(chunk);
    if (this.#ended) this.passEnd();
  }

  /** Drops everything: the connection is gone. */
  kill(): void {
    this.closed = true;
    this.#waiting.length = 0;
    this.#disarm();
  }

  #drain(): void {
    while (!this.closed && !this.busy) {
      const chunk = this.#waiting.shift();
      if (chunk) this.#pipe.chunk(chunk);
      else if (this.#ended) return this.#pipe.end();
      else return;
    }
  }

  #disarm(): void {
    if (this.#timer) this.#deadlines.cancel(this.#timer);
    this.#timer = undefined;
  }
}
