/** HTTP/2 over TLS as a client: a phone's connection. Requests share it; giving one up ends its stream only. */
import {
  connect as connectHttp2,
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
} from 'node:http2';
import { createSecureContext, type TLSSocket } from 'node:tls';
import type { Reply } from '../behaviour/effects.ts';
import { endToEnd, type HttpRequest, type HttpResponse } from '../behaviour/http-message.ts';
import { REPLY_SILENT, type Dialer, type LiveConnection } from './connection.ts';
import { decoded } from './content-coding.ts';
import { pending, type Limits } from './pending.ts';
import { dialTcp, Lifeline, TCP_TRIPS } from './tcp.ts';
import { handshake, tlsTrips } from './tls.ts';

/** Node's default window of 64 KB makes a large body at 100 ms take many round trips; phones and POPs use megabytes. */
export const HTTP2_WINDOW_BYTES = 4 * 1024 * 1024;

/**
 * @param ca     PEM; the server's certificate must come from it and hold the name dialled
 * @param ports  public port → the port really dialled
 */
export function http2Dialer(ca: string, ports: Readonly<Record<string, number>>): Dialer {
  const secureContext = createSecureContext({ ca });
  return async (target, limits) => {
    const { serverName = target.host } = target;
    const dueMs = performance.now() + limits.timeoutMs;
    const dialled = await dialTcp({ host: target.host, port: ports[String(target.port)] ?? target.port }, limits);
    if (!dialled.ok) return dialled;
    const tls = await handshake(
      dialled.socket,
      serverName,
      { secureContext, ALPNProtocols: ['h2'] },
      {
        ...limits,
        timeoutMs: dueMs - performance.now(),
      },
    );
    return tls.ok ? { ok: true, connection: new Http2Connection(tls.socket, serverName) } : tls;
  };
}

class Http2Connection implements LiveConnection {
  readonly #session: ClientHttp2Session;
  readonly #line: Lifeline;
  #goingAway = false;
  readonly speaks = 'http';
  readonly trips: number;
  constructor(socket: TLSSocket, serverName: string) {
    this.#line = new Lifeline(socket);
    this.trips = TCP_TRIPS + tlsTrips(socket);
    const settings = { initialWindowSize: HTTP2_WINDOW_BYTES, enablePush: false };
    this.#session = connectHttp2(`https://${serverName}`, { createConnection: () => socket, settings });
    this.#session.once('connect', () => this.#session.setLocalWindowSize(HTTP2_WINDOW_BYTES));
    this.#session.on('goaway', () => (this.#goingAway = true));
    this.#session.on('error', () => {}); // what it means is read from the socket's end
  }

  get alive(): boolean {
    return this.#line.alive && !this.#goingAway && !this.#session.closed && !this.#session.destroyed;
  }

  exchange(message: unknown, limits: Limits): Promise<Reply<HttpResponse>> {
    const { method, path, host, headers, body } = message as HttpRequest;
    if (!this.alive) return Promise.resolve(this.#line.end);
    const stream = this.#session.request({
      ...endToEnd(headers), // Node throws where one belongs to a connection
      ':method': method,
      ':path': path,
      ':authority': host,
      ':scheme': 'https',
    });
    const result = pending<Reply<HttpResponse>>(limits, REPLY_SILENT, () => stream.close(constants.NGHTTP2_CANCEL));
    readResponse(stream, (response) =>
      result.settle(response === undefined ? this.#line.end : { ok: true, value: response }),
    );
    stream.end(body);
    return result.promise;
  }

  close(): void {
    this.#session.destroy();
  }
}

/** The whole response, or undefined when the stream ended before it was whole. */
function readResponse(stream: ClientHttp2Stream, done: (response: HttpResponse | undefined) => void): void {
  let head: IncomingHttpHeaders | undefined;
  let whole = false;
  const chunks: Buffer[] = [];
  stream.on('response', (headers) => (head = headers));
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('end', () => (whole = stream.rstCode === constants.NGHTTP2_NO_ERROR));
  stream.on('error', () => {}); // 'close' follows
  stream.on('close', () => {
    if (head === undefined || !whole) return done(undefined);
    done({ status: Number(head[':status']), ...decoded(head, chunks) });
  });
}
