/** Who sends what, when: drawn before the first request is sent. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPrng } from '../../sim/prng.ts';
import type { PlannedRequest } from '../../sim/runtimes/contract.ts';
import { planRequests, scriptRateRps } from '../../sim/traffic/plan.ts';
import type { LoadScript, ScriptedJourney } from '../../sim/traffic/script.ts';

const journey = (name: string, rateRps: number): ScriptedJourney => ({
  journey: name,
  rateRps,
  render: (user, n) => ({ method: 'GET', url: '/', headers: { 'X-Request-Id': `u${user}-${name}-${n}` } }),
});
const tasks: LoadScript = { file: 'x', journeys: [journey('list', 17), journey('create', 3)] };
const plan = (
  options: Partial<Parameters<typeof planRequests>[1]> & { seed?: number; script?: LoadScript } = {},
): PlannedRequest[] =>
  planRequests(options.script ?? tasks, {
    prng: createPrng(options.seed ?? 7),
    rateRps: undefined,
    population: 61,
    untilMs: 10_000,
    ...options,
  });
const of = (requests: readonly PlannedRequest[], name: string) => requests.filter((one) => one.journey === name);

describe('a plan', () => {
  test('holds as many requests as the rates say, over whole seconds exactly', () => {
    expect(scriptRateRps(tasks)).toBe(20);
    expect(of(plan(), 'list')).toHaveLength(170);
    expect(of(plan(), 'create')).toHaveLength(30);
  });
  test('for any rate, length and seed: none early, none late, the count within one of rate × time', () => {
    const some = fc.record({
      rateRps: fc.double({ min: 0.2, max: 300, noNaN: true }),
      untilMs: fc.integer({ min: 1, max: 20_000 }),
      seed: fc.nat(),
      population: fc.integer({ min: 1, max: 90 }),
    });
    fc.assert(
      fc.property(some, (options) => {
        const requests = plan({ ...options, script: { file: 'x', journeys: [journey('list', 1)] } });
        for (const one of requests) if (one.atMs < 0 || one.atMs >= options.untilMs) return false;
        return Math.abs(requests.length - (options.rateRps * options.untilMs) / 1_000) <= 1;
      }),
    );
  });
  test('is open-loop: a journey’s requests are due at even distances, whatever becomes of them', () => {
    const lists = of(plan(), 'list');
    const gaps = lists.slice(1).map((one, index) => one.atMs - (lists[index]?.atMs ?? 0));
    for (const gap of gaps) expect(gap).toBeCloseTo(1_000 / 17, 6);
  });
  test('is in the order in which requests are due', () => {
    const due = plan().map((one) => one.atMs);
    expect(due).toEqual(due.toSorted((a, b) => a - b));
  });
  test('scales by rate and keeps the journeys’ weights', () => {
    const requests = plan({ rateRps: 100 });
    expect(of(requests, 'list')).toHaveLength(850);
    expect(of(requests, 'create')).toHaveLength(150);
  });
  test('comes from the seed, and from nothing else', () => {
    expect(plan({ seed: 7 })).toEqual(plan({ seed: 7 }));
    expect(plan({ seed: 8 })).not.toEqual(plan({ seed: 7 }));
  });
  test('another journey beside it does not move a journey’s instants', () => {
    const alone = plan({ script: { file: 'x', journeys: [journey('list', 17)] } });
    expect(of(plan(), 'list').map((one) => one.atMs)).toEqual(alone.map((one) => one.atMs));
  });
  test.each([
    [20, 61],
    [20, 100],
    [20, 60],
    [45, 61],
    [100, 61],
    [400, 61],
  ])(
    'at %i requests a second of %i users nobody is back within three seconds, nor has one journey for ever',
    (rateRps, population) => {
      const requests = plan({ rateRps, population, untilMs: 90_000 });
      for (const own of Map.groupBy(requests, (one) => one.user).values()) {
        for (const [index, { atMs }] of own.entries())
          expect(atMs - (own[index - 1]?.atMs ?? -Infinity)).toBeGreaterThan(2_800);
        expect(new Set(own.map((one) => one.journey)).size).toBe(2);
      }
    },
  );
  test('gives every user a turn before anyone has a second, so that nobody overlaps himself', () => {
    const users = plan().map((one) => one.user);
    for (let from = 0; from + 61 <= users.length; from++) expect(new Set(users.slice(from, from + 61)).size).toBe(61);
    expect([Math.min(...users), Math.max(...users)]).toEqual([1, 61]);
  });
  test('names no two requests the same', () => {
    const requests = plan({ untilMs: 60_000 });
    expect(new Set(requests.map((one) => one.requestId)).size).toBe(requests.length);
  });
  test('names a request by user, journey and turn where the script does not', () => {
    const bare: ScriptedJourney = { ...journey('list', 1), render: () => ({ method: 'GET', url: '/', headers: {} }) };
    expect(plan({ script: { file: 'x', journeys: [bare] }, untilMs: 1_000 })[0]?.requestId).toMatch(/^u\d+-list-0$/);
  });
});
