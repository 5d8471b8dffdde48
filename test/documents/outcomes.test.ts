/** What a sentence about an outcome is read as: how many, who, for how long, what is lost; and the opposite of it. */
import { describe, expect, test } from 'vitest';
import { readSentence } from '../../sim/documents/readings.ts';
import { SOME_SHARE } from '../../sim/scenario/phrases.ts';
import honeydue from '../../topology/honeydue.ts';

const read = (sentence: string, about: 'sees' | 'recovers' = 'sees'): string[] =>
  readSentence(sentence, about, 'listTasks', honeydue.journeys).predicates.map(
    ({ measure, where = {}, min, max }) =>
      `${[measure, where.status, where.journey === 'listTasks' ? undefined : where.journey].filter((one) => one !== undefined).join(' ')} ${min ?? ''}..${max ?? ''}`,
  );

describe('how many', () => {
  test.each([
    ['every read returns 500', ['share-status 500 0.95..']],
    ['all requests fail', ['share-failed 0.95..']],
    ['requests fail', ['share-failed 0.5..']],
    ['some requests time out', [`share-failed ${SOME_SHARE}..0.95`]],
    ['intermittent errors', [`share-failed ${SOME_SHARE}..0.95`]],
    ['a third of requests hang', [`share-failed ${1 / 6}..0.5`]],
    ['20 % of requests fail', [`share-failed 0.1..${0.2 * 1.5}`]],
    ['Cross-node communication fails', [`share-failed ${SOME_SHARE}..`]],
    ['no requests fail', ['share-ok 1..']],
    ['502s for ~3s', [`share-status 502 ${SOME_SHARE}..`, 'longest-spell 502 ..3000']],
    ['502s for ~3s, fewer than 1 in 20 requests', ['share-status 502 ..0.05', 'longest-spell 502 ..3000']],
    ['none of the requests fails', ['share-ok 1..']],
    ['no request succeeds', ['share-failed 0.95..']],
    ['no errors', ['share-ok 1..']],
    ['nothing works', ['share-failed 0.5..']],
    ['users can’t log anything', ['share-failed 0.5..']],
  ])('"%s"', (sentence, predicates) => {
    expect(read(sentence)).toEqual(predicates);
  });
  test('a node is not "no d…": words are whole', () => {
    expect(read('A node fails')).toEqual(['share-failed 0.5..']);
  });
});

describe('who', () => {
  test.each([
    ['writes fail', ['share-failed createTask 0.5..']],
    ['Reads keep working; writes fail', ['share-ok 0.99..', 'share-failed createTask 0.5..']],
    ['creates get a 503', ['share-status 503 createTask 0.5..']],
  ])('"%s" is said of a journey', (sentence, predicates) => {
    expect(read(sentence)).toEqual(predicates);
  });
  test.each(['login fails', 'Checkout returns 500', 'others fail'])(
    '"%s" is said of none of ours: not read',
    (sentence) => {
      expect(read(sentence)).toEqual([]);
    },
  );
});

describe('how long, and what is lost', () => {
  test.each([
    ['requests fail for up to 30 s', [`share-failed ${SOME_SHARE}..`, 'longest-spell ..30000']],
    ['brief errors', [`share-failed ${SOME_SHARE}..`, 'longest-spell ..5000']],
    ['Lists are 200 ms slower', ['latency-added-p50 100..400']],
    ['works, but slower', ['share-ok 0.99..', 'latency-p95 ..3000']],
    ['works, only a bit slower', ['share-ok 0.99..', 'latency-p95 ..3000']],
    ['queued jobs are lost', [`jobs-lost ${SOME_SHARE}..`]],
    ['no jobs are lost', ['jobs-lost ..0']],
    ['data loss', [`writes-lost ${SOME_SHARE}..`]],
    ['no data lost', ['writes-lost ..0']],
    ['522 after 19 s', ['share-status 522 0.5..']],
  ])('"%s"', (sentence, predicates) => {
    expect(read(sentence)).toEqual(predicates);
  });
  test.each([
    ['503 "no available server" for everyone', ['share-status 503 0.95..']],
    ['"502 Bad Gateway"', ['share-status 502 0.5..']],
    ['„Fehler 503“', ['share-status 503 0.5..']],
    ['cannot buy, 500', ['share-status 500 0.5..']],
    ["every request 2 s slower (that's the time-out), no errors", ['latency-added-p50 1000..4000', 'share-ok 1..']],
    ['none (a few 499 in our logs)', ['share-ok 1..']],
    ['a third of requests fail for 40 s, then nobody notices', [`share-failed ${1 / 6}..0.5`, 'longest-spell ..40000']],
  ])('what is quoted, why, or only in logs is no outcome: "%s"', (sentence, predicates) => {
    expect(read(sentence)).toEqual(predicates);
  });
  test.each([
    ['one sixth of requests get 502', ['share-status 502 0.08333333333333333..0.25']],
    ['two out of three requests time out', [`share-failed ${1 / 3}..1`]],
    ['3/4 of requests fail', ['share-failed 0.375..1']],
    ['between 20 % and 40 % of requests fail with HTTP 500', ['share-status 500 0.15..0.44999999999999996']],
    ['5 % of requests fail', ['share-failed 0.025..0.07500000000000001']],
    ['alle Anfragen, ein Fünftel davon 502', []],
    ['500 en todo lo nuevo', []],
    ['+500ms on every request', ['latency-added-p50 250..1000']],
    ['first slow, then 504 for everybody', ['share-status 504 0.95..']],
    ['ok for a while, then all fail', []],
    ['jobs queue up, none lost', ['jobs-lost ..0']],
    ['Nobody notices and queued jobs are lost', [`jobs-lost ${SOME_SHARE}..`, 'share-ok 1..']],
    ['Users see no errors and notifications are lost', [`jobs-lost ${SOME_SHARE}..`, 'share-ok 1..']],
    ['No errors and some jobs are lost', [`jobs-lost ${SOME_SHARE}..`, 'share-ok 1..']],
    ['Some jobs are lost and nobody notices', [`jobs-lost ${SOME_SHARE}..`, 'share-ok 1..']],
    ['Nobody notices and no jobs are lost', ['jobs-lost ..0', 'share-ok 1..']],
    ['Up to 5 % of requests fail and jobs are lost', [`jobs-lost ${SOME_SHARE}..`, 'share-failed ..0.05']],
    ['All requests fail and queued jobs are lost', [`jobs-lost ${SOME_SHARE}..`, 'share-failed 0.95..']],
    ['All requests fail and none of the queued jobs are lost', ['jobs-lost ..0', 'share-failed 0.95..']],
    ['Users get 502 and at most 5 % of our rows are lost', ['writes-lost ..0.05', 'share-status 502 0.5..']],
    ['No user loses data', ['writes-lost ..0']],
    ['buying works, receipts fail with 503', []],
    ['everything works, some users get 503', []],
  ])('how many of whom: "%s"', (sentence, predicates) => {
    expect(read(sentence)).toEqual(predicates);
  });
  test.each([
    'Nobody notices for weeks; after that 526 for all',
    'Nothing, until a pod moves; then a third of requests end in 504',
    'Nobody notices, or one 502',
    'zunächst merkt niemand etwas, nach einigen Minuten 500 bei jeder Anfrage',
    'every request fails, no errors',
  ])('of two phases one alone is not read: "%s"', (sentence) => {
    expect(read(sentence)).toEqual([]);
  });
  test.each(['500 on new connections', '500 on new DB connections', '500s on everything that opens a connection'])(
    'who opens a connection is meant: "%s"',
    (sentence) => {
      expect(readSentence(sentence, 'sees').predicates).toEqual([
        { measure: 'share-status', where: { connection: 'new', status: 500 }, min: 0.5, unit: 'share' },
      ]);
    },
  );
  test.each([
    ['Automatic failover, no data lost, 60-120 s', ['recovery-time ..120000']],
    ['von Hand, 30–60 Minuten; bis zu 1,5 s verloren', ['recovery-time ..3600000']],
    ['startet neu, etwa 1,5 s', ['recovery-time ..1500']],
    ['by hand, took us a quarter of an hour', ['recovery-time ..900000']],
    ['von Hand, eine halbe Stunde', ['recovery-time ..1800000']],
    ["automatic, ~90 s, don't touch anything", ['recovery-time ..90000']],
    ['Automatic', ['recovery-time ..10000']],
    ['Automatic within 30 s', ['recovery-time ..30000']],
    ['recovers after about 2 minutes', ['recovery-time ..120000']],
    ['~30 s', ['recovery-time ..30000']],
    ['Failover by hand', ['recovery-time ..10000']],
    ['Manual DNS fallback; extremely rare', ['recovery-time ..10000']],
    ['call the provider', []],
    ['does not recover', []],
  ])('recovery "%s"', (sentence, predicates) => {
    expect(read(sentence, 'recovers')).toEqual(predicates);
  });
});

test('who can not resolve a public name is whoever asks for it; how many do is not said', () => {
  for (const sentence of [
    "Can't resolve api.myhoneydue.com",
    "api.myhoneydue.com can't be resolved",
    'api.example.org does not resolve',
    'shop.example.org no longer resolves',
  ])
    expect([sentence, readSentence(sentence, 'sees').predicates]).toEqual([
      sentence,
      [{ measure: 'share-failed', where: { name: 'asked' }, min: 0.95, unit: 'share' }],
    ]);
  expect(readSentence("Services can't resolve each other", 'sees').predicates[0]?.where?.name).toBe(undefined);
});
test('a fallback by hand is told from a restart by hand, and from what falls back by itself', () => {
  const by = (cell: string): unknown => readSentence(cell, 'recovers').predicates[0]?.where?.by;
  expect(['Manual DNS fallback', 'Restart by hand', 'Falls back automatically'].map(by)).toEqual([
    'fallback',
    undefined,
    'itself',
  ]);
});

test('by itself is told from by hand', () => {
  const by = (sentence: string): unknown => readSentence(sentence, 'recovers').predicates[0]?.where?.by;
  expect(['Automatic', 'self-heals', 'Restart Redis', 'kubelet restarts the pod', '~30 s'].map(by)).toEqual([
    'itself',
    'itself',
    undefined,
    undefined,
    undefined,
  ]);
});

/** A sentence and its opposite can not both hold: no share lies within both. */
describe('opposite sentences', () => {
  const held = (sentence: string, share: number): boolean =>
    readSentence(sentence, 'sees', 'listTasks', honeydue.journeys).predicates.every(({ measure, min = 0, max = 1 }) => {
      const failed = measure === 'share-ok' ? 1 - share : share;
      return failed >= min && failed <= max;
    });
  test.each([
    ['lists keep working', 'lists fail'],
    ['all requests fail', 'some requests fail'],
    ['nobody notices', 'everything fails'],
    ['no errors', 'errors for everyone'],
    ['works', 'does not work'],
    ['no requests fail', 'some requests fail'],
  ])('"%s" and "%s"', (one, other) => {
    for (let share = 0; share <= 1; share += 0.01)
      expect([held(one, share), held(other, share)]).not.toEqual([true, true]);
  });
});

test.each([
  ['ＡＰＩ　５０２', ['share-status 502 0.5..']],
  ['٥٠٢ للمستخدم', ['share-status 502 0.5..']],
  ['५०३', ['share-status 503 0.5..']],
])('digits of other scripts and widths are digits: %s', (sentence, predicates) => {
  expect(read(sentence)).toEqual(predicates);
});
