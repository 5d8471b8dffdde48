import { connect, type Socket } from 'node:net';
import type { Failure } from '../behaviour/effects.ts';
import { CONNECT_SILENT, END_OF_FILE, failureOf, REPLY_SILENT, type DialTarget } from './connection.ts';
import { pending, type Limits } from './pending.ts';

/** SYN and SYN-ACK, before the first byte can be sent. */
export const TCP_TRIPS = 1;

/** A TCP connection, without Nagle's delay, or why there is none. */
export function dialTcp({ host, port }: DialTarget, limits: Limits): Promise<{ ok: true; socket: Socket } | Failure> {
  const socket = connect({ host, port, noDelay: true });
  const result = pending<{ ok: true; socket: Socket } | Failure>(limits, CONNECT_SILENT, () => socket.destroy());
  socket.once('connect', () => result.settle({ ok: true, socket }));
  socket.on('error', (error) => result.settle(failureOf(error)));
  return result.promise;
}

/** Watches a socket's end, so that its owner can say whether it lives, and how it died. */
export class Lifeline {
  alive = true;
  /** How it ended, once it has: a clean end unless an error was seen. */
  end: Failure = END_OF_FILE;
  onEnd: (failure: Failure) => void = () => {};

  constructor(socket: Pick<Socket, 'on'>) {
    socket.on('error', (error) => {
      const failure = failureOf(error);
      // The kernel gave up repeating what was never acknowledged.
      this.end = failure.saw === 'connect-silent' ? REPLY_SILENT : failure;
      this.alive = false;
    });
    socket.on('end', () => this.#ended());
    socket.on('close', () => this.#ended());
  }

  #ended(): void {
    this.alive = false;
    this.onEnd(this.end);
  }
}
