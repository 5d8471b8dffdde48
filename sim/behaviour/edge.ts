/**
 * Cloudflare's proxy between a user and the origins, as its documents describe it. Verdicts that hang on it are worded
 * "by Cloudflare's documents": nobody runs Cloudflare on a laptop.
 * @see cloudflare-docs support/troubleshooting/http-status-codes/cloudflare-5xx-errors; fundamentals/reference/connection-limits
 */
import { timer } from '../../topology/timers.ts';
import { close, dial, exchange, random, type Connection, type Failure, type Program } from './effects.ts';
import type { HttpRequest, HttpResponse } from './http-message.ts';
import { endedUnderUs, mayRetryStale, takeAlive } from './ingress.ts';

/** POPs are named by the airport nearest to them; a town that is not listed goes by its first three letters. */
const AIRPORTS: Readonly<Record<string, string>> = {
  dallas: 'DFW',
  houston: 'IAH',
  atlanta: 'ATL',
  chicago: 'ORD',
  frankfurt: 'FRA',
};
/** How a ray id names the POP at a place. */
export function airportOf(pop: string): string {
  const town = pop.replace(/^pop:/, '');
  return AIRPORTS[town] ?? town.slice(0, 3).toUpperCase();
}

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

interface KnownError {
  readonly title: string;
  readonly name: string;
  readonly detail: string;
  readonly category: 'origin' | 'ssl';
  /** Absent: not worth a retry. */
  readonly retryAfterSeconds?: number;
}
const byOrigin = (title: string, name: string, detail: string, retryAfterSeconds: number): KnownError => ({
  title,
  name,
  detail,
  category: 'origin',
  retryAfterSeconds,
});
const bySsl = (title: string, name: string, detail: string): KnownError => ({ title, name, detail, category: 'ssl' });
/** 525 and 526 need TLS towards the origin: no Flexible SSL ever causes them. */
const ERRORS: Readonly<Record<number, KnownError>> = {
  520: byOrigin('Web server returned an unknown error', 'unknown_error', 'The answer was empty, or none of HTTP.', 60),
  521: byOrigin('Web server is down', 'web_server_down', 'The origin refuses connections.', 120),
  522: byOrigin('Connection timed out', 'connection_timeout', 'The origin does not answer on the network.', 120),
  523: byOrigin('Origin is unreachable', 'origin_unreachable', 'There is no route to the origin.', 120),
  524: byOrigin('A timeout occurred', 'timeout_occurred', 'The origin took the request and never answered.', 120),
  525: bySsl('SSL handshake failed', 'ssl_handshake_failed', 'TLS with the origin could not be agreed on.'),
  526: bySsl('Invalid SSL certificate', 'invalid_ssl_certificate', "The origin's certificate does not hold."),
};
/** Codes that Zero-Downtime Failover tries again elsewhere: those where the origin was never reached. */
export const RETRIED = [521, 522, 523, 525, 526] as const;

/** What the client asks for, first come first served: a page unless it names something else. */
function formOf(accept: string | undefined): 'html' | 'markdown' | 'application/json' | 'application/problem+json' {
  for (const range of (accept ?? '').split(',')) {
    const type = range.split(';')[0]?.trim().toLowerCase();
    if (type === 'application/json' || type === 'application/problem+json') return type;
    if (type === 'text/markdown' || type === 'text/*') return 'markdown';
    if (type === 'text/html' || type === '*/*') return 'html';
  }
  return 'html';
}

/**
 * The edge's own error: a page, Markdown, or RFC 9457 JSON, as the client asks. What Cloudflare's documents list and is not
 * told here: the time of day, which no behaviour knows. The sentences are ours.
 * @see cloudflare-docs fundamentals/reference/error-responses; http-status-codes/cloudflare-error-headers
 */
export function edgeError(status: number, request: HttpRequest, ray: string): HttpResponse {
  const { title: what, name, detail, category, retryAfterSeconds } = ERRORS[status] ?? UNKNOWN_ERROR;
  const form = formOf(request.headers['accept']);
  const title = `Error ${status}: ${what}`;
  const headers = {
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    'cf-error-type': '52x',
    'cf-error-origin': 'edge',
    'cf-ray': ray,
    server: 'cloudflare',
  };
  const told = (type: string, body: string): HttpResponse => ({
    status,
    headers: { 'content-type': type, ...headers },
    body,
  });
  if (form === 'html')
    return told('text/html; charset=UTF-8', `<!doctype html><title>${title}</title><h1>${title}</h1><p>Ray ${ray}</p>`);
  if (form === 'markdown') return told('text/markdown; charset=utf-8', `# ${title}\n\n${detail}\n\nRay ${ray}\n`);
  const problem = {
    type: 'https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/',
    title,
    status,
    detail,
    instance: ray,
    error_code: status,
    error_name: name,
    error_category: category,
    ray_id: ray,
    zone: request.host,
    cloudflare_error: true,
    retryable: retryAfterSeconds !== undefined,
    ...(retryAfterSeconds === undefined ? {} : { retry_after: retryAfterSeconds }),
    owner_action_required: true,
    what_you_should_do:
      retryAfterSeconds === undefined
        ? 'Tell the owner of the site.'
        : `Wait ${retryAfterSeconds} seconds, then try again.`,
    footer: 'This error was generated by Cloudflare on behalf of the website owner.',
  };
  return told(`${form}; charset=utf-8`, JSON.stringify(problem));
}
const UNKNOWN_ERROR: KnownError = byOrigin('Error', 'error', '', 60);

/** An origin's headers that are longer are no answer (520). @see cloudflare-docs error-5xx: 128 KB */
export const MAX_HEADER_BYTES = 128 * 1024;

/** Which code a failed connect becomes: refused 521, silent for 19 s 522, no route 523. */
export const connectError = (saw: Failure['saw']): number =>
  saw === 'refused' ? 521 : saw === 'no-route' ? 523 : saw === 'connect-silent' ? 522 : 520;
/** Which code a connection that failed after the request was sent becomes: never acknowledged 522, never answered 524. */
export const exchangeError = ({ saw, unacknowledged }: Pick<Failure, 'saw' | 'unacknowledged'>): number =>
  unacknowledged === true ? 522 : saw === 'reply-silent' ? 524 : 520;

type Try =
  | { readonly ok: true; readonly response: HttpResponse; readonly origin: Origin }
  /** `sent`: the request was written, so it may have been done. */
  | { readonly ok: false; readonly status: number; readonly sent: boolean; readonly origin: Origin };

/** @see cloudflare/pingora pingora-proxy/src/proxy_trait.rs: an error on a reused connection may be tried again on a new one */
function* tryOrigin(state: EdgeState, origin: Origin, request: HttpRequest): Program<Try> {
  const idle = state.idle.get(origin) ?? [];
  state.idle.set(origin, idle);
  const failed = (status: number, sent: boolean): Try => ({ ok: false, status, sent, origin });
  const ask = function* (connection: Connection): Program<Try | 'stale'> {
    const reply = yield* exchange<HttpResponse>(connection, request, timer('edge.read').ms, timer('edge.ack').ms);
    if (!reply.ok) {
      yield* close(connection);
      return endedUnderUs(reply) && mayRetryStale(request) ? 'stale' : failed(exchangeError(reply), true);
    }
    if (connection.alive && reply.value.headers['connection'] !== 'close') idle.push(connection);
    return { ok: true, response: reply.value, origin };
  };
  const pooled = takeAlive(idle);
  const first = pooled === undefined ? 'stale' : yield* ask(pooled);
  if (first !== 'stale') return first;
  const dialled = yield* dial('http', origin.host, origin.port, timer('edge.connect').ms);
  if (!dialled.ok) return failed(connectError(dialled.saw), false);
  const second = yield* ask(dialled.connection);
  return second === 'stale' ? failed(520, true) : second;
}

/** Cloudflare's documents do not say whether a POST that was written is sent again: here it never is. */
const mayFailOver = (tried: Try, request: HttpRequest): boolean =>
  !tried.ok && (RETRIED as readonly number[]).includes(tried.status) && (!tried.sent || mayRetryStale(request));

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
  if (state.retry && others.length > 0 && mayFailOver(tried, request)) {
    const other = others[Math.floor((yield* random()) * others.length)];
    if (other !== undefined) tried = yield* tryOrigin(state, other, request);
    attempts = 2;
  }
  const response = tried.ok ? tried.response : edgeError(tried.status, request, ray);
  const told = Object.entries(response.headers).filter(([name]) => !name.startsWith('x-accel-'));
  const headers = { ...Object.fromEntries(told), 'cf-ray': ray, 'cf-cache-status': 'DYNAMIC', server: 'cloudflare' };
  return { response: { ...response, headers }, node: tried.origin.node, attempts };
}
