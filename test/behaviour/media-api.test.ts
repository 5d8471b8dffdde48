/** The reference api's photos: what it stores, what it serves, and what it says when it can not. */
import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '../../sim/behaviour/http-message.ts';
import {
  mediaOf,
  mediaRoute,
  servePhoto,
  uploadPhoto,
  type Media,
  type MediaAnswer,
} from '../../sim/behaviour/media-api.ts';
import { answerS3, objectStore, type Outside } from '../../sim/behaviour/object-store.ts';
import { Script, Seen } from './script.ts';

const outside: Outside = { nowMs: Date.UTC(2026, 0, 1), digest: (body) => `"${body}"` };
const settings = { objectStoreHost: 's3', objectStoreBucket: 'b', mediaCacheControl: 'public, max-age=9' };
function world() {
  const store = objectStore('b', 2, outside);
  const media = mediaOf(settings) as Media;
  const script = new Script({ exchange: (message) => answerS3(store, message as HttpRequest, outside) });
  return { store, media, script };
}

describe('photos: which route a path is', () => {
  it.each([
    ['/api/media/', { upload: true }],
    ['/media/photos/1.jpg', { key: 'photos/1.jpg' }],
    ['/media/a%20b.jpg?v=1', { key: 'a b.jpg' }],
    ['/media/', undefined],
    ['/media/%zz', undefined],
    ['/api/tasks/', undefined],
  ])('%s', (path, route) => expect(mediaRoute(path)).toEqual(route));
  it('an api that was told of no store has none of them', () => {
    expect(mediaOf({ objectStoreBucket: 'b' })).toBeUndefined();
  });
});

describe('photos: stored before they are acknowledged', () => {
  it('201 with the address it is served from, and it is there', () => {
    const { store, media, script } = world();
    const answer = script.run(uploadPhoto(media, 'u1-uploadPhoto-1', 'bytes'));
    expect([answer.status, JSON.parse(answer.body)]).toEqual([
      201,
      { request_id: 'u1-uploadPhoto-1', url: '/media/uploads/u1-uploadPhoto-1.jpg' },
    ]);
    expect(store.objects.get('uploads/u1-uploadPhoto-1.jpg')).toMatchObject({
      body: 'bytes',
      contentType: 'image/jpeg',
    });
    const again = script.run(servePhoto(media, 'uploads/u1-uploadPhoto-1.jpg', undefined));
    expect([again.status, again.body]).toEqual([200, 'bytes']);
  });
  it.each(['ServiceUnavailable', 'InternalError'] as const)('%s three times: 500, and nothing is stored', (error) => {
    const { store, media, script } = world();
    store.error = error;
    const answer = script.run(uploadPhoto(media, 'x', 'bytes'));
    expect([answer.status, answer.attempts, answer.body]).toEqual([500, 3, '{"message":"Internal Server Error"}']);
    expect(store.objects.size).toBe(2);
  });
  it('one busy moment is not noticed but for the wait (facts 7: expected in normal life)', () => {
    const { store, media } = world();
    const busyOnce = (message: never, _connection: unknown, n: number) => {
      store.error = n === 0 ? 'ServiceUnavailable' : undefined;
      return answerS3(store, message as HttpRequest, outside);
    };
    const script = new Script({ exchange: busyOnce, random: () => 0.5 });
    const answer = script.run(uploadPhoto(media, 'x', 'bytes'));
    expect([answer.status, answer.attempts, answer.spentMs]).toEqual([201, 2, 1_000]);
  });
});

describe('photos: served', () => {
  const served = (key: string, known?: string): MediaAnswer => {
    const { media, script } = world();
    return script.run(servePhoto(media, key, known));
  };
  it('with what a cache has to know', () => {
    expect(served('photos/2.jpg')).toMatchObject({
      status: 200,
      body: 'photo photos/2.jpg',
      headers: {
        'content-type': 'image/jpeg',
        'cache-control': 'public, max-age=9',
        etag: '"photo photos/2.jpg"',
        'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
      },
    });
  });
  it('304 to who has it, 404 for what is not there', () => {
    expect(served('photos/2.jpg', '"photo photos/2.jpg"').status).toBe(304);
    expect(served('photos/3.jpg')).toMatchObject({ status: 404, body: '{"message":"Not Found"}' });
  });
  it('500 when the store is not reached', () => {
    const { media } = world();
    const script = new Script({ dial: () => 'refused' });
    expect(script.run(servePhoto(media, 'photos/1.jpg', undefined))).toMatchObject({ status: 500, attempts: 3 });
    const reset = new Script({ exchange: () => new Seen('reset') });
    expect(reset.run(servePhoto(media, 'photos/1.jpg', undefined))).toMatchObject({ status: 500, attempts: 3 });
  });
});
