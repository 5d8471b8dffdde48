/**
 * The control API: HTTP in, `Collection` behind it.
 *
 *   request ─▶ guards (Host, Origin, browsers) ─▶ route ─▶ one at a time ─▶ Collection ─▶ answer
 *
 * Not modelled: /metrics (404, as without its flags), the 25 s limit of a handler, and Toxiproxy's 301 for doubled slashes.
 */
import { randomBytes } from 'node:crypto';
import { ApiError } from './api-error.ts';
import { BlackHoles } from './black-hole.ts';
import { Collection } from './collection.ts';
import { Deadlines } from './deadlines.ts';
import { goJson, parseJson } from './go-json.ts';
import { stockRoutes, type Answer, type Route } from './routes.ts';
import { twinRoutes } from './twin-routes.ts';
import type { UdpForwarder } from './udp.ts';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from '../../node-http.ts';

/** Bodies are a few hundred bytes a proxy; more than this is no client of ours. */
const BODY_BYTES_MAX = 4 * 1024 * 1024;
/** @see Shopify/toxiproxy api.go: IdleTimeout. Node's own 5 s ends connections that a client which stood still is about to use. */
const IDLE_MS = 60_000;

export interface ToxiproxyServer extends AsyncDisposable {
  /** Listens on a TCP address; returns the port. */
  listen(host: string, port: number): Promise<number>;
  /** Listens on a Unix socket too; its folder decides who may reach it. */
  listenOnSocket(path: string): Promise<void>;
  /** Ends proxies, connections, threads and listeners. */
  close(): Promise<void>;
}

export function createToxiproxy(): ToxiproxyServer {
  const deadlines = new Deadlines();
  const holes = new BlackHoles();
  const collection = new Collection({ deadlines, holes });
  const udp = new Map<string, UdpForwarder>();
  const routes = [...stockRoutes(collection), ...twinRoutes(collection, udp, deadlines)];
  const handle = handler(routes);
  const listeners: Server[] = [];
  const close = async (): Promise<void> => {
    for (const listener of listeners) {
      listener.close();
      listener.closeAllConnections();
    }
    for (const forwarder of udp.values()) forwarder.close();
    await collection.close();
    await holes.closeAll();
    await deadlines.close();
  };
  const open = async (
    guarded: readonly string[] | undefined,
    ...where: [string] | [number, string]
  ): Promise<Server> => {
    const listener = createServer(
      { keepAliveTimeout: IDLE_MS },
      (request, response) => void handle(request, response, guarded),
    );
    listeners.push(listener);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    listener.once('error', reject);
    if (where.length === 1) listener.listen(where[0], resolve);
    else listener.listen(where[0], where[1], resolve);
    await promise;
    return listener;
  };
  return {
    async listen(host, port) {
      holes.warm();
      const bound = (await open([host.toLowerCase()], port, host)).address();
      if (bound === null || typeof bound === 'string') throw new Error('a TCP listener without a port');
      return bound.port;
    },
    listenOnSocket: async (path) => void (await open(undefined, path)),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** `hosts`: names besides the loopback ones that a request may carry in Host; undefined on a Unix socket, where none matters. */
function handler(routes: readonly Route[]) {
  let last: Promise<unknown> = Promise.resolve();
  /** Calls act one after the other, as under Toxiproxy's locks. */
  const inTurn = <T>(act: () => T | Promise<T>): Promise<T> => {
    const mine = last.then(act);
    last = mine.catch(() => {});
    return mine;
  };
  return async (
    request: IncomingMessage,
    response: ServerResponse,
    hosts: readonly string[] | undefined,
  ): Promise<void> => {
    if (!isFromHere(request, hosts)) return plain(response, 403, 'Host or Origin not allowed\n');
    const found = match(routes, request);
    if (typeof found === 'number')
      return found === 404 ? plain(response, 404, '404 page not found\n') : send(response, found);
    response.setHeader('X-Toxiproxy-Request-Id', requestId());
    if (request.headers['user-agent']?.startsWith('Mozilla/')) return plain(response, 403, 'User agent not allowed\n');
    try {
      const text = await readBody(request);
      const { route, parameters } = found;
      const answer = await inTurn(() => route.answer(parameters, bodyFor(route, text)));
      reply(response, answer);
    } catch (error) {
      fail(response, error);
    }
  };
}

/** Loopback alone does not protect a local server: pages of a browser reach it too, by a name of their own or by its address. */
function isFromHere(request: IncomingMessage, hosts: readonly string[] | undefined): boolean {
  if (request.headers.origin !== undefined) return false;
  if (hosts === undefined) return true;
  const name = (request.headers.host ?? '').toLowerCase().replace(/:\d+$/u, '');
  return name === 'localhost' || name === '[::1]' || /^127(\.\d{1,3}){3}$/u.test(name) || hosts.includes(name);
}

function match(routes: readonly Route[], request: IncomingMessage): { route: Route; parameters: string[] } | 404 | 405 {
  const path = decodePath((request.url ?? '/').split('?')[0] ?? '/');
  const segments = path?.split('/') ?? [];
  let known = false;
  for (const route of routes) {
    const parameters = parametersOf(route.path.split('/'), segments);
    if (!parameters) continue;
    if (route.method === request.method) return { route, parameters };
    known = true;
  }
  return known ? 405 : 404;
}

/** Go's router matches the decoded path; one that cannot be decoded matches nothing. */
function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

function parametersOf(pattern: readonly string[], segments: readonly string[]): string[] | undefined {
  if (pattern.length !== segments.length) return undefined;
  const parameters: string[] = [];
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? '';
    if (part.startsWith('{') && segment !== '') parameters.push(segment);
    else if (part !== segment) return undefined;
  }
  return parameters;
}

function bodyFor({ method, takes }: Route, text: string): unknown {
  if (method === 'GET' || method === 'DELETE' || takes === 'nothing') return null;
  return takes === 'text' ? text : parseJson(text);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new ApiError('bad request body: too large', 413);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function reply(response: ServerResponse, { status, body, text, contentType = 'application/json' }: Answer): void {
  const content = text ?? (body === undefined ? undefined : goJson(body));
  if (content === undefined) return send(response, status);
  response.setHeader('Content-Type', contentType);
  send(response, status, content);
}

/** Errors are JSON under a plain-text header: Go's `http.Error` sets it over Toxiproxy's own. */
function fail(response: ServerResponse, error: unknown): void {
  const status = error instanceof ApiError ? error.status : 500;
  const message = error instanceof Error ? error.message : String(error);
  plain(response, status, `${goJson({ error: message, status })}\n`);
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  send(response, status, text);
}

function send(response: ServerResponse, status: number, content = ''): void {
  response.statusCode = status;
  if (status !== 204) response.setHeader('Content-Length', Buffer.byteLength(content));
  response.end(content);
}

/** Twenty characters of base 32, like Toxiproxy's xid. */
const requestId = (): string =>
  BigInt(`0x${randomBytes(12).toString('hex')}`)
    .toString(32)
    .padStart(20, '0');
