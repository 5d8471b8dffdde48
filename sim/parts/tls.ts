/** TLS over a connection that stands, as a client. */
import type { Socket } from 'node:net';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import type { Failure } from '../behaviour/effects.ts';
import { END_OF_FILE, failureOf, REPLY_SILENT } from './connection.ts';
import { pending, type Limits } from './pending.ts';

/** What the handshake took, by the version that was negotiated: RFC 8446 needs one round trip, RFC 5246 two. */
export const tlsTrips = (socket: TLSSocket): number => (socket.getProtocol() === 'TLSv1.3' ? 1 : 2);

/** @param servername  the name that the certificate has to hold */
export function handshake(
  tcp: Socket,
  servername: string,
  options: Pick<ConnectionOptions, 'secureContext' | 'ALPNProtocols'>,
  limits: Limits,
): Promise<{ ok: true; socket: TLSSocket } | Failure> {
  const socket = connect({ socket: tcp, servername, ...options });
  const result = pending<{ ok: true; socket: TLSSocket } | Failure>(limits, REPLY_SILENT, () => socket.destroy());
  socket.once('secureConnect', () => result.settle({ ok: true, socket }));
  socket.on('error', (error) => result.settle(failureOf(error)));
  socket.on('close', () => result.settle(END_OF_FILE));
  return result.promise;
}
