/** What is said of an action that is none. */
import { expect, test } from 'vitest';
import redisDown from '../../scenarios/redis-down.ts';
import { SimError } from '../../sim/errors.ts';
import { defineScenario } from '../../sim/scenario/scenario.ts';

const messageOf = (action: object): string => {
  const { dead } = redisDown.variants;
  const steps = dead!.steps.map((step, at) => (at === 2 ? { ...step, do: [action] } : step));
  try {
    defineScenario({ ...redisDown, variants: { dead: { ...dead!, steps } } } as never);
  } catch (error) {
    if (error instanceof SimError) return error.message;
  }
  return 'nothing';
};

test('an unknown fault is named, with those that there are', () => {
  const said = messageOf({ fault: 'crush', params: { workload: 'redis' }, as: 'redis' });
  expect(said).toContain('variants.dead.steps.2.do.0.fault');
  expect(said).toContain('there is no fault "crush"');
  expect(said).toContain('did you mean "crash"?');
});
test('so is an unknown operation', () => {
  const said = messageOf({ operate: 'rolout', params: { workload: 'api' } });
  expect(said).toMatch(/there is no operation "rolout"[^]*did you mean "rollout"\?/);
});
test('of anything else it is said what an action is', () => {
  expect(messageOf({ brake: 'redis' })).toContain(
    'is no action: { fault, params, as }, { operate, params, as } or { heal }',
  );
});
