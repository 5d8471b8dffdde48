/** HTTP/1.1 as a client: a dial is TCP only, requests follow one another on the connection. */
import type { Socket } from 'node:net';
import type { Failure, Reply } from '../behaviour/effects.ts';
import { headersOf, type HttpRequest, type HttpResponse } from '../behaviour/http-message.ts';
import { REPLY_SILENT, type Dialer, type LiveConnection } from './connection.ts';
import { pending, type Limits } from './pending.ts';
import { dialTcp, Lifeline, TCP_TRIPS } from './tcp.ts';
import { request as httpRequest, type IncomingMessage } from '../node-http.ts';

/** @param idleMs  an idle connection is closed after this long */
export const httpDialer =
  (idleMs: number): Dialer =>
  async (target, limits) => {
    const dialled = await dialTcp(target, limits);
    return dialled.ok ? { ok: true, connection: new HttpConnection(dialled.socket, idleMs) } : dialled;
  };

export class HttpConnection implements LiveConnection {
  readonly #socket: Socket;
  readonly #idleMs: number;
  readonly #line: Lifeline;
  readonly #prepared: (request: HttpRequest) => HttpRequest;
  readonly speaks = 'http';
  readonly trips: number;
  /** @param prepared  what is sent instead of each request */
  constructor(
    socket: Socket,
    idleMs: number,
    trips = TCP_TRIPS,
    prepared: (request: HttpRequest) => HttpRequest = (request) => request,
  ) {
    this.#socket = socket;
    this.#idleMs = idleMs;
    this.trips = trips;
    this.#prepared = prepared;
    this.#line = new Lifeline(socket);
    socket.on('timeout', () => socket.destroy());
  }

  get alive(): boolean {
    return this.#line.alive && !this.#socket.destroyed;
  }

  exchange(message: unknown, limits: Limits): Promise<Reply<HttpResponse>> {
    const socket = this.#socket;
    const result = pending<Reply<HttpResponse>>(limits, REPLY_SILENT, () => socket.destroy());
    const { method, path, host, headers, body } = this.#prepared(message as HttpRequest);
    socket.setTimeout(0);
    // The header keeps the connection: without an agent Node would close it after one request.
    const outgoing = httpRequest({
      createConnection: () => socket,
      method,
      path,
      headers: { ...headers, host, connection: 'keep-alive' },
    });
    // Node says ECONNRESET for a clean end too; the socket knows which it was, once it is closed.
    const fail = (): void => this.#afterEnd((failure) => result.settle(failure));
    outgoing.on('error', fail);
    outgoing.on('response', (incoming) => {
      readBody(incoming, fail, (text) => {
        if (!socket.destroyed) socket.setTimeout(this.#idleMs);
        result.settle({
          ok: true,
          value: { status: incoming.statusCode ?? 0, headers: headersOf(incoming.headers), body: text },
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

function readBody(incoming: IncomingMessage, fail: () => void, done: (text: string) => void): void {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', () => done(Buffer.concat(chunks).toString()));
  incoming.on('error', fail);
}
