/**
 * Traefik 3 in front of Services: routing by Host, whose turn it is, and which status each failure of the backend becomes.
 * @see traefik/traefik v3.7.9 pkg/proxy/httputil/proxy.go (classifier), pkg/server/router/router.go, service/service.go,
 *      service/loadbalancer/wrr/wrr.go
 */
import { timer } from '../../topology/timers.ts';
import type { Prng } from '../prng.ts';
import { close, dial, exchange, type Connection, type Dialled, type Failure, type Program } from './effects.ts';
import type { HttpRequest, HttpResponse } from './http-message.ts';
import { dialByName } from './resolver.ts';

export const MAX_IDLE_PER_HOST = 200;

/** Where a host's requests go: a Service by name (ClusterIP), or pod addresses taken in turn. */
export type Backend =
  | { readonly kind: 'service'; readonly name: string; readonly port: number }
  | { readonly kind: 'endpoints'; readonly service: string; readonly addresses: readonly PodAddress[] };
interface PodAddress {
  readonly host: string;
  readonly port: number;
}
/** A Service's pods in the order they are taken, one a request, all of the same weight. */
interface Balancer {
  readonly pods: readonly PodAddress[];
  turn: number;
}
export interface IngressState {
  hosts: ReadonlyMap<string, Backend>;
  /** One for each Service, whatever number of hosts lead there. */
  balancers: ReadonlyMap<string, Balancer>;
  readonly idle: Map<string, Connection[]>;
}
/** It has no routes yet. */
export const ingressState = (): IngressState => ({ hosts: new Map(), balancers: new Map(), idle: new Map() });

/** The routes from now on. Whatever has changed in them, every balancer is built anew, its pods in a random order. */
export function route(state: IngressState, hosts: ReadonlyMap<string, Backend>, prng: Pick<Prng, 'below'>): void {
  const balancers = new Map<string, Balancer>();
  for (const backend of hosts.values())
    if (backend.kind === 'endpoints' && !balancers.has(backend.service))
      balancers.set(backend.service, { pods: shuffled(backend.addresses, prng), turn: 0 });
  Object.assign(state, { hosts, balancers });
}
function shuffled<T>(values: readonly T[], prng: Pick<Prng, 'below'>): T[] {
  const left = [...values];
  // From the last place down, each gets one of those that are left.
  return values.flatMap(() => left.splice(prng.below(left.length), 1)).toReversed();
}

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

/** Instead of an answer: the client's connection is closed, and nothing that was held for it is sent. */
export const ABORTED = 'aborted';
export type Forwarded = HttpResponse | typeof ABORTED;

/** The classifier: time-outs are 504, other network errors 502, what is no answer 500. */
export function gatewayError(saw: Exclude<Failure['saw'], 'cut-off'>): HttpResponse {
  if (saw === 'garbled') return plain(500, 'Internal Server Error', false);
  const timedOut = saw === 'connect-silent' || saw === 'reply-silent';
  return timedOut ? plain(504, 'Gateway Timeout', false) : plain(502, 'Bad Gateway', false);
}

/** Half an answer goes no further. */
const failed = ({ saw }: Failure): Forwarded => (saw === 'cut-off' ? ABORTED : gatewayError(saw));

/** Go's transport repeats on a new connection what it may: a kept-alive connection had died and the method is idempotent. */
export const mayRetryStale = (request: HttpRequest): boolean =>
  ['GET', 'HEAD', 'OPTIONS', 'TRACE'].includes(request.method) && request.body === undefined;
/** A kept-alive connection that ends before a byte of the answer: nothing is known, so only what is safe is sent again. */
export const endedUnderUs = ({ saw }: Failure): boolean => saw === 'reset' || saw === 'end-of-file';

/** One server of a backend: what its kept connections go by, and how a new one is had. */
interface Server {
  readonly key: string;
  readonly dial: () => Program<Dialled>;
}
/** Who takes the next request: a Service under its name, or the next of the pods; undefined when there is none. */
function nextServer(state: IngressState, backend: Backend): Server | undefined {
  const timeoutMs = timer('ingress.dial').ms;
  if (backend.kind === 'service') {
    const { name, port } = backend;
    return { key: `${name}:${port}`, dial: () => dialByName('http', { name, port, timeoutMs }) };
  }
  const balancer = state.balancers.get(backend.service);
  const next = balancer?.pods[balancer.turn++ % balancer.pods.length];
  if (next === undefined) return undefined;
  const { host, port } = next;
  return { key: `${host}:${port}`, dial: () => dial('http', host, port, timeoutMs) };
}

/** Sends one request to the backend and answers for it when it fails. */
export function* forward(state: IngressState, request: HttpRequest): Program<Forwarded> {
  const backend = state.hosts.get(request.host);
  if (backend === undefined) return NOT_FOUND;
  const server = nextServer(state, backend);
  if (server === undefined) return NO_SERVER;
  const idle = state.idle.get(server.key) ?? [];
  state.idle.set(server.key, idle);
  const pooled = takeAlive(idle);
  if (pooled !== undefined) {
    const reply = yield* exchange<HttpResponse>(pooled, request, Infinity);
    if (reply.ok) return keep(idle, pooled, reply.value);
    yield* close(pooled);
    if (!endedUnderUs(reply) || !mayRetryStale(request)) return failed(reply);
  }
  const dialled = yield* server.dial();
  if (!dialled.ok) return failed(dialled);
  const reply = yield* exchange<HttpResponse>(dialled.connection, request, Infinity);
  if (reply.ok) return keep(idle, dialled.connection, reply.value);
  yield* close(dialled.connection);
  return failed(reply);
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
