/** Cloudflare by its documents (facts 1.1 to 1.3). */
import { describe, expect, it } from 'vitest';
import { edgeError, edgeState, fetchFromOrigin, RETRIED, type EdgeState } from '../../sim/behaviour/edge.ts';
import type { HttpRequest, HttpResponse } from '../../sim/behaviour/http-message.ts';
import { Script, Seen, type Reactions } from './script.ts';

const ORIGINS = [1, 2, 3].map((n) => ({ host: `192.0.2.${n}`, port: 80, node: `node:${n}` }));
const request: HttpRequest = {
  method: 'POST',
  path: '/api/tasks/',
  host: 'api.myhoneydue.com',
  headers: {},
  body: '{}',
};
const bare: HttpRequest = { method: 'GET', path: '/api/tasks/', host: 'api.myhoneydue.com', headers: {} };
const ok: HttpResponse = { status: 200, headers: {}, body: 'fine' };
function fetchWith(reactions: Reactions, state: EdgeState = edgeState('pop:dallas', ORIGINS, true)) {
  const script = new Script(reactions);
  return { script, ...script.run(fetchFromOrigin(state, request, '0123456789abcdef-DFW')) };
}
const noRetry = (): EdgeState => edgeState('pop:dallas', ORIGINS, false);

describe('edge: which code a failure of the origin becomes', () => {
  it.each([
    ['refused', 521, 0],
    ['connect-silent', 522, 19_000],
    ['no-route', 523, 0],
  ] as const)('a connect that is %s becomes %i after %i ms', (saw, status, ms) => {
    const { response, script } = fetchWith({ dial: () => saw }, noRetry());
    expect([response.status, script.nowMs]).toEqual([status, ms]);
  });
  it.each([
    ['reply-silent', 524, 120_000],
    ['unacknowledged', 522, 90_000],
    ['end-of-file', 520, 0],
    ['reset', 520, 0],
    ['garbled', 520, 0],
    ['cut-off', 520, 0],
  ] as const)('a sent request whose answer is %s becomes %i after %i ms, and is not retried', (saw, status, ms) => {
    const { response, script, attempts } = fetchWith({ exchange: () => new Seen(saw) });
    expect([response.status, script.nowMs, attempts, script.closed.length]).toEqual([status, ms, 1, 1]);
  });
  it.each([500, 502, 503, 504])("passes an origin's own %i on, without a retry", (status) => {
    const { response, attempts } = fetchWith({ exchange: () => ({ ...ok, status }) });
    expect([response.status, attempts, response.headers['cf-error-type']]).toEqual([status, 1, undefined]);
  });
});

describe('edge: Zero-Downtime Failover', () => {
  it.each([
    ['refused', 0],
    ['no-route', 0],
    ['connect-silent', 19_000],
  ] as const)('retries a connect that is %s once, on another origin: 200 after %i ms', (saw, ms) => {
    const { response, script, attempts, node } = fetchWith({
      dial: (_host, attempt) => (attempt === 0 ? saw : undefined),
      exchange: () => ok,
    });
    const [first, second] = script.all('dial');
    expect([response.status, attempts, script.nowMs]).toEqual([200, 2, ms]);
    expect(second?.host).not.toBe(first?.host);
    expect(node).toBe(`node:${second?.host.at(-1)}`);
  });
  it('retries only once', () => {
    const { response, attempts } = fetchWith({ dial: () => 'refused' });
    expect([response.status, attempts]).toEqual([521, 2]);
  });
  it('has nowhere to retry with a single origin', () => {
    const { attempts } = fetchWith({ dial: () => 'refused' }, edgeState('pop:dallas', ORIGINS.slice(0, 1), true));
    expect(attempts).toBe(1);
  });
  it('covers 521, 522, 523, 525 and 526, not 520 and 524 (facts 1.3)', () => {
    expect(RETRIED).toEqual([521, 522, 523, 525, 526]);
  });
  it.each([
    ['POST', 522, 1],
    ['GET', 200, 2],
  ] as const)(
    'a %s that was written and never acknowledged ends in %i: what may have been done is not sent again (facts 9)',
    (method, status, tries) => {
      const sent = { ...bare, method };
      const script = new Script({ exchange: (_m, _c, n) => (n === 0 ? new Seen('unacknowledged') : ok) });
      const { response, attempts } = script.run(fetchFromOrigin(edgeState('pop:dallas', ORIGINS, true), sent, 'r'));
      expect([response.status, attempts, script.nowMs]).toEqual([status, tries, 90_000]);
    },
  );
});

describe('edge: a kept-alive connection that ends under a request (Pingora, proxy_trait.rs)', () => {
  /** A first request leaves a connection; the second one meets its end. */
  function afterOne(again: HttpRequest, onNew: Reactions['dial'] = () => undefined) {
    const state = edgeState('pop:dallas', ORIGINS.slice(0, 2), true);
    const script = new Script({
      dial: (host, nth) => (nth === 0 ? undefined : onNew(host, nth)),
      exchange: (_message, _connection, nth) => (nth === 1 ? new Seen('reset') : ok),
    });
    script.run(fetchFromOrigin(state, request, 'r'));
    return { ...script.run(fetchFromOrigin(state, again, 'r')), script };
  }
  it('sends a GET once more over a new connection to the same origin', () => {
    const { response, attempts, script } = afterOne(bare);
    expect([response.status, attempts]).toEqual([200, 1]);
    expect(script.all('dial').map((dial) => dial.host)).toEqual(['192.0.2.1', '192.0.2.1']);
  });
  it('and, where that one is refused, to another origin', () => {
    const { response, attempts, node } = afterOne(bare, (_host, nth) => (nth === 1 ? 'refused' : undefined));
    expect([response.status, attempts, node]).toEqual([200, 2, 'node:2']);
  });
  it('a POST gets 520 and is sent to nobody else: it may have been done', () => {
    const { response, attempts, script } = afterOne(request);
    expect([response.status, attempts, script.all('dial').length]).toEqual([520, 1, 1]);
  });
});

describe('edge: connections and marks', () => {
  it('keeps a connection for its own origin only', () => {
    const state = edgeState('pop:dallas', ORIGINS, true);
    const script = new Script({ exchange: () => ok, random: () => 0.5 });
    script.run(fetchFromOrigin(state, request, 'r'));
    script.run(fetchFromOrigin(state, request, 'r'));
    expect(script.all('dial').map((dial) => dial.host)).toEqual(['192.0.2.2']);
  });
  it('does not keep one whose origin says Connection: close', () => {
    const state = edgeState('pop:dallas', ORIGINS, true);
    new Script({ exchange: () => ({ ...ok, headers: { connection: 'close' } }) }).run(
      fetchFromOrigin(state, request, 'r'),
    );
    expect([...state.idle.values()].flat()).toEqual([]);
  });
  it('tells ray, server and DYNAMIC for an API answer', () => {
    const { response } = fetchWith({ exchange: () => ok });
    expect(response.headers).toMatchObject({
      'cf-ray': '0123456789abcdef-DFW',
      server: 'cloudflare',
      'cf-cache-status': 'DYNAMIC',
    });
  });
  it("strips the origin's X-Accel headers (facts 1.4)", () => {
    const headers = { 'x-accel-expires': '60', 'x-accel-buffering': 'no', 'x-cache': 'HIT' };
    const { response } = fetchWith({ exchange: () => ({ ...ok, headers }) });
    expect(Object.keys(response.headers).filter((name) => name.startsWith('x-'))).toEqual(['x-cache']);
  });
  it.each([521, 525])('%i as JSON has every member but the time of day (facts 1.2)', (status) => {
    const { body } = edgeError(status, { ...request, headers: { accept: 'application/json' } }, 'r');
    const retry = status === 521 ? ['retry_after'] : [];
    const members =
      'type title status detail instance error_code error_name error_category ray_id zone cloudflare_error retryable owner_action_required what_you_should_do footer';
    expect(Object.keys(JSON.parse(body) as object).toSorted()).toEqual([...members.split(' '), ...retry].toSorted());
  });
  it('answers with RFC 9457 JSON who asks for JSON, and with a page who does not', () => {
    const json = edgeError(522, { ...request, headers: { accept: 'application/json' } }, 'r');
    expect(JSON.parse(json.body)).toMatchObject({
      status: 522,
      error_name: 'connection_timeout',
      error_category: 'origin',
      retry_after: 120,
      cloudflare_error: true,
    });
    expect(edgeError(522, request, 'r').headers['content-type']).toContain('text/html');
  });
  it.each([
    ['application/json', 'application/json; charset=utf-8'],
    ['application/problem+json', 'application/problem+json; charset=utf-8'],
    ['text/markdown', 'text/markdown; charset=utf-8'],
    ['text/*', 'text/markdown; charset=utf-8'],
    ['text/html, application/json;q=0.9', 'text/html; charset=UTF-8'],
    ['*/*', 'text/html; charset=UTF-8'],
  ])('answers who accepts %s with %s (facts 1.2)', (accept, type) => {
    expect(edgeError(521, { ...request, headers: { accept } }, 'r').headers['content-type']).toBe(type);
  });
  it.each([
    [520, '60', 'origin'],
    [521, '120', 'origin'],
    [522, '120', 'origin'],
    [523, '120', 'origin'],
    [524, '120', 'origin'],
    [525, undefined, 'ssl'],
    [526, undefined, 'ssl'],
  ])('%i: Retry-After %s, category %s (facts 1.2)', (status, retryAfter, category) => {
    const { headers, body } = edgeError(status, { ...request, headers: { accept: 'application/json' } }, 'r');
    expect([headers['retry-after'], headers['cf-error-type']]).toEqual([retryAfter, '52x']);
    expect(JSON.parse(body)).toMatchObject({ error_category: category, retryable: retryAfter !== undefined });
  });
});
