/**
 * Cloudflare's proxy between a user and the origins, as its documents describe it. Verdicts that hang on it are worded
 * "by Cloudflare's documents": nobody runs Cloudflare on a laptop.
 * @see cloudflare-docs support/troubleshooting/http-status-codes/cloudflare-5xx-errors; fundamentals/reference/connection-limits
 */
import { timer } from '../../topology/timers.ts';
import { close, dial, exchange, random, type Connection, type Failure, type Program } from './effects.ts';
import type { HttpRequest, HttpResponse } from './http-message.ts';
import { takeAlive } from './ingress.ts';

export interface Origin {
  readonly host: string;
  readonly port: number;
  /** The node's place, for evidence. */
  readonly node: string;
}
export interface EdgeState {
  readonly pop: string;
  readonly origins: readonly Origin[];
  /** Zero-Downtime Failover: one retry on another origin. Whether a plan has it is not documented for all. */
  readonly retry: boolean;
  readonly idle: Map<Origin, Connection[]>;
}
export const edgeState = (pop: string, origins: readonly Origin[], retry: boolean): EdgeState => ({
  pop,
  origins,
  retry,
  idle: new Map(),
});

const ERRORS: Readonly<Record<number, { title: string; name: string; retryAfterSeconds: number }>> = {
  520: { title: 'Web server returned an unknown error', name: 'unknown_error', retryAfterSeconds: 60 },
  521: { title: 'Web server is down', name: 'web_server_down', retryAfterSeconds: 120 },
  522: { title: 'Connection timed out', name: 'connection_timeout', retryAfterSeconds: 120 },
  523: { title: 'Origin is unreachable', name: 'origin_unreachable', retryAfterSeconds: 120 },
  524: { title: 'A timeout occurred', name: 'timeout_occurred', retryAfterSeconds: 120 },
};
/** Codes that Zero-Downtime Failover retries and that our proxy can produce under Flexible SSL. */
export const RETRIED = [521, 522, 523] as const;

/** The edge's own error, as RFC 9457 JSON when the client asked for JSON, else a short page. */
export function edgeError(status: number, request: HttpRequest, ray: string): HttpResponse {
  const known = ERRORS[status] ?? { title: 'Error', name: 'error', retryAfterSeconds: 60 };
  const json = /application\/(problem\+)?json/.test(request.headers['accept'] ?? '');
  const title = `Error ${status}: ${known.title}`;
  return {
    status,
    headers: {
      'content-type': json ? 'application/json; charset=utf-8' : 'text/html; charset=UTF-8',
      'retry-after': String(known.retryAfterSeconds),
      'cf-error-type': '52x',
      'cf-error-origin': 'edge',
      'cf-ray': ray,
      server: 'cloudflare',
    },
    body: json
      ? JSON.stringify({
          title,
          status,
          error_code: status,
          error_name: known.name,
          error_category: 'origin',
          ray_id: ray,
          cloudflare_error: true,
          retryable: true,
          retry_after: known.retryAfterSeconds,
        })
      : `<!doctype html><title>${title}</title><h1>${title}</h1><p>Ray ${ray}</p>`,
  };
}

/** Which code a failed connect becomes: refused 521, silent for 19 s 522, no route 523. */
export const connectError = (saw: Failure['saw']): number =>
  saw === 'refused' ? 521 : saw === 'no-route' ? 523 : saw === 'connect-silent' ? 522 : 520;
/** Which code a connection that failed after the request was sent becomes. */
export const exchangeError = (saw: Failure['saw']): number => (saw === 'reply-silent' ? 524 : 520);

type Try =
  | { readonly ok: true; readonly response: HttpResponse; readonly origin: Origin }
  | { readonly ok: false; readonly status: number; readonly origin: Origin };

function* tryOrigin(state: EdgeState, origin: Origin, request: HttpRequest): Program<Try> {
  const idle = state.idle.get(origin) ?? [];
  state.idle.set(origin, idle);
  let connection = takeAlive(idle);
  if (connection === undefined) {
    const dialled = yield* dial('http', origin.host, origin.port, timer('edge.connect').ms);
    if (!dialled.ok) return { ok: false, status: connectError(dialled.saw), origin };
    connection = dialled.connection;
  }
  const reply = yield* exchange<HttpResponse>(connection, request, timer('edge.read').ms);
  if (!reply.ok) {
    yield* close(connection);
    return { ok: false, status: exchangeError(reply.saw), origin };
  }
  if (connection.alive && reply.value.headers['connection'] !== 'close') idle.push(connection);
  return { ok: true, response: reply.value, origin };
}

/** One request from a user: a random origin, one retry on another where allowed, else the edge's own error page. */
export function* fetchFromOrigin(
  state: EdgeState,
  request: HttpRequest,
  ray: string,
): Program<{ response: HttpResponse; node: string; attempts: number }> {
  const first = Math.floor((yield* random()) * state.origins.length);
  const origin = state.origins[first];
  if (origin === undefined) throw new Error('an edge needs at least one origin');
  let tried = yield* tryOrigin(state, origin, request);
  let attempts = 1;
  const others = state.origins.filter((_, index) => index !== first);
  if (!tried.ok && state.retry && others.length > 0 && (RETRIED as readonly number[]).includes(tried.status)) {
    const other = others[Math.floor((yield* random()) * others.length)];
    if (other !== undefined) tried = yield* tryOrigin(state, other, request);
    attempts = 2;
  }
  const response = tried.ok ? tried.response : edgeError(tried.status, request, ray);
  const headers = { ...response.headers, 'cf-ray': ray, 'cf-cache-status': 'DYNAMIC', server: 'cloudflare' };
  return { response: { ...response, headers }, node: tried.origin.node, attempts };
}
