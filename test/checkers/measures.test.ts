/** Every measure that a predicate can name, on journals written by hand. */
import { describe, expect, test } from 'vitest';
import { holds, measure, type Measured } from '../../sim/checkers/measures.ts';
import type { PlayedEntry, Predicate } from '../../sim/runtimes/entries.ts';
import { end, fault, request, step, steps } from './entries.ts';

const PATIENCE_MS = 10_000;
const of = (entries: readonly PlayedEntry[], predicate: Predicate): Measured =>
  measure([...steps(), ...entries], predicate, PATIENCE_MS);
const during = (count: number, bad = 0, change: Parameters<typeof request>[2] = { end: 'fail', status: 500 }) =>
  Array.from({ length: count }, (_, n) => request(`r${n}`, 1_000 + n, n < bad ? change : {}));
const lists = { journey: 'list' };

describe('shares', () => {
  const ok: Predicate = { measure: 'share-ok', where: lists, min: 0.99, unit: 'share' };
  test('share-ok counts right answers, and names those that were not', () => {
    const measured = of(during(100, 2), ok);
    expect(measured).toMatchObject({ value: 0.98, n: 100, hits: 98, requestIds: ['r0', 'r1'] });
    expect(measured.interval95?.low).toBeCloseTo(0.93, 2);
    expect(holds(ok, measured)).toBe(false);
  });
  test('share-ok does not ask how long it took', () => {
    expect(of(during(4, 4, { tookMs: 50_000 }), ok).value).toBe(1);
  });
  test('share-status counts one status, whoever sent it', () => {
    const predicate: Predicate = { measure: 'share-status', where: { ...lists, status: 521 }, min: 0.5, unit: 'share' };
    expect(of(during(10, 7, { end: 'fail', status: 521 }), predicate)).toMatchObject({ value: 0.7, hits: 7 });
    expect(of(during(10, 7, { end: 'fail', status: 522 }), predicate).value).toBe(0);
  });
  test('share-cache-hit counts x-cache: HIT', () => {
    const hit = { evidence: { headers: { 'x-cache': 'HIT' }, bodyHead: '[]' } };
    const predicate: Predicate = { measure: 'share-cache-hit', where: lists, max: 0.01, unit: 'share' };
    expect(of(during(200, 1, hit), predicate).value).toBe(0.005);
    expect(holds(predicate, of(during(200, 1, hit), predicate))).toBe(true);
    expect(holds(predicate, of(during(200, 3, hit), predicate))).toBe(false);
  });
  test('share-failed counts wrong answers and late ones', () => {
    const predicate: Predicate = { measure: 'share-failed', where: lists, min: 0.5, unit: 'share' };
    expect(of(during(10, 3), predicate).value).toBe(0.3);
    expect(of(during(10, 3, { tookMs: PATIENCE_MS + 1 }), predicate).value).toBe(0.3);
    expect(of(during(10, 3, { tookMs: PATIENCE_MS }), predicate).value).toBe(0);
  });
  test('share-led-away counts who comes later and is served in about the usual time', () => {
    const led: Predicate = { measure: 'share-led-away', where: { afterMs: 10_000 }, min: 0.99, unit: 'share' };
    const later = (change: Parameters<typeof request>[2], shortened = 0) =>
      measure(
        [
          step(0, 'before'),
          request('usual', 500, { tookMs: 200 }),
          step(1_000, 'during'),
          fault(1_500, 'applied'),
          { ...step(2_000, 'during'), ...(shortened === 0 ? {} : { unlivedMs: shortened }) } as PlayedEntry,
          request('soon', 11_499, { end: 'fail', status: 522 }),
          ...Array.from({ length: 9 }, (_, n) => request(`late${n}`, 11_500 + n)),
          request('one', 12_000, change),
          step(20_000, 'after'),
          end(30_000),
        ],
        led,
        PATIENCE_MS,
      );
    expect(later({ tookMs: 3_200 })).toMatchObject({ value: 1, n: 10 });
    expect(later({ tookMs: 3_201 })).toMatchObject({ value: 0.9, n: 10, requestIds: ['one'] });
    expect(later({ end: 'fail', status: 522 }).value).toBe(0.9);
    // An idle wait that was shortened before it counts in full: who came soon came late.
    expect(later({}, 1)).toMatchObject({ n: 11, requestIds: ['soon'] });
    expect(measure([...steps(), ...during(10)], led, PATIENCE_MS).value).toBe(undefined);
  });
  test('with connection "new" only requests count for which a part behind the edge asked for a name', () => {
    const predicate: Predicate = { measure: 'share-failed', where: { connection: 'new' }, min: 0.5, unit: 'share' };
    const hop = (part: string, questions: number) => ({ part, instance: '', tookMs: 1, questions });
    const measured = of(
      [
        request('before', 500, { hops: [hop('api', 4)] }),
        request('warm', 1_000, { hops: [hop('phone', 1), hop('api', 0)] }),
        request('saved', 1_001, { hops: [hop('ingress', 1)] }),
        request('lost', 1_002, { end: 'fail', status: 500, hops: [hop('ingress', 2), hop('api', 8)] }),
      ],
      predicate,
    );
    expect(measured).toMatchObject({ n: 2, hits: 1, value: 0.5, questions: { usual: 4, during: 10 } });
  });
  test('longest-spell is from the first of a spell to its last; 5 s without one part two spells', () => {
    const predicate: Predicate = { measure: 'longest-spell', where: { status: 502 }, max: 5_000, unit: 'ms' };
    const at = (atMs: number, status: number) => request(`s${atMs}`, atMs, { end: 'fail', status });
    const long = [step(0, 'before'), step(1_000, 'during'), step(30_000, 'after'), end(40_000)];
    const spell = (...entries: PlayedEntry[]) => measure([...long, ...entries], predicate, PATIENCE_MS);
    expect(spell(at(2_000, 502), at(4_000, 502), at(7_000, 500), at(9_500, 502), at(10_500, 502))).toMatchObject({
      value: 2_000,
      hits: 4,
      n: 5,
    });
    expect(spell(at(2_000, 502)).value).toBe(0);
    expect(spell(at(2_000, 200))).toMatchObject({ value: 0, isCut: false });
  });
  test('a spell that was not over at the end may be longer: within more than that is not known', () => {
    const long = [step(0, 'before'), step(1_000, 'during'), step(30_000, 'after'), end(40_000)];
    const failing = Array.from({ length: 29 }, (_, n) =>
      request(`f${n}`, 1_000 * (n + 1), { end: 'fail', status: 521 }),
    );
    const spell = (max: number, ...more: PlayedEntry[]): boolean | undefined => {
      const predicate: Predicate = { measure: 'longest-spell', where: { status: 521 }, max, unit: 'ms' };
      return holds(predicate, measure([...long, ...failing, ...more], predicate, PATIENCE_MS));
    };
    expect([spell(20_000), spell(60_000)]).toEqual([false, undefined]);
    const fine = (n: number) => Array.from({ length: n }, (_, i) => request(`ok${i}`, 29_010 + i));
    expect([spell(60_000, ...fine(18)), spell(60_000, ...fine(19))]).toEqual([undefined, true]);
    const least: Predicate = { measure: 'longest-spell', min: 60_000, unit: 'ms' };
    expect(holds(least, measure([...long, ...failing], least, PATIENCE_MS))).toBe(undefined);
  });
  test('a spell that ended long ago is over, however few requests there are', () => {
    const long = [step(0, 'before'), step(1_000, 'during'), step(30_000, 'after'), end(40_000)];
    const predicate: Predicate = { measure: 'longest-spell', where: { status: 521 }, max: 60_000, unit: 'ms' };
    const ofTwo = (bad: (n: number) => boolean) =>
      Array.from({ length: 50 }, (_, n) =>
        request(`r${n}`, 1_000 + 500 * n, bad(n) ? { end: 'fail', status: 521 } : {}),
      );
    expect(measure([...long, ...ofTwo((n) => n < 35)], predicate, PATIENCE_MS)).toMatchObject({
      value: 17_000,
      isCut: false,
    });
    expect(measure([...long, ...ofTwo((n) => n < 1).slice(0, 15)], predicate, PATIENCE_MS).isCut).toBe(false);
  });
  test('another journey’s requests are not counted', () => {
    expect(of(during(5, 5, { journey: 'create' }), ok).n).toBe(0);
  });
  test.each([
    'share-ok',
    'share-failed',
    'share-status',
    'longest-spell',
    'share-cache-hit',
    'latency-p95',
    'latency-added-p50',
    'recovery-time',
  ] as const)('%s of nothing is no value, and neither holds nor fails', (name) => {
    const predicate: Predicate = { measure: name, max: 1, unit: 'share' };
    const measured = of([], predicate);
    expect(measured.value).toBeUndefined();
    expect(holds(predicate, measured)).toBeUndefined();
  });
});

describe('latency', () => {
  const p95: Predicate = { measure: 'latency-p95', where: lists, max: 3_000, unit: 'ms' };
  test('p95 is the time within which 95 % were answered right', () => {
    expect(of(during(100, 5, { tookMs: 9_000 }), p95)).toMatchObject({ value: 100 });
    expect(of(during(100, 6, { tookMs: 9_000 }), p95)).toMatchObject({ value: 9_000 });
  });
  test('a request that was never answered right took for ever, not its time until the error', () => {
    const measured = of(during(100, 6, { end: 'fail', status: 500, tookMs: 1 }), p95);
    expect(measured.value).toBe(Infinity);
    expect(holds(p95, measured)).toBe(false);
  });
  test('added at the median is during less before', () => {
    const before = Array.from({ length: 9 }, (_, n) => request(`b${n}`, n, { tookMs: 40 }));
    const predicate: Predicate = { measure: 'latency-added-p50', where: lists, max: 100, unit: 'ms' };
    expect(of([...before, ...during(9)], predicate).value).toBe(60);
    expect(of(during(9), predicate).value).toBeUndefined();
  });
});

describe('recovery time', () => {
  const recovery: Predicate = { measure: 'recovery-time', max: 500, unit: 'ms' };
  const failed = { end: 'fail', status: 500 } as const;
  /** 100 requests, one every 10 ms from the act of recovery on; `bad` says which were not served. */
  const after = (bad: (n: number) => boolean, change: Parameters<typeof request>[2] = failed): PlayedEntry[] =>
    Array.from({ length: 100 }, (_, n) => request(`r${n}`, 2_000 + 10 * n, bad(n) ? change : {}));
  const valueOf = (...given: Parameters<typeof after>): number | undefined => of(after(...given), recovery).value;

  test('is 0 when all were served from the start', () => {
    expect(
      of(
        after(() => false),
        recovery,
      ),
    ).toMatchObject({ value: 0, n: 100, hits: 100, requestIds: [] });
  });
  test('is the first one served from which on 95 % were', () => {
    expect(valueOf((n) => n < 40)).toBe(400);
    // From request 34 on 61 of 64 were served.
    expect(valueOf((n) => n < 40 && n !== 33 && n !== 36)).toBe(360);
  });
  test('counts an idle wait until then as long as its document says', () => {
    const wait: PlayedEntry = { kind: 'step', step: 'wait', phase: 'after', play: 'p', atMs: 2_200, unlivedMs: 90_000 };
    const waited = (bad: number): number | undefined => of([...after((n) => n < bad), wait], recovery).value;
    expect([waited(40), waited(10)]).toEqual([90_400, 100]);
  });
  test('old lists from the cache do not count, which may outlive the fault by far; other wrong answers do', () => {
    const old = {
      end: 'fail',
      error: 'wrong-body',
      evidence: { headers: { 'x-cache': 'HIT' }, bodyHead: '[]' },
    } as const;
    expect(
      of(
        after((n) => n % 5 === 4, old),
        recovery,
      ),
    ).toMatchObject({ value: 0, n: 80, hits: 80 });
    expect(valueOf((n) => n % 5 === 4, { end: 'fail', error: 'wrong-body' })).toBe(810);
  });
  test('looks at all that came later: service that comes and goes is no recovery', () => {
    expect(valueOf((n) => n < 10 || (n >= 60 && n < 80))).toBe(800);
  });
  test('is never when the end of the play is not served either', () => {
    const measured = of(
      after((n) => n >= 90),
      recovery,
    );
    expect(measured).toMatchObject({ value: 810, isCut: true });
    expect(holds(recovery, measured)).toBe(false);
  });
  test('a lucky last one, or a few, are no recovery: 95 % are told of twenty at least', () => {
    expect(
      of(
        after((n) => n % 3 !== 0),
        recovery,
      ),
    ).toMatchObject({ isCut: true });
    expect(
      of(
        after((n) => n < 81),
        recovery,
      ),
    ).toMatchObject({ isCut: true });
    expect(
      of(
        after((n) => n < 80),
        recovery,
      ),
    ).toMatchObject({ value: 800, isCut: false });
  });
  test('within longer than was watched is not known', () => {
    const never = of(
      after(() => true),
      recovery,
    );
    expect(holds({ ...recovery, max: 809 }, never)).toBe(false);
    expect(holds({ ...recovery, max: 810 }, never)).toBe(undefined);
    expect(holds({ ...recovery, max: 60_000 }, never)).toBe(undefined);
  });
  test('of the last twenty requests it is not known', () => {
    const late = of(
      after((n) => n < 95),
      recovery,
    );
    expect(holds({ ...recovery, max: 950 }, late)).toBe(undefined);
    const few = of(after((n) => n === 0).slice(0, 15), recovery);
    expect(holds(recovery, few)).toBe(undefined);
  });
  test('a right answer after the users’ patience is not service', () => {
    expect(
      of(
        after(() => true, { tookMs: PATIENCE_MS + 1 }),
        recovery,
      ).isCut,
    ).toBe(true);
    expect(valueOf(() => true, { tookMs: PATIENCE_MS })).toBe(0);
  });
  test('counts every journey', () => {
    expect(valueOf((n) => n < 40, { ...failed, journey: 'create' })).toBe(400);
  });
  test('takes requests in the order they were due, in whatever order they ended', () => {
    expect(of(after((n) => n < 40).toReversed(), recovery).value).toBe(400);
  });
});

test.each([
  [{ min: 0.99 }, 0.99, true],
  [{ min: 0.99 }, 0.9899, false],
  [{ max: 3_000 }, 3_000, true],
  [{ max: 3_000 }, 3_000.1, false],
  [{ min: 1, max: 2 }, 1.5, true],
  [{}, -5, true],
])('bounds are inclusive: %j at %d holds: %s', (bounds, value, expected) => {
  const measured: Measured = { value, interval95: undefined, n: 1, hits: 1, requestIds: [] };
  expect(holds({ measure: 'share-ok', unit: 'share', ...bounds }, measured)).toBe(expected);
});
