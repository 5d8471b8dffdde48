/** Which programs can be made to take memory, said before it is tried; and that each such growth ends by itself alone. */
import { expect, test } from 'vitest';
import { growing, Growths, type NumberedGrowth } from '../../sim/behaviour/growth.ts';

test('a program of ours is told so, and told to stop when that is disposed of', async () => {
  const told: NumberedGrowth[] = [];
  const grow = growing('api', (one) => told.push(one));
  const growth = await grow({ bytes: 1 });
  await grow({ perRequestBytes: 2 });
  expect(told).toEqual([
    { number: 1, bytes: 1 },
    { number: 2, perRequestBytes: 2 },
  ]);
  await growth[Symbol.asyncDispose]();
  expect(told.at(-1)).toEqual({ number: 1 });
});
test('two growths at once take the sum; the end of one leaves the other', () => {
  const growths = new Growths();
  const [first, second] = [
    { number: 1, bytes: 10, perRequestBytes: 3 },
    { number: 2, perRequestBytes: 4 },
  ];
  expect([growths.set(first), growths.set(second)]).toEqual([true, true]);
  expect([growths.has(first), growths.perRequestBytes]).toEqual([true, 7]);
  expect(growths.set({ number: 2 })).toBe(false);
  expect([growths.has(first), growths.has(second), growths.perRequestBytes]).toEqual([true, false, 3]);
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
