/** The site's files as the api serves them: the page with a short Cache-Control, its files without any (Echo's Static). */
import { describe, expect, it } from 'vitest';
import { keeping } from '../../sim/behaviour/cache-rules.ts';
import type { HttpRequest, HttpResponse } from '../../sim/behaviour/http-message.ts';
import { fileOfBody, staticFile } from '../../sim/behaviour/static-files.ts';

const SETTINGS = { pageCacheControl: 'public, max-age=60', assetCacheControl: '' };
const asking = (path: string, over: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  path,
  host: 'h',
  headers: {},
  ...over,
});
const get = (path: string, over: Partial<HttpRequest> = {}): HttpResponse | undefined =>
  staticFile(asking(path, over), SETTINGS, 'api-1', 1);

describe('static files', () => {
  it.each([
    ['/', 'text/html; charset=utf-8', 'public, max-age=60'],
    ['/css/a.css', 'text/css; charset=utf-8', undefined],
    ['/js/a.js?v=2', 'text/javascript; charset=utf-8', undefined],
    ['/images/a.png', 'image/png', undefined],
  ])('%s: %s, Cache-Control %s', (path, type, cacheControl) => {
    const answer = get(path);
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': type } });
    expect([answer?.headers['cache-control'], fileOfBody(answer?.body ?? '')]).toEqual([
      cacheControl,
      path.split('?')[0],
    ]);
  });
  it.each(['/index.html', '/css/', '/css/a.js', '/css/../a.css', '/images/a/b.png', '/api/tasks/', '/healthz'])(
    '%s is none of them',
    (path) => expect(get(path)).toBeUndefined(),
  );
  it('only GET and HEAD are served so', () => {
    expect([get('/', { method: 'POST' }), get('/', { method: 'HEAD' })?.body]).toEqual([undefined, '']);
  });
  it('whoever has it already is told that it is the same (net/http ServeContent: If-Modified-Since)', () => {
    const modified = get('/css/a.css')?.headers['last-modified'] ?? '';
    expect(get('/css/a.css', { headers: { 'if-modified-since': modified } })).toMatchObject({ status: 304, body: '' });
    expect(get('/css/a.css', { headers: { 'if-modified-since': 'Wed, 31 Dec 2025 00:00:00 GMT' } })?.status).toBe(200);
  });
  it("the edge keeps a file for two hours where Echo's handler sends no Cache-Control (facts 1.6)", () => {
    const answer = get('/css/a.css') ?? { status: 0, headers: {}, body: '' };
    expect(keeping(asking('/css/a.css'), answer)).toEqual({ keep: true, seconds: 7_200 });
  });
});
