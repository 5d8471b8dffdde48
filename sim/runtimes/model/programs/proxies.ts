/** The edge, the ingress and the resolver in the model. */
import { ruledPaths } from '../../../behaviour/cache-rules.ts';
import { edgeCache, throughCache } from '../../../behaviour/edge-cache.ts';
import { airportOf, edgeState, fetchFromOrigin, type Origin } from '../../../behaviour/edge.ts';
import { endToEnd, timing, withTiming, type HttpRequest } from '../../../behaviour/http-message.ts';
import {
  ABORTED,
  forward,
  ingressState,
  pong,
  route,
  type Backend,
  type Forwarded,
} from '../../../behaviour/ingress.ts';
import type { NameReply } from '../../../behaviour/effects.ts';
import { cacheLimits, NameCache, type Found, type Told } from '../../../behaviour/name-cache.ts';
import { DENIAL_TTL_MS } from '../../../behaviour/resolver.ts';
import { Tally } from '../../../behaviour/tally.ts';
import { placesOf, serviceBehind } from '../../../../topology/load.ts';
import { timer } from '../../../../topology/timers.ts';
import type { NameRecord, Target } from '../../contract.ts';
import { run } from '../driver.ts';
import { httpServer } from '../http-server.ts';
import { hostOf } from '../hosts.ts';
import { SERVICE_MS, type ModelProgram } from './program.ts';

export const edge: ModelProgram = ({ world, topology, settings }) => {
  const pop = world.place;
  const origins: Origin[] = placesOf(topology, 'node').map((node) => ({ host: `place/${node}`, port: 80, node }));
  const state = edgeState(pop, origins, settings['retry'] !== false);
  const cache = edgeCache(ruledPaths(settings['cacheRulePaths']));
  let rays = 0;
  return {
    // TLS 1.3 to the phone: one round trip after TCP's.
    handshakeTrips: 1,
    handle(_connection, message, reply) {
      const startMs = world.queue.nowMs;
      const ray = `${(++rays).toString(16).padStart(16, '0')}-${airportOf(pop)}`;
      const tally = new Tally();
      world.queue.after(SERVICE_MS.edge, () =>
        run(
          world,
          throughCache(cache, message as HttpRequest, ray, (asked) => fetchFromOrigin(state, asked, ray)),
          ({ response }) => reply(withTiming(response, timing('edge', world.queue.nowMs - startMs, pop, tally.http))),
          tally,
        ),
      );
    },
  };
};

const backendOf = (service: string, targets: readonly Target[]): Backend => {
  const first = targets[0];
  if (first !== undefined && 'service' in first) return { kind: 'service', name: first.service, port: first.port };
  return {
    kind: 'endpoints',
    service,
    addresses: targets.map((target) => ({ host: hostOf(target), port: target.port })),
  };
};

export const ingress: ModelProgram = ({ world, topology, tables, pod }) => {
  const state = ingressState();
  const balancing = world.prng.split('balancing');
  let taken: ReturnType<typeof tables.ingress.get>;
  let text = '';
  /** Takes what the brain wrote since, where that says anything new. */
  const follow = (): void => {
    const written = tables.ingress.get(pod);
    if (written === taken) return;
    taken = written;
    const entries = [...(written ?? [])];
    const before = text;
    text = JSON.stringify(entries);
    if (text === before) return;
    const backends = entries.map(
      ([host, targets]) => [host, backendOf(serviceBehind(topology, host), targets)] as const,
    );
    route(state, new Map(backends), balancing);
  };
  const { connections, server } = httpServer(world, timer('ingress.drain').ms, (request, reply) => {
    follow();
    if (request.path === '/ping' && !state.hosts.has(request.host)) return reply(pong(connections.draining));
    const startMs = world.queue.nowMs;
    const tally = new Tally();
    const told = (): string =>
      timing('ingress', world.queue.nowMs - startMs, world.place, { ...tally.http, questions: tally.questions });
    const answer = (response: Forwarded): void =>
      reply(response === ABORTED ? ABORTED : withTiming({ ...response, headers: endToEnd(response.headers) }, told()));
    world.queue.after(SERVICE_MS.ingress, () => run(world, forward(state, request), answer, tally));
  });
  return server;
};

const FAILED: Found<NameReply> = { answer: { ok: false, saw: 'servfail' }, ttlMs: 'failure' };
function found(record: NameRecord | undefined): Found<NameReply> {
  const target = record?.targets[0];
  if (record === undefined || target === undefined)
    return { answer: { ok: false, saw: 'no-such-name' }, ttlMs: DENIAL_TTL_MS };
  const { ttlMs } = record;
  return { answer: { ok: true, addresses: [hostOf(target)], ttlMs }, ttlMs };
}
const kept = ({ answer, leftMs }: Told<NameReply>): NameReply => (answer.ok ? { ...answer, ttlMs: leftMs } : answer);

export const resolver: ModelProgram = ({ world, tables, shortenedMs }) => {
  const zone = world.place.startsWith('node:') ? 'cluster' : 'public';
  // Who has the records himself keeps nothing.
  const cache = zone === 'cluster' ? new NameCache<NameReply>(cacheLimits(shortenedMs)) : undefined;
  let failing = false;
  return {
    handshakeTrips: 0,
    table: (next) => void (failing = (next as { error?: string }).error !== undefined),
    handle(_connection, message, reply) {
      const name = String(message);
      const find = (): Found<NameReply> => (failing ? FAILED : found(tables.names[zone].get(name)));
      const answer = cache === undefined ? find().answer : kept(cache.answer(name, world.queue.nowMs, find));
      world.queue.after(SERVICE_MS.resolver, () => reply(answer));
    },
  };
};
