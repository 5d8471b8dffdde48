/** What the driver knows of an open connection and of how one is had, whatever it carries. */
import type { Connection, Failure } from '../behaviour/effects.ts';
import type { Limits } from './pending.ts';

/** A connection over a real socket. */
export interface LiveConnection extends Connection {
  /** One message out, one reply in: a `Reply` of the protocol. An exchange given up ends the connection (HTTP/2: its stream). */
  exchange(message: unknown, limits: Limits): Promise<unknown>;
  close(): void;
}
export interface DialTarget {
  readonly host: string;
  readonly port: number;
  /** The name a certificate has to hold, where TLS is spoken. */
  readonly serverName?: string;
  /** At most so long for what comes after TCP; absent: what is left of the dial's own limit. */
  readonly handshakeMs?: number;
}
export type LiveDialled = { readonly ok: true; readonly connection: LiveConnection } | Failure;
/** Opens connections of one protocol. */
export type Dialer = (target: DialTarget, limits: Limits) => Promise<LiveDialled>;

/** TLS for whoever names a certificate's holder, plain for the rest. */
export const eitherDialer =
  (secure: Dialer, plain: Dialer): Dialer =>
  (target, limits) =>
    (target.serverName === undefined ? plain : secure)(target, limits);

export const CONNECT_SILENT: Failure = { ok: false, saw: 'connect-silent' };
export const REPLY_SILENT: Failure = { ok: false, saw: 'reply-silent' };
export const END_OF_FILE: Failure = { ok: false, saw: 'end-of-file' };
export const GARBLED: Failure = { ok: false, saw: 'garbled' };
export const CUT_OFF: Failure = { ok: false, saw: 'cut-off' };

/** What an errno says about the other side. Anything unknown ended the connection without manners: a reset. */
export function failureOf(error: unknown): Failure {
  switch ((error as NodeJS.ErrnoException | null)?.code ?? '') {
    case 'ECONNREFUSED':
      return { ok: false, saw: 'refused' };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return { ok: false, saw: 'no-route' };
    case 'ETIMEDOUT':
      return CONNECT_SILENT;
    default:
      return { ok: false, saw: 'reset' };
  }
}
