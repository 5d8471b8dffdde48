/**
 * One POP's cache in front of its origins. It is the POP's own: another one begins with none.
 *
 *   request ─▶ not eligible ─────────────────────────▶ origin  DYNAMIC
 *           ─▶ fresh ▶ HIT
 *           ─▶ old ──▶ asked after (If-None-Match) ──▶ 304 REVALIDATED, else EXPIRED, or STALE when the origin fails
 *           ─▶ none ─▶ one request for all who wait ─▶ MISS, BYPASS
 *
 * Not modelled: size and eviction, Vary, ranges, tiers of POPs, Always Online, stale-while-revalidate.
 * @see cloudflare-docs cache/concepts/{default-cache-behavior,cache-responses,revalidation}, cache/concepts/concurrent-streaming
 */
import { cacheKeyOf, isEligible, keeping, staleForS, type CacheStatus } from './cache-rules.ts';
import { enter, leave, now, type Gate, type Program } from './effects.ts';
import type { HttpRequest, HttpResponse } from './http-message.ts';

interface Kept {
  readonly response: HttpResponse;
  readonly storedMs: number;
  readonly freshUntilMs: number;
  readonly staleUntilMs: number;
}
/** Requests for one object that go to the origin one at a time, as long as that is worth while. */
interface Line {
  readonly gate: Gate;
  /** How many requests of this line have been answered by the origin. */
  answered: number;
  waiting: number;
}
export interface EdgeCache {
  /** Paths that a Cache Rule makes eligible. */
  readonly ruled: readonly string[];
  readonly kept: Map<string, Kept>;
  readonly lines: Map<string, Line>;
}
export const edgeCache = (ruled: readonly string[] = []): EdgeCache => ({ ruled, kept: new Map(), lines: new Map() });

/** An origin's answer, with whatever its fetcher knows besides. */
export interface Fetched {
  readonly response: HttpResponse;
}
type Fetch<F extends Fetched> = (request: HttpRequest) => Program<F>;

/** Answers that belong to one request and are not kept with the object. */
const OWN = ['cf-ray', 'cf-cache-status', 'server-timing', 'connection', 'keep-alive', 'age'];
const bare = (response: HttpResponse): HttpResponse => ({
  ...response,
  headers: Object.fromEntries(Object.entries(response.headers).filter(([name]) => !OWN.includes(name))),
});
const marked = (response: HttpResponse, status: CacheStatus): HttpResponse => ({
  ...response,
  headers: { ...response.headers, 'cf-cache-status': status },
});

/** The answer out of the cache, as this client asked for it. */
function served(kept: Kept, request: HttpRequest, ray: string, status: CacheStatus, nowMs: number): HttpResponse {
  const age = String(Math.max(0, Math.floor((nowMs - kept.storedMs) / 1_000)));
  const headers = { ...kept.response.headers, age, 'cf-ray': ray, server: 'cloudflare' };
  return marked({ ...kept.response, headers, body: request.method === 'HEAD' ? '' : kept.response.body }, status);
}

/** What the origin is asked for an object: all of it, on everybody's behalf; after one that is there, only whether it has changed. */
function asked(request: HttpRequest, old: Kept | undefined): HttpRequest {
  const { 'if-none-match': _, 'if-modified-since': __, ...headers } = request.headers;
  const { etag, 'last-modified': modified } = old?.response.headers ?? {};
  const conditions = {
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
    ...(modified === undefined ? {} : { 'if-modified-since': modified }),
  };
  return { ...request, method: 'GET', headers: { ...headers, ...conditions } };
}
const isFailure = ({ status }: HttpResponse): boolean => status >= 500;

/** Puts an answer into the cache, or takes out what it replaces. */
function keep(cache: EdgeCache, request: HttpRequest, response: HttpResponse, nowMs: number): CacheStatus {
  const key = cacheKeyOf(request);
  const how = keeping(request, response);
  if (!how.keep) {
    if (!isFailure(response)) cache.kept.delete(key);
    return how.bypass ? 'BYPASS' : 'MISS';
  }
  const freshUntilMs = nowMs + how.seconds * 1_000;
  const staleUntilMs = freshUntilMs + staleForS(response) * 1_000;
  cache.kept.set(key, { response: bare(response), storedMs: nowMs, freshUntilMs, staleUntilMs });
  return 'MISS';
}

/** One question to the origin about an object, and what becomes of what was kept. */
function* ask<F extends Fetched>(cache: EdgeCache, request: HttpRequest, ray: string, fetch: Fetch<F>): Program<F> {
  const old = cache.kept.get(cacheKeyOf(request));
  const fetched = yield* fetch(asked(request, old));
  const nowMs = yield* now();
  const { response } = fetched;
  if (old !== undefined && response.status === 304) {
    const { headers } = bare(response);
    const renewed = { ...old.response, headers: { ...old.response.headers, ...headers } };
    keep(cache, request, renewed, nowMs);
    const kept = { ...old, response: renewed, storedMs: nowMs };
    return withHops(fetched, served(kept, request, ray, 'REVALIDATED', nowMs));
  }
  if (old !== undefined && isFailure(response) && nowMs < old.staleUntilMs)
    return withHops(fetched, served(old, request, ray, 'STALE', nowMs));
  const status = keep(cache, request, response, nowMs);
  const shown = request.method === 'HEAD' ? { ...response, body: '' } : response;
  return { ...fetched, response: marked(shown, status === 'MISS' && old !== undefined ? 'EXPIRED' : status) };
}
/** Another answer than the origin's; who was asked on the way is still told. */
const withHops = <F extends Fetched>(fetched: F, response: HttpResponse): F => {
  const timing = fetched.response.headers['server-timing'];
  const headers = timing === undefined ? response.headers : { ...response.headers, 'server-timing': timing };
  return { ...fetched, response: { ...response, headers } };
};

function* fresh(cache: EdgeCache, request: HttpRequest, ray: string): Program<HttpResponse | undefined> {
  const kept = cache.kept.get(cacheKeyOf(request));
  const nowMs = yield* now();
  return kept !== undefined && nowMs < kept.freshUntilMs ? served(kept, request, ray, 'HIT', nowMs) : undefined;
}

function lineFor(cache: EdgeCache, key: string): Line {
  const line = cache.lines.get(key) ?? { gate: { capacity: 1 }, answered: 0, waiting: 0 };
  cache.lines.set(key, line);
  return line;
}

/**
 * One request from a user. Those who want the same object at the same time wait for one request to the origin; where its
 * answer may not be kept, each of them goes there for itself.
 * @param fetch  how the origin is asked; not called for a HIT
 */
export function* throughCache<F extends Fetched>(
  cache: EdgeCache,
  request: HttpRequest,
  ray: string,
  fetch: Fetch<F>,
): Program<F | Fetched> {
  if (!isEligible(request, cache.ruled)) return yield* fetch(request);
  const hit = yield* fresh(cache, request, ray);
  if (hit !== undefined) return { response: hit };
  const key = cacheKeyOf(request);
  const line = lineFor(cache, key);
  const { answered } = line;
  line.waiting++;
  let held = false;
  try {
    held = yield* enter(line.gate, Infinity);
    const meanwhile = yield* fresh(cache, request, ray);
    if (meanwhile !== undefined) return { response: meanwhile };
    if (line.answered > answered) {
      held = false;
      yield* leave(line.gate);
    }
    const fetched = yield* ask(cache, request, ray, fetch);
    line.answered++;
    return fetched;
  } finally {
    line.waiting--;
    if (held) yield* leave(line.gate);
    if (line.waiting === 0) cache.lines.delete(key);
  }
}
