/** By hand, on the model: several things that are broken are healed in the reverse order, and none is forgotten. */
import { expect, test } from 'vitest';
import migrationFails from '../../scenarios/migration-fails.ts';
import { playedByHand, refused, wordsOf, type Script } from './hand.ts';

const scenarios = [migrationFails];
const healed = (entries: readonly { readonly kind: string }[]): string[] =>
  entries.flatMap((one) => ('fault' in one && 'state' in one && one.state === 'healed' ? [String(one.fault)] : []));
const OUTAGE = 'outage --place=external:neon --port=5432 --how=hangs';
async function breakBoth({ hand, say, pass }: Script): Promise<void> {
  await pass(8_000);
  await hand.break(wordsOf('migration-fails'), say);
  await hand.break(wordsOf(OUTAGE), say);
}

test('what stands in the way of healing the older one is healed first', async () => {
  const { error, entries } = await playedByHand(
    async (script) => {
      await breakBoth(script);
      await script.hand.heal(undefined, script.say);
    },
    { scenarios },
  );
  expect(error).toBe(undefined);
  expect(healed(entries)).toEqual(['outage', 'half-migration']);
});
test('a play that breaks off heals in that order too', async () => {
  const { error, entries } = await playedByHand(
    async (script) => {
      await breakBoth(script);
      throw new Error('gone');
    },
    { scenarios },
  );
  expect(error).toMatchObject({ message: 'gone' });
  expect(healed(entries)).toEqual(['outage', 'half-migration']);
});
test('what could not be healed is still broken, and can be healed again', async () => {
  const seen: unknown[] = [];
  const { error, entries } = await playedByHand(
    async (script) => {
      const { hand, say } = script;
      await breakBoth(script);
      seen.push(await refused(hand.heal('migration', say)));
      seen.push(hand.view().broken.map((one) => one.as));
      await hand.heal('outage', say);
      await hand.heal('migration', say);
      seen.push(hand.view().broken);
    },
    { scenarios },
  );
  expect(seen).toMatchObject([{ code: 'SIM_FAULT_FAILED' }, ['migration', 'api', 'outage'], [{ as: 'api' }]]);
  expect(error).toBe(undefined);
  expect(healed(entries)).toEqual(['outage', 'half-migration']);
});
