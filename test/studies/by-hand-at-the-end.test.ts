/** By hand, on the model: a fault that shows only when something has changed is looked at once, before it is healed. */
import { expect, test } from 'vitest';
import { playedByHand, wordsOf } from './hand.ts';

const STOPPED = 'kube-proxy-stopped --node=2 --service=redis';

test('a kube-proxy that missed a restart is proven by what its node reaches in the end', async () => {
  const { said, error, summary } = await playedByHand(async ({ hand, say, pass }) => {
    await pass(8_000);
    await hand.break(wordsOf(STOPPED), say);
    await hand.restart('redis', say);
    await pass(10_000);
    await hand.heal(undefined, say);
    await pass(2_000);
  });
  expect(error).toBe(undefined);
  expect(said[0]).toMatch(/not proven yet: it shows when something has changed, and is looked at when it is healed\./);
  expect(summary.scenarios.flatMap((one) => one.plays)).toMatchObject([{ trouble: undefined }]);
});
test('one that missed nothing is not proven', async () => {
  const { summary } = await playedByHand(async ({ hand, say, pass }) => {
    await pass(8_000);
    await hand.break(wordsOf(STOPPED), say);
    await pass(10_000);
  });
  const plays = summary.scenarios.flatMap((one) => one.plays);
  expect(plays).toMatchObject([{ trouble: expect.stringContaining('the fault was not in force') }]);
});
