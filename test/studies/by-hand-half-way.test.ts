/** By hand, on the model: a break that turns out to be impossible when it is done leaves nothing behind, in the twin or in the report. */
import { expect, test } from 'vitest';
import { playedByHand, refused, wordsOf } from './hand.ts';

const GROW_REDIS = 'redis --oom --bytes=1000000';

test('a break that was refused when it was done is no row, and lends the next one neither title nor time', async () => {
  let seen: unknown;
  const { summary, error, entries } = await playedByHand(async ({ hand, say, pass }) => {
    await pass(8_000);
    seen = await refused(hand.break(wordsOf(GROW_REDIS), say));
    await pass(60_000);
    await hand.break(wordsOf('redis --kill'), say);
    await pass(10_000);
  });
  expect(seen).toMatchObject({ code: 'SIM_NOT_MODELLED' });
  expect(error).toBe(undefined);
  const plays = summary.scenarios.flatMap((one) => one.plays);
  expect(plays).toMatchObject([{ title: expect.stringMatching(/^redis is killed/), trouble: undefined }]);
  const killed = entries.find((one) => one.kind === 'step' && one.step.startsWith('redis is killed'));
  expect(plays[0]?.phases.find(({ phase }) => phase === 'during')?.fromMs).toBe(killed?.atMs);
});
test('a break that was refused while another is in force leaves that one as it was', async () => {
  const { summary, entries } = await playedByHand(async ({ hand, say, pass }) => {
    await pass(8_000);
    await hand.break(wordsOf('api --hang'), say);
    await refused(hand.break(wordsOf(GROW_REDIS), say));
    await pass(4_000);
    expect(hand.view().broken.map((one) => one.as)).toEqual(['api']);
  });
  const steps = entries.flatMap((one) => (one.kind === 'step' && one.phase === 'during' ? [one.step] : []));
  expect(steps.at(-1)).toMatch(/^api hangs/);
  expect(summary.scenarios.flatMap((one) => one.plays)).toMatchObject([{ title: expect.stringMatching(/^api hangs/) }]);
});
test('a break in warm-up that was refused does not keep the steady state from being noted', async () => {
  const { entries } = await playedByHand(async ({ hand, say, pass }) => {
    await refused(hand.break(wordsOf(GROW_REDIS), say));
    await pass(8_000);
  });
  expect(entries.findLast((one) => one.kind === 'step')).toMatchObject({ step: 'steady state', phase: 'before' });
});
