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
    ['end-of-file', 520, 0],
    ['reset', 520, 0],
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
  it('covers 521, 522 and 523 and no other code an HTTP origin can cause', () => {
    expect(RETRIED).toEqual([521, 522, 523]);
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
});
