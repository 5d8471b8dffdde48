/** What stands at the two ends of a modelled connection. */
import type { Place } from '../../../topology/schema.ts';
import type { Connection, Failure, Protocol } from '../../behaviour/effects.ts';
import type { PodId } from '../contract.ts';

/** A SYN without an answer is repeated after this long, then at twice the interval each time (RFC 6298; Linux TCP_TIMEOUT_INIT). */
export const SYN_REPEAT_MS = 1_000;
/** Connects that nobody answers end with the kernel's own limit, tcp_syn_retries 6. */
export const KERNEL_CONNECT_MS = 130_000;

/** How long a dial may take; with `handshakeMs` apart for what comes after TCP. */
export interface DialLimits {
  readonly timeoutMs: number;
  readonly handshakeMs?: number;
  /** It is done when TCP stands, whatever the server wants after that. */
  readonly tcpOnly?: true;
}
/** A program that listens: what it does with a message, and when it answers. */
export interface Server {
  /** Round trips after TCP's own until a message can be sent (TLS, log-in). */
  readonly handshakeTrips: number;
  handle(connection: ModelConnection, message: unknown, reply: (value: unknown) => void): void;
  opened?(connection: ModelConnection): void;
  closed?(connection: ModelConnection): void;
  /** Asked before it listens; called back with why it will not serve, or with nothing when it will. */
  gate?(done: (refused: string | undefined) => void): void;
  /** Puts what it is told in force, as `sim/parts/config.ts` describes. */
  table?(table: unknown): void;
  /** Asked when a log-in is done: calls back when the client is let in. Absent: at once. */
  admit?(done: () => void): void;
  /** Ends every session; who logs in next waits for so long. Undefined: it is awake. */
  suspend?(wakeMs: number | undefined): void;
  /** SIGTERM: it listens no more, finishes what is under way and calls `done`. Without this it ends at once. */
  stop?(done: () => void): void;
}
export interface ModelPod {
  readonly id: PodId;
  readonly place: Place;
  /** It listens on its place's own address and has none of its own. */
  readonly onHost: boolean;
  /** undefined: the sandbox stands, nothing listens. */
  server: Server | undefined;
  /** False while nothing listens: no program, or one that drains. */
  listens: boolean;
  ports: readonly number[];
  paused: boolean;
  readonly inbox: (() => void)[];
}
export class ModelConnection implements Connection {
  alive = true;
  speaks: Protocol = 'http';
  trips = 0;
  /** Its server has closed it; the client may not know yet. */
  ended = false;
  /** Routes have moved: what its client sends from now on arrives at a place that knows nothing of it. */
  strayed = false;
  readonly from: Place;
  readonly to: ModelPod;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  /** The host that was dialled. */
  readonly dialled: string;
  readonly pending = new Set<(failure: Failure) => void>();
  /** State that the server keeps for this connection. */
  session: unknown;
  private readonly acceptedBy: Server | undefined;
  constructor(from: Place, to: ModelPod, port: number, protocol: 'tcp' | 'udp', dialled = '') {
    this.dialled = dialled;
    this.from = from;
    this.to = to;
    this.port = port;
    this.protocol = protocol;
    this.acceptedBy = to.server;
  }
  /** The program that accepted it; undefined once that has ended, whatever runs in its pod since. */
  get server(): Server | undefined {
    return this.to.server === this.acceptedBy ? this.acceptedBy : undefined;
  }
  get peer(): string {
    return this.to.id;
  }
}
