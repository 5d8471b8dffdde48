/**
 * The edge's program: Cloudflare's POP as its documents describe it. TLS and HTTP/2 (or 1.1) to users, plain HTTP/1.1 to
 * the origins (Flexible SSL). What it decides is in `behaviour/edge.ts`.
 */
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { timer } from '../../../topology/timers.ts';
import { edgeCache, throughCache, type EdgeCache } from '../../behaviour/edge-cache.ts';
import { edgeState, fetchFromOrigin, MAX_HEADER_BYTES, type EdgeState } from '../../behaviour/edge.ts';
import { timing, withTiming, type HttpRequest } from '../../behaviour/http-message.ts';
import { Tally } from '../../behaviour/tally.ts';
import { createPrng, type Prng } from '../../prng.ts';
import type { EdgeConfig } from '../config.ts';
import { makeWorld, run, type World } from '../driver.ts';
import { clientGone, listening, readRequest, sendResponse } from '../http-server.ts';
import { httpDialer } from '../http.ts';
import { HTTP2_WINDOW_BYTES } from '../http2.ts';
import { startPart } from '../part.ts';
import { rayId, toOrigin } from './headers.ts';

interface Edge {
  readonly state: EdgeState;
  readonly cache: EdgeCache;
  readonly world: World;
  /** Ray ids draw from their own generator. */
  readonly rays: Prng;
}

async function serve(edge: Edge, incoming: Http2ServerRequest, outgoing: Http2ServerResponse): Promise<void> {
  const fromMs = performance.now();
  const gone = clientGone(outgoing);
  const request = await readRequest(incoming);
  if (request === undefined) return;
  const { pop } = edge.state;
  const ray = rayId(edge.rays, pop);
  const forwarded = toOrigin(request, ray, incoming.socket.remoteAddress ?? '');
  try {
    const tally = new Tally();
    const fetch = (asked: HttpRequest) => fetchFromOrigin(edge.state, asked, ray);
    const { response } = await run(throughCache(edge.cache, forwarded, ray, fetch), edge.world, gone, tally);
    const { connection: _, 'keep-alive': __, ...headers } = response.headers;
    sendResponse(
      outgoing,
      withTiming({ ...response, headers }, timing('edge', performance.now() - fromMs, pop, tally.http)),
    );
  } catch (error) {
    if (!gone.aborted) throw error;
  }
}

await startPart<EdgeConfig>(async ({ pop, listen, key, cert, origins, retry, cacheRulePaths, seed }) => {
  const prng = createPrng(seed);
  const world = makeWorld({
    dns: { servers: [] },
    prng: prng.split('behaviour'),
    dialers: { http: httpDialer(timer('edge.idle').ms, MAX_HEADER_BYTES) },
  });
  const edge: Edge = {
    state: edgeState(pop, origins, retry),
    cache: edgeCache(cacheRulePaths),
    world,
    rays: prng.split('rays'),
  };
  const server = createSecureServer({
    key,
    cert,
    allowHTTP1: true,
    settings: { initialWindowSize: HTTP2_WINDOW_BYTES },
  });
  server.on('session', (session) => session.setLocalWindowSize(HTTP2_WINDOW_BYTES));
  server.on('sessionError', () => {}); // a phone that vanished
  server.on('tlsClientError', () => {});
  server.on('request', (incoming, outgoing) => void serve(edge, incoming, outgoing));
  server.setTimeout(timer('phone.idle').ms);
  await listening(server, listen);
  return {};
});
