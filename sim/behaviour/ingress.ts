/**
 * Traefik 3 in front of one Service: routing by Host, and which status each failure of the backend becomes.
 * @see traefik/traefik v3.7.9 pkg/proxy/httputil/proxy.go (classifier), pkg/server/router/router.go, loadbalancer/wrr/wrr.go
 */
import { close, dial, exchange, type Connection, type Failure, type Program } from './effects.ts';
import type { HttpRequest, HttpResponse } from './http-message.ts';
import { lookUp, POD_RESOLV_CONF } from './resolver.ts';

export const DIAL_TIMEOUT_MS = 30_000;
export const MAX_IDLE_PER_HOST = 200;

/** Where a host's requests go: a Service by name (ClusterIP), or pod addresses taken in turn. */
export type Backend =
  | { readonly kind: 'service'; readonly name: string; readonly port: number }
  | { readonly kind: 'endpoints'; readonly addresses: readonly { readonly host: string; readonly port: number }[] };
export interface IngressState {
  hosts: ReadonlyMap<string, Backend>;
  readonly idle: Map<string, Connection[]>;
  turn: number;
}
export const ingressState = (hosts: ReadonlyMap<string, Backend>): IngressState => ({
  hosts,
  idle: new Map(),
  turn: 0,
});

const plain = (status: number, body: string, nosniff: boolean): HttpResponse => ({
  status,
  body,
  headers: { 'content-type': 'text/plain; charset=utf-8', ...(nosniff ? { 'x-content-type-options': 'nosniff' } : {}) },
});
export const NOT_FOUND = plain(404, '404 page not found\n', true);
export const NO_SERVER = plain(503, 'no available server\n', true);

/** The ping handler: healthy until the program is told to end. @see traefik pkg/ping */
export const pong = (ending: boolean): HttpResponse =>
  ending ? { status: 503, headers: {}, body: 'Service Unavailable' } : { status: 200, headers: {}, body: 'OK' };

/** The classifier: time-outs are 504, other network errors 502. */
export function gatewayError(saw: Failure['saw']): HttpResponse {
  const timedOut = saw === 'connect-silent' || saw === 'reply-silent';
  return timedOut ? plain(504, 'Gateway Timeout', false) : plain(502, 'Bad Gateway', false);
}

/** Go's transport repeats on a new connection what it may: a kept-alive connection had died and the method is idempotent. */
export const mayRetryStale = (request: HttpRequest): boolean =>
  ['GET', 'HEAD', 'OPTIONS', 'TRACE'].includes(request.method) && request.body === undefined;

function* addressOf(
  state: IngressState,
  backend: Backend,
): Program<{ ok: true; host: string; port: number } | Failure> {
  if (backend.kind === 'endpoints') {
    const next = backend.addresses[state.turn++ % backend.addresses.length];
    return next === undefined ? { ok: false, saw: 'refused' } : { ok: true, ...next };
  }
  const resolved = yield* lookUp(backend.name, POD_RESOLV_CONF, DIAL_TIMEOUT_MS);
  const host = resolved.ok ? resolved.addresses[0] : undefined;
  if (host === undefined) return { ok: false, saw: resolved.ok ? 'no-such-name' : resolved.saw };
  return { ok: true, host, port: backend.port };
}

/** Sends one request to the backend and answers for it when it fails. */
export function* forward(state: IngressState, request: HttpRequest): Program<HttpResponse> {
  const backend = state.hosts.get(request.host);
  if (backend === undefined) return NOT_FOUND;
  if (backend.kind === 'endpoints' && backend.addresses.length === 0) return NO_SERVER;
  const key = backend.kind === 'service' ? `${backend.name}:${backend.port}` : undefined;
  const target = key === undefined ? yield* addressOf(state, backend) : undefined;
  if (target !== undefined && !target.ok) return gatewayError(target.saw);
  const idleKey = key ?? `${target?.host}:${target?.port}`;
  const idle = state.idle.get(idleKey) ?? [];
  state.idle.set(idleKey, idle);
  const pooled = takeAlive(idle);
  if (pooled !== undefined) {
    const reply = yield* exchange<HttpResponse>(pooled, request, Infinity);
    if (reply.ok) return keep(idle, pooled, reply.value);
    yield* close(pooled);
    if (!mayRetryStale(request)) return gatewayError(reply.saw);
  }
  const to = target ?? (yield* addressOf(state, backend));
  if (!to.ok) return gatewayError(to.saw);
  const dialled = yield* dial('http', to.host, to.port, DIAL_TIMEOUT_MS);
  if (!dialled.ok) return gatewayError(dialled.saw);
  const reply = yield* exchange<HttpResponse>(dialled.connection, request, Infinity);
  if (reply.ok) return keep(idle, dialled.connection, reply.value);
  yield* close(dialled.connection);
  return gatewayError(reply.saw);
}

/** The last idle connection that still lives; dead ones are dropped. */
export function takeAlive(idle: Connection[]): Connection | undefined {
  let connection = idle.pop();
  while (connection !== undefined && !connection.alive) connection = idle.pop();
  return connection;
}

function keep(idle: Connection[], connection: Connection, response: HttpResponse): HttpResponse {
  if (connection.alive && response.headers['connection'] !== 'close' && idle.length < MAX_IDLE_PER_HOST)
    idle.push(connection);
  return response;
}
