/** HTTP/1.1 over TLS as a client whose requests are signed. */
import { createSecureContext } from 'node:tls';
import type { HttpRequest } from '../behaviour/http-message.ts';
import type { Dialer } from './connection.ts';
import { HttpConnection } from './http.ts';
import { dialTcp, TCP_TRIPS } from './tcp.ts';
import { handshake, tlsTrips } from './tls.ts';

/**
 * @param ca      PEM; the server's certificate must come from it and hold the name dialled
 * @param idleMs  an idle connection is closed after this long
 * @param sign    what is sent instead of each request
 */
export function httpsDialer(ca: string, idleMs: number, sign: (request: HttpRequest) => HttpRequest): Dialer {
  const secureContext = createSecureContext({ ca });
  return async (target, limits) => {
    const { serverName = target.host, handshakeMs } = target;
    const dueMs = performance.now() + limits.timeoutMs;
    const dialled = await dialTcp(target, limits);
    if (!dialled.ok) return dialled;
    const timeoutMs = handshakeMs ?? dueMs - performance.now();
    const tls = await handshake(dialled.socket, serverName, { secureContext }, { ...limits, timeoutMs });
    if (!tls.ok) return tls;
    return {
      ok: true,
      connection: new HttpConnection(tls.socket, idleMs, { trips: TCP_TRIPS + tlsTrips(tls.socket), prepared: sign }),
    };
  };
}
