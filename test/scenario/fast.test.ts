/** How phases are cut, and how plays are shared between machines. */
import { describe, expect, test } from 'vitest';
import redisDown from '../../scenarios/redis-down.ts';
import { fast, shard } from '../../sim/scenario/fast.ts';
import { phaseMs, type Scenario, type Step } from '../../sim/scenario/scenario.ts';
import type { LoadScript } from '../../sim/traffic/script.ts';
import { fc } from '../reports/property.ts';

const PATIENCE_MS = 10_000;
const journey = (name: string, rateRps: number): LoadScript['journeys'][number] => ({
  journey: name,
  rateRps,
  render: () => ({ method: 'GET', path: '/', headers: {}, body: undefined }) as never,
});
const script = (lists: number, creates: number): LoadScript => ({
  file: 'test',
  journeys: [journey('listTasks', lists), journey('createTask', creates)],
});
function lengths(scenario: Scenario, load: LoadScript, rateRps?: number): Record<string, number> {
  const [cut] = fast([scenario], new Map([[scenario.load, load]]), PATIENCE_MS, rateRps);
  const variant = cut?.variants['hung'];
  if (variant === undefined) throw new Error('no such variant');
  return Object.fromEntries((['warm-up', 'before', 'during', 'after'] as const).map((p) => [p, phaseMs(variant, p)]));
}
const withSteps = (change: (step: Step) => Partial<Step>): Scenario => ({
  ...redisDown,
  variants: {
    hung: { title: 'T', set: {}, steps: redisDown.variants['hung']?.steps.map((s) => ({ ...s, ...change(s) })) ?? [] },
  },
});

describe('fast', () => {
  test('300 exposed requests of "nobody" and 100 before the last second before the fault, each with 4 % to spare; users’ patience after it and two seconds more', () => {
    expect(lengths(redisDown, script(17, 3))).toEqual({
      'warm-up': 2_000,
      before: 6_200,
      during: 18_400,
      after: 12_000,
    });
  });
  test('at a higher rate a fault lasts as long as users wait, and one look more', () => {
    expect(lengths(redisDown, script(170, 30))).toMatchObject({ before: 4_000, during: 14_000 });
    expect(lengths(redisDown, script(17, 3), 200)).toMatchObject({ before: 4_000, during: 14_000 });
  });
  test('nothing gets longer', () => {
    expect(
      lengths(
        withSteps(() => ({ lastsMs: 1_500 })),
        script(1, 1),
      ),
    ).toEqual({
      'warm-up': 1_500,
      before: 1_500,
      during: 1_500,
      after: 1_500,
    });
  });
  test('a step that says how long it takes is not cut below that', () => {
    expect(
      lengths(
        withSteps(() => ({ leastMs: 9_500 })),
        script(17, 3),
      ),
    ).toMatchObject({ before: 9_500, 'warm-up': 4_000 });
  });
});

const suite = fc
  .array(fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 })
  .map((all) =>
    all.map((seconds, s): Scenario => ({
      ...redisDown,
      id: `s${s}`,
      variants: Object.fromEntries(
        seconds.map((one, v) => [
          `v${v}`,
          { title: 'T', set: {}, steps: [{ name: 'a', phase: 'during', do: [], lastsMs: one * 1_000 }] },
        ]),
      ),
    })),
  );
const plays = (scenarios: readonly Scenario[]): string[] =>
  scenarios.flatMap(({ id, variants }) => Object.keys(variants).map((name) => `${id}/${name}`));
const lengthOf = (scenarios: readonly Scenario[]): number =>
  scenarios.flatMap((one) => Object.values(one.variants)).reduce((sum, one) => sum + phaseMs(one, 'during'), 0);

describe('shard', () => {
  test('all parts together are everything, each play once, and always the same', () => {
    fc.assert(
      fc.property(suite, fc.integer({ min: 1, max: 8 }), (scenarios, of) => {
        const parts = Array.from({ length: of }, (_, n) => shard(scenarios, { nth: n + 1, of }));
        expect(parts.flatMap(plays).toSorted()).toEqual(plays(scenarios).toSorted());
        expect(parts).toEqual(Array.from({ length: of }, (_, n) => shard(scenarios, { nth: n + 1, of })));
      }),
    );
  });
  test('no part is longer than another by more than the longest play', () => {
    fc.assert(
      fc.property(suite, fc.integer({ min: 1, max: 4 }), (scenarios, of) => {
        const long = Array.from({ length: of }, (_, n) => lengthOf(shard(scenarios, { nth: n + 1, of })));
        const longest = Math.max(
          ...scenarios.flatMap((one) => Object.values(one.variants)).map((v) => phaseMs(v, 'during')),
        );
        expect(Math.max(...long) - Math.min(...long)).toBeLessThanOrEqual(longest);
      }),
    );
  });
});
