/** The ingress' program: Traefik 3 as its sources describe it. What it decides is in `behaviour/ingress.ts`. */
import { timer } from '../../../topology/timers.ts';
import { endToEnd, timing, withTiming, type HttpResponse } from '../../behaviour/http-message.ts';
import { ABORTED, forward, ingressState, pong, route, type IngressState } from '../../behaviour/ingress.ts';
import { Tally } from '../../behaviour/tally.ts';
import { createPrng } from '../../prng.ts';
import type { IngressConfig, IngressTable } from '../config.ts';
import { makeWorld, run, type World } from '../driver.ts';
import { clientGone, Drain, GO_REQUEST_HEADER_BYTES, listening, readRequest, sendResponse } from '../http-server.ts';
import { httpDialer } from '../http.ts';
import { log, startPart } from '../part.ts';
import { toBackend } from './headers.ts';
import { createServer, type IncomingMessage, type ServerResponse } from '../../node-http.ts';

/** Entry point time-outs, traefik v3.7.9 pkg/config/static: idleTimeout and readTimeout. */
const IDLE_MS = 180_000;
const READ_MS = 60_000;

interface Ingress {
  readonly config: IngressConfig;
  readonly state: IngressState;
  readonly world: World;
  readonly drain: Drain;
}

async function serve(ingress: Ingress, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const fromMs = performance.now();
  const {
    config,
    state,
    world,
    drain: { connections },
  } = ingress;
  const gone = clientGone(outgoing);
  const request = await readRequest(incoming);
  if (request === undefined) return;
  const send = (response: HttpResponse): void => {
    sendResponse(outgoing, connections.leaving({ ...response, headers: endToEnd(response.headers) }));
  };
  if (request.path === '/ping' && !state.hosts.has(request.host)) return send(pong(connections.draining));
  const peer = incoming.socket.remoteAddress ?? '';
  try {
    const tally = new Tally();
    const response = await run(forward(state, toBackend(request, peer, config.instance)), world, gone, tally);
    if (response === ABORTED) return void incoming.socket.destroy();
    const counted = { ...tally.http, questions: tally.questions };
    send(withTiming(response, timing('ingress', performance.now() - fromMs, config.node, counted)));
  } catch (error) {
    if (!gone.aborted) throw error;
    log(`${request.method} ${request.path} 499 Client Closed Request ${request.headers['x-request-id'] ?? '-'}`);
  }
}

await startPart<IngressConfig>(async (config) => {
  const server = createServer({
    keepAliveTimeout: IDLE_MS,
    requestTimeout: READ_MS,
    headersTimeout: READ_MS,
    maxHeaderSize: GO_REQUEST_HEADER_BYTES,
    noDelay: true,
  });
  const prng = createPrng(config.seed).split(config.instance);
  const world = makeWorld({ dns: config.dns, prng, dialers: { http: httpDialer(timer('ingress.idle').ms) } });
  const state = ingressState();
  const balancing = prng.split('balancing');
  const follow = (hosts: IngressTable): void => route(state, new Map(Object.entries(hosts)), balancing);
  follow(config.hosts);
  const ingress: Ingress = { config, state, world, drain: new Drain(server) };
  server.on('request', (incoming, outgoing) => void serve(ingress, incoming, outgoing));
  await listening(server, config.listen);
  return {
    table: (table) => follow(table as IngressTable),
    stop: () => ingress.drain.finish(timer('ingress.drain').ms),
  };
});
