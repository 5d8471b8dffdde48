/** B2's S3 interface as the model asks it: what `test/parts/object-store.test.ts` asks with the AWS SDK is not repeated. */
import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '../../sim/behaviour/http-message.ts';
import { answerS3, objectStore, photoBody, type ObjectStore, type Outside } from '../../sim/behaviour/object-store.ts';

const outside: Outside = { nowMs: 0, digest: (body) => `"${body.length}"` };
const ask = (store: ObjectStore, method: string, path: string, more: Partial<HttpRequest> = {}) =>
  answerS3(store, { method, path, host: 's3', headers: {}, ...more }, outside);
const store = (): ObjectStore => objectStore('b', 3, outside);

describe('object store: what it holds', () => {
  it('holds photos from the start, each of which says which one it is', () => {
    expect(ask(store(), 'GET', '/b/photos/3.jpg').body).toBe(photoBody('photos/3.jpg'));
    expect(ask(store(), 'GET', '/b/photos/4.jpg').status).toBe(404);
  });
  it('HEAD tells length and digest, and sends nothing', () => {
    const { status, headers, body } = ask(store(), 'HEAD', '/b/photos/1.jpg');
    expect([status, body, headers['content-length'], headers['etag']]).toEqual([200, '', '18', '"18"']);
  });
  it('what was put again is what is there; what was deleted is not, and can be deleted again', () => {
    const one = store();
    for (const body of ['a', 'bb']) expect(ask(one, 'PUT', '/b/k', { body }).status).toBe(200);
    expect(ask(one, 'GET', '/b/k').body).toBe('bb');
    expect([1, 2].map(() => ask(one, 'DELETE', '/b/k').status)).toEqual([204, 204]);
    expect(ask(one, 'GET', '/b/k').status).toBe(404);
  });
});

describe('object store: XML errors (facts 7)', () => {
  it.each([
    ['ServiceUnavailable', 503],
    ['InternalError', 500],
  ] as const)('%s is %i, whatever is asked for, and nothing is done', (error, status) => {
    const one = Object.assign(store(), { error });
    const put = ask(one, 'PUT', '/b/k', { body: 'a' });
    expect([put.status, put.headers['content-type']]).toEqual([status, 'application/xml']);
    expect(put.body).toContain(`<Code>${error}</Code>`);
    expect(one.objects.size).toBe(3);
  });
  it('the path in an error is escaped, and an error to HEAD has no body', () => {
    expect(ask(store(), 'GET', '/b/a<b>&"c').body).toContain('<Resource>/b/a&lt;b&gt;&amp;&quot;c</Resource>');
    expect(ask(store(), 'HEAD', '/b/none').body).toBe('');
  });
  it.each([
    ['POST', '/b/k', {}, 405],
    ['GET', '/b/k?acl', {}, 501],
    ['GET', '/b/photos/1.jpg?x-id=GetObject', {}, 200],
    ['GET', '/b/photos/1.jpg', { range: 'bytes=0-1' }, 501],
    ['PUT', '/b/k', { 'x-amz-copy-source': '/b/a' }, 501],
    ['GET', '/b', {}, 501],
    ['GET', '/', {}, 404],
    ['GET', '/%', {}, 404],
  ] as const)('%s %s with %o: %i', (method, path, headers, status) => {
    expect(ask(store(), method, path, { headers }).status).toBe(status);
  });
});
