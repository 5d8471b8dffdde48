/** Which answers Cloudflare's edge keeps, by its documents (facts 1.6). */
import { describe, expect, it } from 'vitest';
import { directivesOf, isEligible, keeping, ruledPaths, staleForS } from '../../sim/behaviour/cache-rules.ts';
import type { HttpRequest, HttpResponse } from '../../sim/behaviour/http-message.ts';

const request = (over: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  path: '/media/a.jpg',
  host: 'h',
  headers: {},
  ...over,
});
const answer = (headers: Record<string, string> = {}, status = 200): HttpResponse => ({ status, headers, body: '' });

describe('cache rules: what the edge looks for in its cache (facts 1.6: by extension only)', () => {
  it.each(['/a.jpg', '/A.JPG', '/css/app.css?v=2', '/js/app.js', '/x.tar', '/font.woff2', '/robots.txt'])(
    '%s: yes',
    (path) => expect(isEligible(request({ path }))).toBe(true),
  );
  it.each(['/', '/index.html', '/api/tasks/', '/feed.json', '/a?b=c.jpg', '/dir.jpg/', '/robots.txt.bak', '/jpg'])(
    '%s: no',
    (path) => expect(isEligible(request({ path }))).toBe(false),
  );
  it('HTML only where a Cache Rule says so, path by path (facts 1.6)', () => {
    const ruled = ruledPaths('/, /about.html');
    expect(['/', '/?x=1', '/about.html', '/other.html'].map((path) => isEligible(request({ path }), ruled))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect([isEligible(request({ path: '/', method: 'POST' }), ruled), ruledPaths(''), ruledPaths(undefined)]).toEqual([
      false,
      [],
      [],
    ]);
  });
  it.each([
    ['GET', true],
    ['HEAD', true],
    ['POST', false],
    ['PUT', false],
    ['DELETE', false],
  ] as const)('%s: %s', (method, expected) => expect(isEligible(request({ method }))).toBe(expected));
});

describe('cache rules: for how long (facts 1.6: Cache-Control, else by status)', () => {
  it.each([
    [200, 7_200],
    [206, 7_200],
    [301, 7_200],
    [302, 1_200],
    [303, 1_200],
    [404, 180],
    [410, 180],
  ])('%i without a word from the origin: %i s', (status, seconds) =>
    expect(keeping(request(), answer({}, status))).toEqual({ keep: true, seconds }),
  );
  it.each([401, 403, 500, 502, 503, 521])('%i without a word from the origin: not kept, and no BYPASS', (status) =>
    expect(keeping(request(), answer({}, status))).toEqual({ keep: false, bypass: false }),
  );
  it.each([500, 503])('%i is not kept whatever its origin says', (status) =>
    expect(keeping(request(), answer({ 'cache-control': 'public, max-age=60' }, status))).toMatchObject({
      keep: false,
    }),
  );
  it.each([
    ['max-age=60', 60],
    ['public, MAX-AGE=60', 60],
    ['max-age=60, s-maxage=10', 10],
    ['max-age="60"', 60],
    ['no-cache', 0],
    ['max-age=0', 0],
    ['max-age=never', 7_200],
  ])('%s: %i s', (header, seconds) =>
    expect(keeping(request(), answer({ 'cache-control': header }))).toEqual({ keep: true, seconds }),
  );
  it('Expires counts where Cache-Control is silent, from the Date beside it', () => {
    const date = 'Thu, 01 Jan 2026 00:00:00 GMT';
    const until = (expires: string): unknown => keeping(request(), answer({ expires, date }));
    expect(until('Thu, 01 Jan 2026 00:01:00 GMT')).toEqual({ keep: true, seconds: 60 });
    expect(until('Wed, 31 Dec 2025 00:00:00 GMT')).toEqual({ keep: true, seconds: 0 });
    expect(until('0')).toEqual({ keep: true, seconds: 0 });
  });
});

describe('cache rules: what is not kept (facts 1.6)', () => {
  it.each(['private', 'no-store', 'private, max-age=60', 'no-store, public'])('%s: BYPASS', (header) =>
    expect(keeping(request(), answer({ 'cache-control': header }))).toEqual({ keep: false, bypass: true }),
  );
  it('an answer with a cookie: BYPASS, whatever else it says', () =>
    expect(keeping(request(), answer({ 'set-cookie': 'a=b', 'cache-control': 'public, max-age=60' }))).toEqual({
      keep: false,
      bypass: true,
    }));
  const authorised = request({ headers: { authorization: 'Token x' } });
  it.each(['', 'max-age=60'])('to who brought an Authorization, with "%s": BYPASS', (header) =>
    expect(keeping(authorised, answer(header === '' ? {} : { 'cache-control': header }))).toEqual({
      keep: false,
      bypass: true,
    }),
  );
  it.each(['public, max-age=60', 's-maxage=60', 'must-revalidate, max-age=60'])(
    'to who brought an Authorization, with "%s": kept',
    (header) => expect(keeping(authorised, answer({ 'cache-control': header }))).toEqual({ keep: true, seconds: 60 }),
  );
});

describe('cache rules: standing in for an origin that fails (facts 1.6)', () => {
  it.each([
    ['max-age=1, stale-if-error=60', 60],
    ['max-age=1', 0],
    ['max-age=1, stale-if-error=60, must-revalidate', 0],
    ['max-age=1, stale-if-error=60, proxy-revalidate', 0],
    ['s-maxage=1, stale-if-error=60', 0],
  ])('%s: %i s', (header, seconds) => expect(staleForS(answer({ 'cache-control': header }))).toBe(seconds));
});

it('cache rules: a header is read however it is spaced', () => {
  expect([...directivesOf(' Max-Age = 3 ,, public')]).toEqual([
    ['max-age', '3'],
    ['public', true],
  ]);
  expect([...directivesOf(undefined)]).toEqual([]);
});
