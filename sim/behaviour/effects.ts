/**
 * What a component asks the world for, as data. A behaviour is a generator: it yields effects and is resumed with what
 * came of them; it holds no I/O, no clock and no promise. Its two drivers are `parts/driver.ts` (sockets) and
 * `runtimes/model/driver.ts` (virtual time), so a decision is written, and tested against its source, once.
 *
 *   behaviour ──yield {do: 'dial', …}──▶ driver ──▶ socket or event queue
 *        ▲                                  │
 *        └────────── Dialled ───────────────┘
 */
import type { Saw } from '../runtimes/contract.ts';

/** An open connection as its owner sees it. `alive` turns false when the other side's end has been noticed. */
export interface Connection {
  readonly alive: boolean;
  /** Who answers at the other end, where the driver knows (a pod's or node's name); evidence only. */
  readonly peer?: string;
  readonly speaks: Protocol;
  /** Round trips made on it so far, those that opened it included; requests over HTTP are not among them. */
  readonly trips: number;
}
/** At most `capacity` at once; the others wait in line. */
export interface Gate {
  readonly capacity: number;
}
/**
 * `garbled`: what came is no answer, or its head broke off. `cut-off`: the head came whole, the body did not.
 * `unacknowledged`: silent, and what was sent never arrived either, as far as the sender's kernel can tell.
 */
export type Failure = {
  readonly ok: false;
  readonly saw: Exclude<Saw, 'answer' | 'sql-error'> | 'end-of-file' | 'garbled' | 'cut-off';
  readonly unacknowledged?: true;
};
/** What is seen from outside, where it does not matter how a connection ended without an answer. */
export const asSaw = (saw: Failure['saw']): Exclude<Saw, 'answer' | 'sql-error'> =>
  saw === 'end-of-file' || saw === 'garbled' || saw === 'cut-off' ? 'reset' : saw;
export type Dialled = { readonly ok: true; readonly connection: Connection } | Failure;
export type Reply<T> = { readonly ok: true; readonly value: T } | Failure;
export type Protocol = 'http' | 'redis' | 'postgres';

/** One DNS question to one server and what came back. `refused`: nobody listens (ICMP port unreachable). */
export type NameReply =
  | { readonly ok: true; readonly addresses: readonly string[]; readonly ttlMs: number }
  | { readonly ok: false; readonly saw: 'no-such-name' | 'servfail' | 'reply-silent' | 'refused' };

export type Effect =
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'now' }
  | { readonly do: 'random' }
  | { readonly do: 'query'; readonly name: string; readonly timeoutMs: number }
  /**
   * Opens a connection, TLS and log-in included where the protocol has them. `timeoutMs` Infinity: the kernel's own limit.
   * With a `serverName` TLS is spoken and the certificate has to hold that name. `handshakeMs` limits what comes after TCP;
   * absent: what `timeoutMs` leaves.
   */
  | {
      readonly do: 'dial';
      readonly protocol: Protocol;
      readonly host: string;
      readonly port: number;
      readonly timeoutMs: number;
      readonly serverName?: string;
      readonly handshakeMs?: number;
    }
  /** One message out, one reply in; `reply-silent` after `timeoutMs`, or after `ackMs` where the message itself is not acknowledged. */
  | {
      readonly do: 'exchange';
      readonly connection: Connection;
      readonly message: unknown;
      readonly timeoutMs: number;
      readonly ackMs?: number;
    }
  | { readonly do: 'close'; readonly connection: Connection }
  | { readonly do: 'enter'; readonly gate: Gate; readonly timeoutMs: number }
  | { readonly do: 'leave'; readonly gate: Gate };

/** A behaviour that ends in an `R`. */
export type Program<R> = Generator<Effect, R, unknown>;

export function* wait(ms: number): Program<void> {
  yield { do: 'wait', ms };
}
export function* now(): Program<number> {
  return (yield { do: 'now' }) as number;
}
/** A number in [0, 1) from the component's own generator. */
export function* random(): Program<number> {
  return (yield { do: 'random' }) as number;
}
export function* query(name: string, timeoutMs: number): Program<NameReply> {
  return (yield { do: 'query', name, timeoutMs }) as NameReply;
}
export function* dial(
  protocol: Protocol,
  host: string,
  port: number,
  timeoutMs: number,
  serverName?: string,
  handshakeMs?: number,
): Program<Dialled> {
  const named = {
    ...(serverName === undefined ? {} : { serverName }),
    ...(handshakeMs === undefined ? {} : { handshakeMs }),
  };
  return (yield { do: 'dial', protocol, host, port, timeoutMs, ...named }) as Dialled;
}
export function* exchange<T>(
  connection: Connection,
  message: unknown,
  timeoutMs: number,
  ackMs?: number,
): Program<Reply<T>> {
  const acknowledged = ackMs === undefined ? {} : { ackMs };
  return (yield { do: 'exchange', connection, message, timeoutMs, ...acknowledged }) as Reply<T>;
}
export function* close(connection: Connection): Program<void> {
  yield { do: 'close', connection };
}
/** True when a place was had in time; `leave` gives it back. */
export function* enter(gate: Gate, timeoutMs: number): Program<boolean> {
  return (yield { do: 'enter', gate, timeoutMs }) as boolean;
}
export function* leave(gate: Gate): Program<void> {
  yield { do: 'leave', gate };
}
