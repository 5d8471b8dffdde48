/** Which requests count where. */
import { describe, expect, test } from 'vitest';
import {
  countsOf,
  phaseStats,
  requestsIn,
  stalls,
  statusOf,
  windowsOf,
  withoutLastSecond,
} from '../../sim/checkers/window.ts';
import type { Outcome } from '../../sim/runtimes/contract.ts';
import type { Phase, PlayedEntry } from '../../sim/runtimes/entries.ts';
import { end, fault, request, stall, step, steps, unanswered } from './entries.ts';

const ids = (entries: readonly PlayedEntry[], phase: Phase, journeys?: readonly string[]): string[] =>
  requestsIn(entries, phase, journeys).counted.map((one) => one.requestId);

describe('windows', () => {
  test('run from step to step, the last to the end of the play', () => {
    expect(windowsOf(steps())).toEqual([
      { phase: 'before', fromMs: 0, toMs: 1_000 },
      { phase: 'during', fromMs: 1_000, toMs: 2_000 },
      { phase: 'after', fromMs: 2_000, toMs: 3_001 },
    ]);
  });
  test('with a fault begin when it is in force, not when it was asked for; healing moves nothing', () => {
    const applied = fault(1_300, 'applied');
    const windows = windowsOf([...steps(), fault(1_200, 'applied'), applied, fault(2_010, 'healed')]);
    expect(windows.map((one) => one.fromMs)).toEqual([0, 1_300, 2_000]);
    const requests = [request('meanwhile', 1_299), request('first', 1_300)];
    expect(ids([...steps(), applied, ...requests], 'during')).toEqual(['first']);
    expect(ids([...steps(), applied, ...requests], 'before')).toEqual([]);
  });
  test('of an empty journal: none', () => {
    expect(windowsOf([])).toEqual([]);
    expect(requestsIn([], 'during')).toEqual({ counted: [], excluded: 0 });
  });
  test('a request belongs to the window in which it was due, however long it took', () => {
    const entries = [...steps(), request('late', 999, { tookMs: 900 }), request('edge', 1_000), request('last', 1_999)];
    expect(ids(entries, 'before')).toEqual(['late']);
    expect(ids(entries, 'during')).toEqual(['edge', 'last']);
    expect(ids(entries, 'after')).toEqual([]);
  });
  test('two steps of one phase are one window to count in', () => {
    const entries = [step(0, 'during'), step(10, 'before'), step(20, 'during'), end(30)];
    const requests = [0, 10, 20].map((atMs) => request(`r${atMs}`, atMs));
    expect(ids([...entries, ...requests], 'during')).toEqual(['r0', 'r20']);
  });
  test('a step that says when it was is a window of its own, and its phase says nothing of it', () => {
    const told = { ...step(1_500, 'during'), told: 'later' } as PlayedEntry;
    const entries = [
      step(0, 'before'),
      step(1_000, 'during'),
      told,
      end(2_000),
      request('a', 1_400),
      request('b', 1_600),
    ];
    const window = windowsOf(entries).find((one) => one.told === 'later');
    expect(window === undefined ? [] : requestsIn(entries, window).counted.map((o) => o.requestId)).toEqual(['b']);
    expect(phaseStats(entries, [], 10_000)).toEqual([
      { phase: 'before', fromMs: 0, toMs: 1_000, journeys: {} },
      { phase: 'during', fromMs: 1_000, toMs: 2_001, journeys: {} },
    ]);
    expect(phaseStats([told, end(2_000)], [], 10_000)[0]).not.toHaveProperty('told');
  });
  test('a phase that comes twice is two, each with its own requests', () => {
    const entries = [
      step(0, 'warm-up'),
      step(1_000, 'before'),
      step(2_000, 'warm-up'),
      step(3_000, 'during'),
      end(4_000),
    ];
    const requests = [500, 1_500, 2_500, 2_600].map((atMs) => request(`r${atMs}`, atMs));
    const stats = phaseStats([...entries, ...requests], ['list'], 10_000);
    expect(stats.map((one) => [one.phase, one.journeys['list']?.counts.exposed])).toEqual([
      ['warm-up', 1],
      ['before', 1],
      ['warm-up', 2],
      ['during', 0],
    ]);
  });
  test('that the twin stood still while it came up, on a clock of its own, leaves no request out', () => {
    const counted = (...entries: PlayedEntry[]) => requestsIn(entries, 'during').counted.length;
    const asked = request('r', 1_100);
    expect(counted(stall(1_500, 1_200), ...steps(), asked)).toBe(1);
    expect(counted(...steps(), stall(1_500, 1_200), asked)).toBe(0);
  });
  test('what is sent in a step that does not count is in no window; its phase lasts on all the same', () => {
    const spell = { ...step(2_000, 'during'), counts: false } as PlayedEntry;
    const entries = [step(0, 'before'), step(1_000, 'during'), spell, step(3_000, 'after'), end(4_000)];
    const requests = [500, 1_500, 2_500, 3_500].map((atMs) => request(`r${atMs}`, atMs));
    expect(ids([...entries, ...requests], 'during')).toEqual(['r1500']);
    expect(windowsOf(entries).map((one) => [one.fromMs, one.toMs])).toEqual([
      [0, 1_000],
      [1_000, 2_000],
      [3_000, 4_001],
    ]);
    const during = phaseStats([...entries, ...requests], ['list'], 10_000).find((one) => one.phase === 'during');
    expect([during?.fromMs, during?.toMs, during?.journeys['list']?.counts.exposed]).toEqual([1_000, 3_000, 1]);
  });
  test('journeys can be picked', () => {
    const entries = [...steps(), request('a', 5), request('b', 6, { journey: 'create' })];
    expect(ids(entries, 'before', ['create'])).toEqual(['b']);
    expect(ids(entries, 'before')).toEqual(['a', 'b']);
  });
  test('a journal of a hundred and fifty thousand entries is no matter', () => {
    const many = Array.from({ length: 150_000 }, (_, n) => request(`r${n}`, 1_000));
    expect(windowsOf([...steps(), ...many])).toHaveLength(3);
  });
});

describe('stalls of the twin itself', () => {
  const still = [...steps(), stall(1_500, 200)];
  test('last from the beat that was missed to the one that came', () => {
    expect(stalls(still)).toEqual([{ fromMs: 1_300, toMs: 1_500 }]);
  });
  test.each([
    ['was over before', 1_100, 200, true],
    ['began before and was under way', 1_250, 100, false],
    ['lay within', 1_400, 10, false],
    ['spanned it', 1_100, 900, false],
    ['spanned it and took ten times as long', 1_100, 2_000, true],
    ['was due in it', 1_499, 100, false],
    ['was due when it had ended', 1_500, 100, true],
  ])('a request that %s counts: %3$s', (_name, atMs, tookMs, counts) => {
    const requests = requestsIn([...still, request('r', atMs, { tookMs })], 'during');
    expect(requests.counted).toHaveLength(counts ? 1 : 0);
    expect(requests.excluded).toBe(counts ? 0 : 1);
  });
});

describe('counts', () => {
  const error = { end: 'fail', error: 'client-timeout', tookMs: 60_000 } as const;
  const entries = [
    ...steps(),
    request('ok', 1_000),
    request('slow', 1_001, { tookMs: 10_001 }),
    request('502', 1_002, { end: 'fail', status: 502, evidence: { headers: {}, bodyHead: 'Bad Gateway' } }),
    request('lacking', 1_003, { end: 'fail', error: 'wrong-body' }),
    unanswered('timeout', 1_004, { ...error, end: 'unknown' }),
  ];
  test('tell apart right, failed, unknown, and right too late for who was waiting', () => {
    expect(countsOf(requestsIn(entries, 'during'), 10_000)).toEqual({
      exposed: 5,
      ok: 2,
      fail: 2,
      unknown: 1,
      inTime: 1,
      excluded: 0,
      byStatus: { '200': 2, '502': 1, 'wrong body': 1, 'client-timeout': 1 },
      byProducer: { api: 3, ingress: 1, phone: 1 },
    });
  });
  test.each<[string, Partial<Outcome>, string]>([
    ['its status', {}, '200'],
    ['that the body was wrong, whatever the status', { error: 'wrong-body' }, 'wrong body'],
  ])('a request is called by %s', (_name, change, word) => {
    const entry = request('r', 0, change);
    expect(entry.kind === 'request' && statusOf(entry.outcome)).toBe(word);
  });
});

test('figures of a journey rest on right answers only', () => {
  const hit = { evidence: { headers: { 'x-cache': 'HIT' }, bodyHead: '[]' } };
  const entries = [
    ...steps(),
    ...[10, 20, 30].map((tookMs) => request(`r${tookMs}`, 0, { tookMs, ...hit })),
    request('bad', 0, { end: 'fail', status: 500, tookMs: 9_000 }),
  ];
  const before = phaseStats(entries, ['list', 'create'], 10_000)[0];
  expect(before?.journeys['list']).toMatchObject({ p50Ms: 20, p95Ms: 30, maxMs: 30, cacheHits: 3 });
  expect(before?.journeys['create']).toMatchObject({ p50Ms: undefined, maxMs: undefined, cacheHits: 0 });
});

test('windows of one phase that follow each other are told as one', () => {
  const two = [step(0, 'before'), step(1_000, 'during'), step(2_000, 'during'), step(3_000, 'after'), end(4_000)];
  expect(phaseStats(two, [], 1).map(({ phase, fromMs, toMs }) => [phase, fromMs, toMs])).toEqual([
    ['before', 0, 1_000],
    ['during', 1_000, 3_000],
    ['after', 3_000, 4_001],
  ]);
});

describe('how steady it was before a fault', () => {
  const long = [step(0, 'before'), step(5_000, 'during'), step(9_000, 'after'), end(12_000)];
  const asked = (...atMs: number[]): string[] =>
    ids(withoutLastSecond([...long, ...atMs.map((one) => request(`at ${one}`, one))]), 'before');
  test('is not asked of the last second, whatever became of who was sent in it', () => {
    expect(asked(10, 3_999, 4_000, 4_999)).toEqual(['at 10', 'at 3999']);
  });
  test('is asked of all where nobody was sent earlier', () => {
    expect(asked(4_000, 4_999)).toEqual(['at 4000', 'at 4999']);
  });
  test('what is sent under the fault stays', () => {
    expect(ids(withoutLastSecond([...long, request('x', 100), request('y', 5_000)]), 'during')).toEqual(['y']);
  });
  test('a journal that has grown is looked at again', () => {
    const entries = [...long, request('a', 100)];
    expect(ids(withoutLastSecond(entries), 'before')).toEqual(['a']);
    entries.push(request('b', 200));
    expect(ids(withoutLastSecond(entries), 'before')).toEqual(['a', 'b']);
  });
});
