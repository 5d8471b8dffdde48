/** What the parts that serve HTTP share: whole messages in, whole messages out, and a signal for clients that left. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { Server as NetServer, type Socket } from 'node:net';
import { headersOf, type HttpRequest, type HttpResponse } from '../behaviour/http-message.ts';
import { Connections, NEW_COUNTS_AS_IDLE_MS } from '../behaviour/shutdown.ts';
import { alarm } from './alarm.ts';
import type { HostPort } from './config.ts';

type Incoming = IncomingMessage | Http2ServerRequest;
type Outgoing = ServerResponse | Http2ServerResponse;

/** The longest head of a request that Go's servers and Traefik take. @see Go net/http DefaultMaxHeaderBytes; traefik v3.7.9 pkg/config/static */
export const GO_REQUEST_HEADER_BYTES = 1024 * 1024;

/** The whole request, or undefined when the client left in the middle of it. */
export async function readRequest(incoming: Incoming): Promise<HttpRequest | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
  } catch {
    return undefined;
  }
  const headers = headersOf(incoming.headers);
  const host = headersOf({ host: incoming.headers[':authority'] ?? incoming.headers.host })['host'] ?? '';
  delete headers['host'];
  const body = Buffer.concat(chunks).toString();
  return {
    method: incoming.method ?? 'GET',
    path: incoming.url ?? '/',
    host: host.replace(/:\d+$/, ''),
    headers,
    ...(chunks.length === 0 ? {} : { body }),
  };
}

/** Aborts when the client leaves before its answer is sent. */
export function clientGone(outgoing: Outgoing): AbortSignal {
  const controller = new AbortController();
  outgoing.on('close', () => {
    // HTTP/2 says `finish` for a stream that was reset too: whether we have answered is what counts.
    if (!outgoing.writableEnded) controller.abort(new ClientGone());
  });
  return controller.signal;
}
/** Why an exchange was given up: nobody waits for its answer any more. */
export class ClientGone extends Error {
  constructor() {
    super('client gone');
  }
}

export function sendResponse(outgoing: Outgoing, response: HttpResponse): void {
  if (outgoing.destroyed || outgoing.writableEnded) return;
  for (const [name, value] of Object.entries(response.headers)) outgoing.setHeader(name, value);
  outgoing.setHeader('content-length', Buffer.byteLength(response.body));
  outgoing.statusCode = response.status;
  outgoing.end(response.body);
}

/** @throws Error when the address is taken */
export async function listening(server: NetServer, { host, port }: HostPort): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, host, resolve);
  await promise;
  server.removeListener('error', reject);
}

/** Ends an HTTP/1.1 server as `behaviour/shutdown.ts` decides: it listens no more, idle connections close now, others with their answer. */
export class Drain {
  readonly #server: Server;
  readonly connections = new Connections<Socket>();

  constructor(server: Server) {
    this.#server = server;
    const { connections } = this;
    server.on('connection', (socket) => {
      connections.opened(socket);
      socket.once('close', () => connections.ended(socket));
    });
    server.on('request', ({ socket }, outgoing) => {
      connections.asked(socket);
      // Its header `Connection: close` makes Node end the connection where that is due.
      outgoing.once('finish', () => connections.answered(socket));
    });
  }

  /** Settles when the last connection has ended. @param atMostMs  then what is left is cut off */
  finish(atMostMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancels = [
      alarm(atMostMs, () => this.#server.closeAllConnections()),
      alarm(NEW_COUNTS_AS_IDLE_MS, () => {
        for (const socket of this.connections.neverUsed()) socket.destroy();
      }),
    ];
    // net's own close: http's would end the idle connections first, and a client that dials again at once would get in.
    NetServer.prototype.close.call(this.#server, () => {
      for (const cancel of cancels) cancel();
      resolve();
    });
    for (const socket of this.connections.shutDown()) socket.destroy();
    return promise;
  }
}
