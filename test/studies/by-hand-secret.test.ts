/** By hand, on the model: a secret that ended by other ways than a guess leaves nobody locked in. */
import { expect, test } from 'vitest';
import { playedByHand, refused, wordsOf } from './hand.ts';

test('a secret that a restart ended is given up by healing all, and something else may break', async () => {
  const { said, error } = await playedByHand(async ({ hand, say, pass }) => {
    await pass(6_000);
    await hand.hide(7, say);
    await pass(4_000);
    await hand.restart('redis', say);
    await hand.heal(undefined, say);
    await hand.break(wordsOf('redis --hang'), say);
  });
  expect(error).toBe(undefined);
  expect(said[2]).toMatch(/^given up: it was redis-down \(Redis, \w+\)$/);
  expect(said[3]).toMatch(/^redis hangs/);
});
test('a secret that a restart ended is not called still broken when it is guessed', async () => {
  const { said } = await playedByHand(async ({ hand, say, pass }) => {
    await pass(6_000);
    await hand.hide(7, say);
    await pass(4_000);
    await hand.restart('redis', say);
    hand.guess('redis', say);
  });
  expect(said.at(-1)).toMatch(/replay: npx twin rehearse redis-down --seed 7$/);
});
test('a secret whose fault could not be applied is none', async () => {
  const seen: unknown[] = [];
  const { error } = await playedByHand(async ({ hand, say, pass }) => {
    await pass(6_000);
    const { method } = hand.options;
    const act = method.act.bind(method);
    method.act = () => Promise.reject(new Error('not today'));
    seen.push(await refused(hand.hide(7, say)), hand.view().isSecret);
    method.act = act;
    await hand.break(wordsOf('redis --hang'), say);
  });
  expect(seen).toMatchObject([{ message: 'not today' }, false]);
  expect(error).toBe(undefined);
});
