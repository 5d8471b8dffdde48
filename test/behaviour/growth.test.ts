/** Which programs can be made to take memory: said before it is tried. */
import { expect, test } from 'vitest';
import { growing } from '../../sim/behaviour/growth.ts';
import type { Growth } from '../../sim/runtimes/contract.ts';

test('a program of ours is told so, and told to stop when that is disposed of', async () => {
  const told: Growth[] = [];
  const growth = await growing('api', (one) => told.push(one))({ bytes: 1 });
  expect(told).toEqual([{ bytes: 1 }]);
  await growth[Symbol.asyncDispose]();
  expect(told).toEqual([{ bytes: 1 }, {}]);
});
test.each([
  ['redis', () => undefined],
  ['api', undefined],
] as const)('%s, which is foreign, is refused by name', (role, tell) => {
  expect(() => growing(role, tell)({ bytes: 1 })).toThrow(
    expect.objectContaining({
      code: 'SIM_NOT_MODELLED',
      message: `a program of role "${role}" can not be made to take memory`,
      hint: 'those that can: api, worker',
    }) as Error,
  );
});
