/** What stands at the two ends of a modelled connection. */
import type { Place } from '../../../topology/schema.ts';
import type { Connection, Failure, Protocol } from '../../behaviour/effects.ts';
import type { PodId } from '../contract.ts';

/** A program that listens: what it does with a message, and when it answers. */
export interface Server {
  /** Round trips after TCP's own until a message can be sent (TLS, log-in). */
  readonly handshakeTrips: number;
  handle(connection: ModelConnection, message: unknown, reply: (value: unknown) => void): void;
  closed?(connection: ModelConnection): void;
}
export interface ModelPod {
  readonly id: PodId;
  readonly place: Place;
  /** undefined: the sandbox stands, nothing listens. */
  server: Server | undefined;
  ports: readonly number[];
  paused: boolean;
  readonly inbox: (() => void)[];
}
export class ModelConnection implements Connection {
  alive = true;
  speaks: Protocol = 'http';
  trips = 0;
  readonly from: Place;
  readonly to: ModelPod;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  readonly pending = new Set<(failure: Failure) => void>();
  /** State that the server keeps for this connection. */
  session: unknown;
  constructor(from: Place, to: ModelPod, port: number, protocol: 'tcp' | 'udp') {
    this.from = from;
    this.to = to;
    this.port = port;
    this.protocol = protocol;
  }
  get peer(): string {
    return this.to.id;
  }
}
