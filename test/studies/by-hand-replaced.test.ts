/** By hand, on the model: what the cluster reports of a pod that was replaced since, and of one whose end was never reported. */
import { expect, test } from 'vitest';
import { playedByHand, wordsOf } from './hand.ts';

test('a pod that is killed again and again is well when a restart has put another in its place', async () => {
  const broken: unknown[] = [];
  const { said, summary } = await playedByHand(async ({ hand, say, pass }) => {
    await pass(8_000);
    await hand.break(wordsOf('api --crash --node=0'), say);
    await pass(8_000);
    await hand.restart('api', say);
    broken.push(...hand.view().broken);
    await pass(2_000);
  });
  expect(said[1]).toMatch(/^api restarted; users/);
  expect(broken).toEqual([]);
  expect(summary.scenarios.flatMap((one) => one.plays)).toMatchObject([{ trouble: undefined }]);
});
test('of what nothing was reported about nobody says that it does not answer', async () => {
  const { said } = await playedByHand(async ({ hand, say, pass }) => {
    await pass(8_000);
    await hand.break(wordsOf('worker --oom --bytes=1000000'), say);
    await hand.heal('worker', say);
  });
  expect(said[0]).toContain('nothing reported');
  expect(said.slice(1)).toEqual([expect.stringMatching(/^healed, and nothing was reported of worker; users/)]);
});
