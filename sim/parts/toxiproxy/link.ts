import { performance } from 'node:perf_hooks';
import type { Socket } from 'node:net';
import type { Deadlines } from './deadlines.ts';
import { Stub, type Receiver } from './stub.ts';
import type { Chunk, Direction, End, Toxic } from './toxics/toxic.ts';

/** Toxics see chunks of at most this size, as from Go's `io.Copy`; Node reads up to 64 KiB at a time. */
const CHUNK_BYTES_MAX = 32 * 1024;

export interface LinkSetup {
  readonly direction: Direction;
  readonly ordinal: number;
  readonly source: Socket;
  readonly dest: Socket;
  readonly toxics: readonly Toxic[];
  readonly deadlines: Deadlines;
  /** Called once the end has come through the chain (a second time if an RST follows a FIN). */
  readonly onEnd: (how: End) => void;
}

/**
 * One direction of one connection:
 *
 *   source socket ─▶ stub (toxic 1) ─▶ stub (toxic 2) ─▶ … ─▶ destination socket
 *
 * With no toxic, bytes go straight from socket to socket. New toxics are appended; editing the chain interrupts the
 * toxic concerned and the one before it, which lets go what they have in hand (toxiproxy 2.12 link.go).
 */
export class Link implements Receiver {
  readonly #setup: LinkSetup;
  readonly #stubs: Stub[] = [];
  #head: Receiver = this;
  #fresh = true;
  #paused = false;
  #over = false;

  constructor(setup: LinkSetup) {
    this.#setup = setup;
    for (const toxic of setup.toxics) this.#append(toxic);
    for (const stub of this.#stubs) stub.run();
  }

  /** Bytes from the source. */
  receive(data: Buffer): void {
    const { source, dest } = this.#setup;
    if (this.#head === this) {
      this.#fresh = false;
      if (!dest.destroyed && !dest.write(data)) this.#pause(source);
      return;
    }
    const atMs = performance.now();
    for (let start = 0; start < data.length; start += CHUNK_BYTES_MAX) {
      this.#head.push({ data: data.subarray(start, start + CHUNK_BYTES_MAX), atMs });
    }
    this.#fresh = false;
    if (this.#pressed()) this.#pause(source);
  }

  /** Some of its bytes have not passed every toxic. */
  get holds(): boolean {
    return this.#paused || this.#stubs.some((stub) => stub.holds);
  }

  /** The source has ended. */
  sourceEnded(how: End): void {
    this.#head.end(how);
  }

  /** The outlet: what comes here has passed every toxic. */
  push(chunk: Chunk): void {
    const { dest } = this.#setup;
    if (!this.#over && !dest.destroyed && chunk.data.length > 0) dest.write(chunk.data);
  }

  end(how: End): void {
    if (this.#over && how !== 'reset') return;
    this.#over = true;
    this.#setup.onEnd(how);
  }

  /** Reads on if room has come: the destination has drained, or a toxic has let something go. */
  readonly relieve = (): void => {
    if (!this.#paused || this.#pressed()) return;
    this.#paused = false;
    this.#setup.source.resume();
  };

  addToxic(toxic: Toxic): void {
    const last = this.#stubs.at(-1);
    const interrupted = last ? interruptForNeighbour(last) : true;
    const stub = this.#append(toxic);
    if (this.#over || last?.closed) stub.kill();
    stub.run();
    if (interrupted) last?.run();
  }

  /** A changed toxic starts anew, with a new draw of its toxicity. */
  updateToxic(toxic: Toxic): void {
    const stub = this.#stubs.find((candidate) => candidate.toxic === toxic);
    if (stub && interruptForNeighbour(stub)) stub.run();
    this.relieve();
  }

  removeToxic(toxic: Toxic): void {
    const index = this.#stubs.findIndex((candidate) => candidate.toxic === toxic);
    const stub = this.#stubs[index];
    if (!stub?.interrupt()) return; // it has closed, or will (reset_peer)
    toxic.definition.cleanup?.(stub);
    if (stub.closed) return;
    const before = this.#stubs[index - 1];
    const interrupted = before ? interruptForNeighbour(before) : false;
    stub.flush();
    this.#stubs.splice(index, 1);
    this.#connect();
    if (interrupted) before?.run();
    this.relieve();
  }

  /** Both sockets are gone. */
  kill(): void {
    this.#over = true;
    for (const stub of this.#stubs) stub.kill();
  }

  #append(toxic: Toxic): Stub {
    const { direction, ordinal, deadlines } = this.#setup;
    const stub = new Stub(toxic, { direction, ordinal, fresh: this.#fresh }, this, deadlines, this.relieve);
    this.#stubs.push(stub);
    this.#connect();
    return stub;
  }

  #connect(): void {
    this.#head = this.#stubs[0] ?? this;
    this.#stubs.forEach((stub, index) => (stub.next = this.#stubs[index + 1] ?? this));
  }

  #pause(source: Socket): void {
    this.#paused = true;
    source.pause();
  }

  #pressed(): boolean {
    return this.#setup.dest.writableNeedDrain || this.#stubs.some((stub) => stub.full);
  }
}

/** Steady toxics (ours) run on through edits around them. */
const interruptForNeighbour = (stub: Stub): boolean => !stub.toxic.definition.steady && stub.interrupt();
