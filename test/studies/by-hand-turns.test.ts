/** Acts by hand that come while another one is under way, on the model: one queue, in the order in which they came. */
import { expect, test } from 'vitest';
import type { Entry } from '../../sim/runtimes/entries.ts';
import { playedByHand, refused, wordsOf } from './hand.ts';

const faults = (entries: readonly Entry[]): string[] =>
  entries.flatMap((one) => (one.kind === 'fault' ? [`${one.fault} ${one.as} ${one.state}`] : []));

test('a break that comes while a restart waits comes after it: what the restart ended is not broken any more', async () => {
  const seen: unknown[] = [];
  const { said, error, entries } = await playedByHand(async ({ hand, say, pass }) => {
    await pass(8_000);
    await hand.break(wordsOf('redis --hang'), say);
    await pass(5_000);
    const restarted = hand.restart('redis', say);
    await pass(50);
    await Promise.all([restarted, hand.break(wordsOf('worker --crash'), say)]);
    seen.push(hand.view().broken.map((one) => one.as));
    await pass(3_000);
  });
  expect(error).toBeUndefined();
  expect(seen).toEqual([['worker']]);
  expect(faults(entries).slice(0, 3)).toEqual(['hang redis applied', 'hang redis healed', 'crash worker applied']);
  expect(said.slice(1)).toContainEqual(expect.stringMatching(/^redis restarted/));
  expect(said).toContain('waits for: restart redis');
});

test('of two breaks of one part at once the second is refused as broken already', async () => {
  const { said, entries } = await playedByHand(async ({ hand, say, pass }) => {
    await pass(8_000);
    const second = hand.break(wordsOf('redis --crash'), say);
    const third = refused(hand.break(wordsOf('redis --hang'), say)).then((error) => say(String(error)));
    await Promise.all([second, third]);
    await pass(1_000);
  });
  expect(faults(entries)).toEqual(['crash redis applied', 'crash redis healed']);
  expect(said.at(-1)).toMatch(/redis is broken already: redis is dead/);
});

test('of two secrets at once, and of a break beside one, the later is refused', async () => {
  const { said } = await playedByHand(async ({ hand, say, pass }) => {
    await pass(8_000);
    await Promise.all(
      [hand.hide(7, say), hand.hide(8, say), hand.break(wordsOf('api --hang'), say)].map((act) =>
        act.catch((error: Error) => say(error.message)),
      ),
    );
  });
  expect(said.filter((one) => one === 'a secret incident is running')).toHaveLength(2);
});

test('a heal that comes while a break is under way heals it', async () => {
  const { said, entries } = await playedByHand(async ({ hand, say, pass }) => {
    await pass(8_000);
    await Promise.all([hand.break(wordsOf('redis --hang'), say), hand.heal(undefined, say)]);
  });
  expect(faults(entries)).toEqual(['hang redis applied', 'hang redis healed']);
  expect(said.at(-1)).toMatch(/^healed; users/);
});
