/** HTTP/1.1 as a client: a dial is TCP only, requests follow one another on the connection. */
import type { Socket } from 'node:net';
import type { Failure, Reply } from '../behaviour/effects.ts';
import type { HttpRequest, HttpResponse } from '../behaviour/http-message.ts';
import { CUT_OFF, GARBLED, REPLY_SILENT, type Dialer, type LiveConnection } from './connection.ts';
import { decoded } from './content-coding.ts';
import { pending, type Limits } from './pending.ts';
import { dialTcp, Lifeline, TCP_TRIPS } from './tcp.ts';
import { request as httpRequest, type IncomingMessage } from '../node-http.ts';

/** The longest head of an answer that Go's transport takes. @see golang/go src/net/http/transport.go, maxHeaderResponseSize */
const GO_MAX_HEADER_BYTES = 10 * 1024 * 1024;

/**
 * @param idleMs          an idle connection is closed after this long
 * @param maxHeaderBytes  an answer with a longer head is none
 */
export const httpDialer =
  (idleMs: number, maxHeaderBytes?: number): Dialer =>
  async (target, limits) => {
    const dialled = await dialTcp(target, limits);
    return dialled.ok
      ? { ok: true, connection: new HttpConnection(dialled.socket, idleMs, { maxHeaderBytes }) }
      : dialled;
  };

interface Ways {
  readonly trips?: number;
  readonly maxHeaderBytes?: number | undefined;
  /** What is sent instead of each request. */
  readonly prepared?: (request: HttpRequest) => HttpRequest;
}

export class HttpConnection implements LiveConnection {
  readonly #socket: Socket;
  readonly #idleMs: number;
  readonly #line: Lifeline;
  readonly #ways: Ways;
  readonly speaks = 'http';
  readonly trips: number;
  constructor(socket: Socket, idleMs: number, ways: Ways = {}) {
    this.#socket = socket;
    this.#idleMs = idleMs;
    this.trips = ways.trips ?? TCP_TRIPS;
    this.#ways = ways;
    this.#line = new Lifeline(socket);
    socket.on('timeout', () => socket.destroy());
  }

  get alive(): boolean {
    return this.#line.alive && !this.#socket.destroyed;
  }

  exchange(message: unknown, limits: Limits): Promise<Reply<HttpResponse>> {
    const socket = this.#socket;
    const result = pending<Reply<HttpResponse>>(limits, REPLY_SILENT, () => socket.destroy());
    const { prepared, maxHeaderBytes: maxHeaderSize = GO_MAX_HEADER_BYTES } = this.#ways;
    const asked = message as HttpRequest;
    const { method, path, host, headers, body } = prepared === undefined ? asked : prepared(asked);
    const before = socket.bytesRead;
    socket.setTimeout(0);
    // The header keeps the connection: without an agent Node would close it after one request.
    const outgoing = httpRequest({
      createConnection: () => socket,
      method,
      path,
      maxHeaderSize,
      headers: { ...headers, host, connection: 'keep-alive' },
    });
    let hasHead = false;
    // Node says ECONNRESET for a clean end too; the socket knows which it was, once it is closed.
    const fail = (error: NodeJS.ErrnoException): void =>
      this.#afterEnd((end) => {
        const came = socket.bytesRead > before;
        const isGarbage = error.code?.startsWith('HPE_') === true || (end.saw === 'end-of-file' && came);
        result.settle(hasHead ? CUT_OFF : isGarbage ? GARBLED : end);
      });
    outgoing.on('error', fail);
    outgoing.on('response', (incoming) => {
      hasHead = true;
      readBody(incoming, fail, (chunks) => {
        if (!socket.destroyed) socket.setTimeout(this.#idleMs);
        result.settle({
          ok: true,
          value: { status: incoming.statusCode ?? 0, ...decoded(incoming.headers, chunks) },
        });
      });
    });
    outgoing.end(body);
    return result.promise;
  }

  close(): void {
    this.#socket.destroy();
  }

  #afterEnd(then: (failure: Failure) => void): void {
    this.#socket.destroy();
    if (this.#socket.closed) then(this.#line.end);
    else this.#socket.once('close', () => then(this.#line.end));
  }
}

function readBody(incoming: IncomingMessage, fail: (error: Error) => void, done: (chunks: Buffer[]) => void): void {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', () => done(chunks));
  incoming.on('error', fail);
}
