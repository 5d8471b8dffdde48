/** By hand, on the model: faults that last longer than kubelets have patience stay proven, for they stay in force. */
import { expect, test } from 'vitest';
import { playedByHand, wordsOf } from './hand.ts';

test.each([
  ['redis --drop', 45_000, 'its Service has nobody ready behind it and refuses'],
  ['api --hang', 90_000, 'what its kubelet starts anew hangs too'],
  ['redis --hang', 90_000, 'it is never ready again'],
])('%s, held for %d ms: %s', async (line, heldMs) => {
  const { error, summary } = await playedByHand(async ({ hand, say, pass }) => {
    await pass(8_000);
    await hand.break(wordsOf(line), say);
    await pass(heldMs);
    await hand.heal(undefined, say);
    await pass(2_000);
  });
  expect(error).toBe(undefined);
  expect(summary.scenarios.flatMap((one) => one.plays)).toMatchObject([{ trouble: undefined }]);
});
