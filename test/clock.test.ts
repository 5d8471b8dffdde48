/** The two kinds of time: user time is never shortened, idle time only as far as the scenario's order of timers holds. */
import { describe, expect, test } from 'vitest';
import { liveClock, NOISE_MARGIN, shortenedIdleMs } from '../sim/clock.ts';
import { TIMERS, type TimerName } from '../topology/timers.ts';

const short = (name: TimerName, tempo: number, order: Parameters<typeof shortenedIdleMs>[3] = []): number =>
  shortenedIdleMs(name, TIMERS[name].ms, tempo, order);

describe('tempo', () => {
  test.each((Object.keys(TIMERS) as TimerName[]).filter((name) => TIMERS[name].kind === 'user'))(
    'never touches %s, which is user time',
    (name) => {
      expect(short(name, 1_000)).toBe(TIMERS[name].ms);
    },
  );
  test.each([1, 5, 20])('%i divides idle time', (tempo) => {
    expect(short('node.eviction', tempo)).toBe(300_000 / tempo);
  });
  test('keeps an order the scenario hangs on, with a margin for noise', () => {
    expect(short('node.grace', 20, [['edge.connect', 'node.grace']])).toBe(19_000 * NOISE_MARGIN);
  });
  test('keeps a chain of orders: 19 s before the grace before the eviction', () => {
    const order = [
      ['edge.connect', 'node.grace'],
      ['node.grace', 'node.eviction'],
    ] as const;
    expect(short('node.eviction', 1_000, order)).toBe(19_000 * NOISE_MARGIN ** 2);
  });
  test.each([
    [1, 600_000],
    [20, 30_000],
  ])('%i: two days of a delegation are not lived through', (tempo, livedMs) => {
    expect(short('dns.delegation', tempo)).toBe(livedMs);
    expect(short('deployment.progress-deadline', tempo)).toBe(livedMs);
  });
  test('never makes a wait longer than it is', () => {
    expect(short('node.lease', 20, [['edge.read', 'node.lease']])).toBe(10_000);
  });
  test('an order that bites its own tail ends', () => {
    const order = [
      ['node.grace', 'node.eviction'],
      ['node.eviction', 'node.grace'],
    ] as const;
    expect(short('node.grace', 20, order)).toBeGreaterThan(0);
  });
  test('starts from what a topology sets, and shortens that', async () => {
    const timers = { 'node.grace': 40_000, 'node.eviction': 100 } as const;
    const clock = liveClock({ tempo: 20, order: [], timers });
    expect([clock.shortenedMs('node.grace'), clock.shortenedMs('node.eviction')]).toEqual([2_000, 5]);
    expect(clock.shortenedMs('node.lease')).toBe(500);
    // Its documented 300 s, or 15 of them here, would be longer than a test may take.
    await clock.idle('node.eviction');
  });
  test('is the clock’s alone: it tells how long an idle wait will take', () => {
    const clock = liveClock({ tempo: 20, order: [] });
    expect(clock.shortenedMs('node.eviction')).toBe(15_000);
    expect(clock.shortenedMs('node.eviction', 1_000)).toBe(50);
    expect(clock.shortenedMs('edge.connect')).toBe(19_000);
  });
});
