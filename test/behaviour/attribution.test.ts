import { describe, expect, it } from 'vitest';
import { producedBy } from '../../sim/behaviour/attribution.ts';
import { edgeError } from '../../sim/behaviour/edge.ts';
import { gatewayError, NO_SERVER, NOT_FOUND } from '../../sim/behaviour/ingress.ts';
import { refusal } from '../../sim/behaviour/tasks-http.ts';
import { hopsOf, type HttpResponse } from '../../sim/behaviour/http-message.ts';

const seen = ({ status, headers, body }: HttpResponse) => ({
  status,
  hops: hopsOf(headers['server-timing']),
  evidence: { headers, bodyHead: body.slice(0, 120) },
});
const request = { method: 'GET', path: '/', host: 'h', headers: {} };

describe('attribution: who made the answer', () => {
  it.each([520, 521, 522, 523, 524])("a %i with the edge's mark is the edge's", (status) => {
    expect(producedBy(seen(edgeError(status, request, 'r')))).toBe('edge');
  });
  it.each([NOT_FOUND, NO_SERVER, gatewayError('refused'), gatewayError('connect-silent')])(
    "Traefik's plain body is the ingress': $body",
    (response) => {
      expect(producedBy(seen(response))).toBe('ingress');
    },
  );
  it("an answer that passed the api's timing on is the api's, whatever hops came before it", () => {
    const response = { ...refusal(401, 'Unauthorized', 'api-1'), body: 'a page' };
    const timed = {
      ...response,
      headers: {
        ...response.headers,
        'server-timing': `edge;dur=2, ingress;dur=1, ${response.headers['server-timing']}`,
      },
    };
    expect(producedBy(seen(timed))).toBe('api');
  });
  it.each([
    ['HIT', 'edge'],
    ['STALE', 'edge'],
    ['MISS', 'unknown'],
  ])('a photo with CF-Cache-Status %s is by: %s', (status, producer) => {
    const evidence = { headers: { 'cf-cache-status': status }, bodyHead: 'photo photos/1.jpg' };
    expect(producedBy({ status: 200, hops: [], evidence })).toBe(producer);
  });
  it("a page of the admin's is by the admin, whatever it says", () => {
    const headers = { 'server-timing': 'edge;dur=9, ingress;dur=8, admin;dur=7' };
    expect(producedBy(seen({ status: 500, headers, body: '<!doctype' }))).toBe('admin');
  });
  it("JSON of an api that tells no timings is the api's", () => {
    expect(
      producedBy({ status: 500, hops: [], evidence: { headers: {}, bodyHead: '{"message":"Internal Server Error"}' } }),
    ).toBe('api');
  });
  it("no answer at all is the phone's own sight", () => {
    expect(producedBy({ error: 'client-timeout', hops: [], evidence: { headers: {}, bodyHead: '' } })).toBe('phone');
  });
  it('anything else is unknown', () => {
    expect(producedBy({ status: 502, hops: [], evidence: { headers: {}, bodyHead: '<html>' } })).toBe('unknown');
  });
});
