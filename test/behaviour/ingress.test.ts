/** Traefik 3.7 (facts 2.1, 2.2): pkg/proxy/httputil/proxy.go, router.go, wrr.go. */
import { describe, expect, it } from 'vitest';
import { forward, ingressState, route, type Backend, type IngressState } from '../../sim/behaviour/ingress.ts';
import type { HttpRequest, HttpResponse } from '../../sim/behaviour/http-message.ts';
import { createPrng } from '../../sim/prng.ts';
import { Script, Seen, type Reactions } from './script.ts';

const HOST = 'api.myhoneydue.com';
const service: Backend = { kind: 'service', name: 'api', port: 8000 };
const get: HttpRequest = { method: 'GET', path: '/', host: HOST, headers: {} };
const post: HttpRequest = { ...get, method: 'POST', body: '{}' };
const ok: HttpResponse = { status: 200, headers: {}, body: 'fine' };
/** Shuffles nothing. */
const IN_ORDER = { below: (n: number) => n - 1 };
function stateOf(backend: Backend = service): IngressState {
  const state = ingressState();
  route(state, new Map([[HOST, backend]]), IN_ORDER);
  return state;
}
const pods = (name: string, ...numbers: number[]): Backend => ({
  kind: 'endpoints',
  service: name,
  addresses: numbers.map((n) => ({ host: `10.42.0.${n}`, port: 8000 })),
});
function send(reactions: Reactions, request: HttpRequest = get, state: IngressState = stateOf()) {
  const script = new Script(reactions);
  const answered = script.run(forward(state, request));
  if (answered === 'aborted') throw new Error('no answer');
  const { status, body, headers } = answered;
  return { script, status, body, headers };
}
/** A state with one kept-alive connection. */
function warm(): IngressState {
  const state = stateOf();
  send({ exchange: () => ok }, get, state);
  return state;
}

describe('ingress: which answer a failure becomes', () => {
  it('answers an unknown host with 404', () => {
    expect(send({}, { ...get, host: 'other' })).toMatchObject({
      status: 404,
      body: '404 page not found\n',
      headers: { 'x-content-type-options': 'nosniff' },
    });
  });
  it('answers for a service without endpoints with 503', () => {
    expect(send({}, get, stateOf(pods('api')))).toMatchObject({
      status: 503,
      body: 'no available server\n',
    });
  });
  it.each(['refused', 'no-route'] as const)('answers a dial that is %s with 502 at once', (saw) => {
    expect(send({ dial: () => saw })).toMatchObject({ status: 502, body: 'Bad Gateway', script: { nowMs: 0 } });
  });
  it('answers a silent dial with 504 after 30 s', () => {
    expect(send({ dial: () => 'connect-silent' })).toMatchObject({
      status: 504,
      body: 'Gateway Timeout',
      script: { nowMs: 30_000 },
    });
  });
  it("has 30 s for look-up and connect together (facts 2.1, 3.9: Go's Dialer.Timeout): 504 after 30 s, not 35", () => {
    const slowName = (_name: string, attempt: number) => (attempt === 0 ? 'reply-silent' : ['10.43.0.1']);
    expect(send({ query: slowName, dial: () => 'connect-silent' })).toMatchObject({
      status: 504,
      script: { nowMs: 30_000 },
    });
  });
  it.each(['no-such-name', 'servfail', 'refused'] as const)('answers a name server that says %s with 502', (saw) => {
    expect(send({ query: () => saw })).toMatchObject({ status: 502, script: { nowMs: 0 } });
  });
  it("answers a silent name server with 504 when the dial's 30 s are over", () => {
    expect(send({ query: () => 'reply-silent' })).toMatchObject({ status: 504, script: { nowMs: 30_000 } });
  });
  it.each(['end-of-file', 'reset'])(
    'answers a new connection that ends (%s) after the request with 502, never retried',
    (saw) => {
      const { status, script } = send({ exchange: () => new Seen(saw) });
      expect([status, script.all('dial').length]).toEqual([502, 1]);
    },
  );
});

describe('ingress: an answer that is none', () => {
  it.each(['GET', 'POST'])(
    'garbage or a head that breaks off is 500, on a kept connection too, never asked again (facts 2.1): %s',
    (method) => {
      const asked = { ...get, method };
      const reactions: Reactions = { exchange: () => new Seen('garbled') };
      expect(send(reactions, asked)).toMatchObject({ status: 500, body: 'Internal Server Error' });
      const { status, script } = send(reactions, asked, warm());
      expect([status, script.all('dial').length, script.closed.length]).toEqual([500, 0, 1]);
    },
  );
  it('a body that breaks off breaks off towards the client too, who gets nothing of it (facts 2.1)', () => {
    const script = new Script({ exchange: () => new Seen('cut-off') });
    expect(script.run(forward(stateOf(), get))).toBe('aborted');
    expect([script.all('dial').length, script.closed.length]).toEqual([1, 1]);
  });
});

describe('ingress: a kept-alive connection that the backend closed as it was reused', () => {
  it('is replaced for a GET, invisibly', () => {
    const { status, script } = send(
      { exchange: (_message, _connection, attempt) => (attempt === 0 ? new Seen('end-of-file') : ok) },
      get,
      warm(),
    );
    expect([status, script.all('dial').length]).toEqual([200, 1]);
  });
  it('is a 502 for a POST with a body', () => {
    const { status, script } = send({ exchange: () => new Seen('end-of-file') }, post, warm());
    expect([status, script.all('dial').length]).toEqual([502, 0]);
  });
  it('is passed over when its end was noticed before', () => {
    const state = warm();
    for (const connection of [...state.idle.values()].flat()) (connection as { alive: boolean }).alive = false;
    expect(send({ exchange: () => ok }, post, state)).toMatchObject({ status: 200 });
  });
});

describe('ingress: balancing', () => {
  /** The last digit of the pod that each request went to. */
  function taken(state: IngressState, ...hosts: string[]): string {
    const script = new Script({ exchange: () => ({ ...ok, headers: { connection: 'close' } }) });
    for (const host of hosts) script.run(forward(state, { ...get, host }));
    return script
      .all('dial')
      .map((dial) => dial.host.at(-1))
      .join('');
  }
  const six = Array.from({ length: 6 }, () => HOST);

  it('takes pod addresses in strict turn, request by request (facts 2.4)', () => {
    expect(taken(stateOf(pods('api', 1, 2, 3)), ...six)).toBe('123123');
  });
  it('has a turn for each Service, shared by all of its hosts (facts 2.4; service.go: one handler a service)', () => {
    const state = ingressState();
    const api = pods('api', 1, 2);
    route(state, new Map(Object.entries({ a: api, b: api, admin: pods('admin', 8, 9) })), IN_ORDER);
    expect(taken(state, 'a', 'admin', 'b', 'admin', 'a')).toBe('18291');
  });
  it('begins anew in a random order with each change of its routes (facts 2.4: shuffled at every build)', () => {
    const state = stateOf(pods('api', 1, 2, 3));
    expect(taken(state, HOST)).toBe('1');
    route(state, new Map([[HOST, pods('api', 1, 2, 3)]]), { below: () => 0 });
    expect(taken(state, ...six)).toBe('321321');
    const first = new Set<string>();
    const prng = createPrng(7);
    for (let n = 0; n < 50; n++) {
      route(state, new Map([[HOST, pods('api', 1, 2, 3)]]), prng);
      first.add(taken(state, ...six.slice(0, 3)));
    }
    expect([...first].toSorted()).toEqual(['123', '132', '213', '231', '312', '321']);
  });
  it('asks for the name again with each new connection, and not for a kept one', () => {
    const state = warm();
    const script = new Script({ exchange: () => ok });
    script.run(forward(state, get));
    expect(script.all('query')).toHaveLength(0);
  });
});
