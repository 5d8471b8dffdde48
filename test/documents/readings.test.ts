/** From a sentence to what can be measured; what was not read is told. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainText } from '../../sim/documents/plain-text.ts';
import { readSentence } from '../../sim/documents/readings.ts';
import { SOME_SHARE } from '../../sim/scenario/phrases.ts';
import type { Predicate } from '../../sim/runtimes/entries.ts';
import honeydue from '../../topology/honeydue.ts';

const sees = (sentence: string): readonly Predicate[] => readSentence(sentence, 'sees', 'list').predicates;
const measures = (sentence: string): string[] => sees(sentence).map((one) => one.measure);

const JOURNEYS = { upload: { title: 'uploads' }, view: { title: 'photos' } };
describe('journeys by their titles, and what the edge keeps', () => {
  const read = (sentence: string): unknown => readSentence(sentence, 'sees', undefined, JOURNEYS);
  const failing = (journey: string) => ({ measure: 'share-failed', where: { journey }, min: 0.5, unit: 'share' });
  const atEdge = { measure: 'share-ok', where: { cache: 'edge' }, min: 0.99, unit: 'share' };
  test.each(['Uploads fail', 'an upload fails', 'uploads fail at once'])('"%s"', (sentence) =>
    expect(read(sentence)).toMatchObject({ predicates: [failing('upload')] }),
  );
  test.each(['served if cached', 'is served if it is still cached', 'served by the edge', 'served from the CDN'])(
    '"content %s": what the edge had is right',
    (end) => expect(read(`content ${end}`)).toMatchObject({ predicates: [atEdge] }),
  );
  test('both in one sentence, and the rest is told', () => {
    expect(read('Uploads fail, existing content served if cached')).toEqual({
      predicates: [failing('upload'), atEdge],
      unread: ['existing', 'content'],
    });
  });
  test.each(['Photos come from the edge', 'photos are answered by the CDN', "photos come out of the edge's cache"])(
    '"%s": so many of just these',
    (sentence) =>
      expect(read(sentence)).toEqual({
        predicates: [{ measure: 'share-at-edge', where: { journey: 'view' }, min: 0.95, unit: 'share' }],
        unread: [],
      }),
  );
  test.each(['downloads come from the edge', 'photos do not come from the edge', 'everything comes from the edge'])(
    '"%s" says nothing of anybody',
    (sentence) => expect(read(sentence)).toMatchObject({ predicates: [] }),
  );
  test.each(['downloads fail', 'uploads do not fail', 'content is not served if cached', 'Upload failover'])(
    '"%s" says none of that',
    (sentence) => expect(read(sentence)).toMatchObject({ predicates: [] }),
  );
  test.each(["An outage on Backblaze's side", 'Backblaze-side outage'])('"%s": it ends with it', (sentence) =>
    expect(readSentence(sentence, 'recovers').predicates).toEqual([
      { measure: 'recovery-time', max: 10_000, unit: 'ms' },
    ]),
  );
});

describe('what users see', () => {
  test('"serves without cache (degraded)": right, not from the cache, and within 3 s', () => {
    expect(sees('api serves without cache (degraded)')).toEqual([
      { measure: 'share-ok', where: { journey: 'list' }, min: 0.99, unit: 'share' },
      { measure: 'share-cache-hit', where: { journey: 'list' }, max: 0.01, unit: 'share' },
      { measure: 'latency-p95', where: { journey: 'list' }, max: 3_000, unit: 'ms' },
    ]);
  });
  test.each([
    ['521 errors at CF', 521],
    ['users get a 404', 404],
    ['502 to user', 502],
    ['Error 522.', 522],
    ['(503)', 503],
  ])('"%s" is a status: half of the requests or more end with it', (sentence, status) => {
    expect(sees(sentence)).toEqual([
      { measure: 'share-status', where: { journey: 'list', status }, min: 0.5, unit: 'share' },
    ]);
  });
  test.each([
    '502 to user briefly',
    '502 to users, briefly',
    'briefly 502',
    'a 502 for a moment',
    '502 for a few seconds',
  ])('"%s": some requests, and for at most 5 s at a stretch', (sentence) => {
    const where = { journey: 'list', status: 502 };
    expect(sees(sentence)).toEqual([
      { measure: 'share-status', where, min: SOME_SHARE, unit: 'share' },
      { measure: 'longest-spell', where, max: 5_000, unit: 'ms' },
    ]);
  });
  test.each([
    'New connections fail DNS',
    'New connections fail at DNS',
    'a new connection fails',
    'new connections fail in the name lookup',
  ])('"%s": most requests that need one are not answered right in time', (sentence) => {
    expect(sees(sentence)).toEqual([
      { measure: 'share-failed', where: { journey: 'list', connection: 'new' }, min: 0.5, unit: 'share' },
    ]);
  });
  test.each([
    'Both old and new handle traffic simultaneously until the rolling update completes',
    'Old and new pods serve requests side by side during the rollout',
    'new and old versions take traffic at the same time',
    'both versions serve users',
  ])('"%s": each revision answers a tenth and more of what is asked as long as there are both', (sentence) => {
    expect(sees(sentence)).toEqual([
      { measure: 'share-by-each-revision', where: { journey: 'list' }, min: 0.1, unit: 'share' },
    ]);
  });
  test.each([
    'Old and new pods do not serve traffic together',
    'old pods serve traffic until the rollout completes',
    'half of old and new pods serve traffic',
    'only if both versions serve traffic will users notice',
  ])('"%s" does not say that both answer', (sentence) => {
    expect(sees(sentence)).toEqual([]);
  });
  test.each([
    ['saves and lists fail', 'share-failed', { min: 0.5 }],
    ['every save and every list fails', 'share-failed', { min: 0.95 }],
    ['most saves and some lists work', undefined, {}],
  ] as const)('"%s" is said of each', (sentence, measure, bounds) => {
    const read = readSentence(sentence, 'sees', undefined, honeydue.journeys).predicates;
    const of = (journey: string) => ({ measure, where: { journey }, ...bounds, unit: 'share' });
    expect(read).toEqual(measure === undefined ? [] : [of('createTask'), of('listTasks')]);
  });
  test('"Lists load without the cache": they are served, from elsewhere', () => {
    expect(sees('Lists load without the cache').map((one) => one.measure)).toEqual(['share-ok', 'share-cache-hit']);
    expect(sees('lists load only after a minute')).toEqual([]);
    expect(sees('CPU load rises')).toEqual([]);
  });
  test('"Old and new connections fail" is not said of new ones alone', () => {
    expect(sees('Old and new connections fail')).toEqual([]);
  });
  test.each([
    'CF routes to other nodes',
    'Cloudflare routes to the other nodes',
    'the edge reroutes around it',
    'routes to another POP',
  ])('"%s": who comes ten seconds after the fault is served as before', (sentence) => {
    expect(sees(sentence)).toEqual([
      { measure: 'share-led-away', where: { journey: 'list', afterMs: 10_000 }, min: 0.99, unit: 'share' },
    ]);
  });
  test.each([
    'Some requests time out',
    'some users fail',
    "Pods on that node can't reach Services",
    'Pods there cannot reach services',
    'Cross-node pod communication fails',
  ])('"%s": some requests are not answered right in time', (sentence) => {
    expect(sees(sentence)).toMatchObject([
      { measure: 'share-failed', where: { journey: 'list' }, min: SOME_SHARE, unit: 'share' },
    ]);
  });
  test('where several journeys are exposed all requests are meant', () => {
    expect(readSentence('it works', 'sees').predicates).toEqual([
      { measure: 'share-ok', where: {}, min: 0.99, unit: 'share' },
    ]);
  });
  test.each(['500 ms slower', 'adds 500ms', 'about 450 users wait', '450 requests queue', '1.502', '5020 ms'])(
    '"%s" is no status',
    (sentence) => {
      expect(measures(sentence)).not.toContain('share-status');
    },
  );
  test.each(['keeps serving', 'it works'])('"%s": 99 %% are right', (sentence) => {
    expect(sees(sentence)).toMatchObject([{ measure: 'share-ok', min: 0.99 }]);
  });
  test.each(['nobody notices', 'users don’t notice', "users don't notice"])('"%s": all are right', (sentence) => {
    expect(sees(sentence)).toMatchObject([{ measure: 'share-ok', min: 1 }]);
  });
  test('a sentence about a scenario that exposes all requests is about all of them', () => {
    expect(readSentence('keeps serving', 'sees', undefined).predicates[0]?.where).toEqual({});
    expect(readSentence('502 errors', 'sees', undefined).predicates[0]?.where).toEqual({ status: 502 });
  });
  test.each(["login doesn't work", 'login doesn’t work', 'never slow', 'stops; 502 never shown'])(
    '"%s" is denied: it is not read as its opposite',
    (sentence) => {
      expect(sees(sentence)).toEqual([]);
      expect(readSentence(sentence, 'sees', 'list').unread.length).toBeGreaterThan(1);
    },
  );
});

test.each([
  ['Restart Redis pod', true],
  ['kubelet restarts pod', true],
  ['Automatic', true],
  ['Re-add rule', true],
  ['Neon-side issue; outage', false],
  ['Does not restart', false],
])('recovery "%s" can be measured: %s', (sentence, measured) => {
  expect(readSentence(sentence, 'recovers', 'list').predicates).toMatchObject(
    measured ? [{ measure: 'recovery-time', max: 10_000, unit: 'ms' }] : [],
  );
});

describe('any sentence', () => {
  const vocabulary = [
    '502',
    'errors',
    'works',
    'not',
    'slow',
    'cache',
    'without',
    'users',
    '500',
    'ms',
    'nobody',
    'notices',
  ];
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.array(fc.constantFrom(...vocabulary), { maxLength: 12 }).map((words) => words.join(' ')),
  );
  test('is read without an error, and each word is read, filler, or told as unread', () => {
    fc.assert(
      fc.property(anything, fc.constantFrom('sees' as const, 'recovers' as const), (sentence, about) => {
        const { predicates, unread } = readSentence(sentence, about, 'list');
        for (const word of unread) if (!plainText(sentence).includes(word)) return false;
        return predicates.every((one) => one.min !== undefined || one.max !== undefined);
      }),
    );
  });
  test('made of words that mean nothing here is told back word for word', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('runbook', 'pager', 'Straße', 'レディス', 'x-y'), { minLength: 1 }),
        (words) => {
          const { predicates, unread } = readSentence(words.join(', '), 'sees', 'list');
          expect(predicates).toEqual([]);
          expect(unread).toEqual(words.map((word) => word.toLowerCase()));
        },
      ),
    );
  });
});
