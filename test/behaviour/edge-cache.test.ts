/** One POP's cache (facts 1.6): what it answers itself, what it asks the origin, and how it says so. */
import { describe, expect, it } from 'vitest';
import { edgeCache, throughCache, type EdgeCache } from '../../sim/behaviour/edge-cache.ts';
import { wait, type Program } from '../../sim/behaviour/effects.ts';
import type { HttpRequest, HttpResponse } from '../../sim/behaviour/http-message.ts';
import { createPrng } from '../../sim/prng.ts';
import { run, world } from '../../sim/runtimes/model/driver.ts';
import { EventQueue } from '../../sim/runtimes/model/event-queue.ts';
import { Script } from './script.ts';

const PHOTO: HttpRequest = { method: 'GET', path: '/media/a.jpg', host: 'h', headers: {} };
type Answer = Partial<HttpResponse>;

/** A POP with an origin that answers in turn; the last answer is repeated. */
class Pop {
  readonly cache: EdgeCache = edgeCache();
  readonly script = new Script();
  readonly asked: HttpRequest[] = [];
  answers: readonly Answer[] = [{}];
  *fetch(request: HttpRequest): Program<{ response: HttpResponse; node: string }> {
    const answer = this.answers[Math.min(this.asked.length, this.answers.length - 1)];
    this.asked.push(request);
    yield* wait(100);
    return { response: { status: 200, headers: {}, body: 'a', ...answer }, node: 'node:1' };
  }
  get(over: Partial<HttpRequest> = {}): HttpResponse {
    const program = throughCache(this.cache, { ...PHOTO, ...over }, 'ray-2', (request) => this.fetch(request));
    return this.script.run(program).response;
  }
  /** Status, what the edge says of its cache, and how often the origin was asked so far. */
  told(over: Partial<HttpRequest> = {}): unknown[] {
    const { status, headers } = this.get(over);
    return [status, headers['cf-cache-status'], this.asked.length];
  }
  later(ms: number): void {
    this.script.nowMs += ms;
  }
}
const popWith = (...answers: Answer[]): Pop => Object.assign(new Pop(), { answers });
const cacheControl = (value: string, over: Answer = {}): Answer => ({
  ...over,
  headers: { 'cache-control': value, ...over.headers },
});

describe('edge cache: MISS, HIT, EXPIRED', () => {
  it('asks the origin once while an object is fresh, and tells its age', () => {
    const pop = popWith(cacheControl('max-age=60', { headers: { 'content-type': 'image/jpeg', 'cf-ray': 'ray-1' } }));
    expect(pop.told()).toEqual([200, 'MISS', 1]);
    pop.later(59_000);
    const hit = pop.get();
    expect([hit.body, pop.asked.length]).toEqual(['a', 1]);
    expect(hit.headers).toMatchObject({
      'cf-cache-status': 'HIT',
      'content-type': 'image/jpeg',
      age: '59',
      'cf-ray': 'ray-2',
    });
  });
  it('a HIT tells of no hop behind the edge', () => {
    const pop = popWith({ headers: { 'server-timing': 'ingress;dur=1' } });
    expect(pop.get().headers['server-timing']).toBe('ingress;dur=1');
    expect(pop.get().headers['server-timing']).toBeUndefined();
  });
  it('asks again when it is old: EXPIRED, and then HIT', () => {
    const pop = popWith(cacheControl('max-age=60'));
    pop.get();
    pop.later(60_000);
    expect([pop.told(), pop.told()]).toEqual([
      [200, 'EXPIRED', 2],
      [200, 'HIT', 2],
    ]);
  });
  it('an object is kept under its host and whole URL', () => {
    const pop = popWith({});
    for (const over of [{}, { path: '/media/a.jpg?v=2' }, { host: 'other' }])
      expect(pop.told(over)).toMatchObject({ 1: 'MISS' });
    expect(pop.asked.length).toBe(3);
  });
  it('HEAD is asked as GET, and answered without a body', () => {
    const pop = popWith({});
    expect(pop.get({ method: 'HEAD' }).body).toBe('');
    expect([pop.asked[0]?.method, pop.get().body, pop.get({ method: 'HEAD' }).body]).toEqual(['GET', 'a', '']);
    expect(pop.asked.length).toBe(1);
  });
});

describe('edge cache: what does not come from it', () => {
  it('what is not eligible goes through untouched, each time', () => {
    const pop = popWith({ headers: { 'cf-cache-status': 'DYNAMIC' } });
    for (const n of [1, 2]) expect(pop.told({ path: '/api/tasks/' })).toEqual([200, 'DYNAMIC', n]);
  });
  it.each(['private', 'no-store'])('%s: BYPASS each time', (value) => {
    const pop = popWith(cacheControl(value));
    for (const n of [1, 2]) expect(pop.told()).toEqual([200, 'BYPASS', n]);
  });
  it('an error is a MISS each time', () => {
    const pop = popWith({ status: 500 });
    for (const n of [1, 2]) expect(pop.told()).toEqual([500, 'MISS', n]);
  });
  it('what an origin wants kept no more is gone', () => {
    const pop = popWith(cacheControl('max-age=1'), cacheControl('private'), { status: 500 });
    pop.get();
    pop.later(2_000);
    expect(pop.told()).toEqual([200, 'BYPASS', 2]);
    expect(pop.cache.kept.size).toBe(0);
  });
});

describe('edge cache: asking after an old object', () => {
  const old = cacheControl('max-age=60', { headers: { etag: '"1"', 'last-modified': 'then' } });
  it('304 makes it fresh again: REVALIDATED, with the old body', () => {
    const pop = popWith(old, cacheControl('max-age=90', { status: 304, body: '' }));
    pop.get();
    pop.later(60_000);
    const again = pop.get();
    expect([again.status, again.body, again.headers['cf-cache-status']]).toEqual([200, 'a', 'REVALIDATED']);
    expect(pop.asked[1]?.headers).toMatchObject({ 'if-none-match': '"1"', 'if-modified-since': 'then' });
    pop.later(89_000);
    expect(pop.told()).toEqual([200, 'HIT', 2]);
  });
  it('no-cache is kept, and asked after each time', () => {
    const pop = popWith(cacheControl('no-cache', { headers: { etag: '"1"' } }), { status: 304, body: '' });
    pop.get();
    for (const n of [2, 3]) expect(pop.told()).toEqual([200, 'REVALIDATED', n]);
  });
  it("a client's own conditions are not passed on: the edge wants all of it", () => {
    const pop = popWith({});
    pop.get({ headers: { 'if-none-match': '"0"', accept: 'image/*' } });
    expect(pop.asked[0]?.headers).toEqual({ accept: 'image/*' });
  });
  it.each([500, 503, 521, 522])(
    'an origin that ends with %i is stood in for as long as it allowed: STALE',
    (status) => {
      const pop = popWith(cacheControl('max-age=60, stale-if-error=60'), { status });
      pop.get();
      pop.later(100_000);
      expect(pop.told()).toEqual([200, 'STALE', 2]);
      pop.later(20_000);
      expect(pop.told()).toEqual([status, 'EXPIRED', 3]);
    },
  );
  it('an error is passed on where nothing was allowed, and what is kept is kept', () => {
    const pop = popWith(old, { status: 500 }, { status: 304, body: '' });
    pop.get();
    pop.later(60_000);
    expect(pop.get().status).toBe(500);
    expect(pop.told()).toEqual([200, 'REVALIDATED', 3]);
  });
});

describe('edge cache: many who want one object at a time', () => {
  /** What each was told, and when. */
  function together(pop: Pop, count: number): [status: string | undefined, atMs: number][] {
    const queue = new EventQueue();
    const w = world({
      queue,
      network: undefined as never,
      place: 'pop:a',
      prng: createPrng(1),
      dns: { host: '', port: 0 },
    });
    const ends: [string | undefined, number][] = [];
    for (let n = 0; n < count; n++)
      run(
        w,
        throughCache(pop.cache, PHOTO, `ray-${n}`, (request) => pop.fetch(request)),
        ({ response }) => ends.push([response.headers['cf-cache-status'], queue.nowMs]),
      );
    while (queue.turn());
    return ends;
  }
  it('one of them is a request to the origin, the others wait for it', () => {
    const pop = popWith({});
    expect(together(pop, 3)).toEqual([
      ['MISS', 100],
      ['HIT', 100],
      ['HIT', 100],
    ]);
    expect([pop.asked.length, pop.cache.lines.size]).toEqual([1, 0]);
  });
  it('where its answer may not be kept each goes for itself, and none after another', () => {
    const pop = popWith({ status: 500 });
    expect(together(pop, 3)).toEqual([
      ['MISS', 100],
      ['MISS', 200],
      ['MISS', 200],
    ]);
    expect(pop.cache.lines.size).toBe(0);
  });
});
