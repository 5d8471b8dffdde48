/** Operations by hand, on the model: what lasts of them is broken until it is healed, or said by name to stay. */
import { expect, test } from 'vitest';
import rollingUpdate from '../../scenarios/rolling-update.ts';
import type { Entry } from '../../sim/runtimes/entries.ts';
import { playedByHand, refused, wordsOf } from './hand.ts';

const scenarios = [rollingUpdate];
const rollouts = (entries: readonly Entry[]): string[] =>
  entries.flatMap((one) => (one.kind === 'operation' ? [one.title] : []));
const states = (entries: readonly Entry[]): string[] =>
  entries.flatMap((one) => (one.kind === 'rollout' ? [`${one.revision} ${one.state}`] : []));

test('a rollout that is stuck is broken until it is healed: rolled back, its pods gone, users served', async () => {
  const seen: unknown[] = [];
  const { said, error, entries, summary } = await playedByHand(
    async ({ hand, say, pass }) => {
      await pass(8_000);
      await hand.break(wordsOf('rolling-update --schema-gate'), say);
      await pass(15_000);
      seen.push(
        hand.view().broken.map((one) => one.as),
        await refused(hand.break(wordsOf('rollout api --revision=v3'), say)),
      );
      await hand.heal('api', say);
      seen.push(hand.view().broken, hand.options.staged.cluster.podsOf('api').length);
      await pass(2_000);
    },
    { scenarios },
  );
  expect(error).toBeUndefined();
  expect(seen).toMatchObject([
    ['api'],
    { message: expect.stringMatching(/^api is broken already: Rolling update/) },
    [],
    3,
  ]);
  expect(said).toEqual([
    'Rolling update, migration has not run: begun 8 s. what becomes of it: npx twin status. undo: npx twin heal api',
    expect.stringMatching(/^api is rolled back to v1; users (are served|ok again after .*)$/),
  ]);
  expect(rollouts(entries)).toEqual(['roll out api v2 with schemaVersion = 2', 'roll out api v1']);
  expect(states(entries)).toEqual(['v2 started', 'v1 started', 'v1 complete']);
  expect(summary.scenarios[0]?.plays).toMatchObject([
    { variant: '1', trouble: undefined, saw: expect.not.stringContaining('nothing') },
  ]);
});

test('a rollout that went through is rolled back too, also by healing all, and when the twin comes down', async () => {
  const { said, entries } = await playedByHand(
    async ({ hand, say, pass }) => {
      await pass(8_000);
      await hand.break(wordsOf('rollout api --revision=v2'), say);
      await pass(30_000);
      await hand.heal(undefined, say);
      await hand.break(wordsOf('rollout api --revision=v3'), say);
      await pass(1_000);
    },
    { scenarios },
  );
  expect(said[1]).toMatch(/^api is rolled back to v1; users/);
  expect(rollouts(entries)).toEqual(['roll out api v2', 'roll out api v1', 'roll out api v3', 'roll out api v1']);
  expect(states(entries).at(-1)).toBe('v1 complete');
});

test('what cannot be taken back is named, with why and what to do, and is no longer called broken', async () => {
  const seen: unknown[] = [];
  const { said } = await playedByHand(async ({ hand, say }) => {
    await hand.break(wordsOf('move-zone --to=external:dns2 --name=api.myhoneydue.com'), say);
    await hand.heal(undefined, say);
    seen.push(await refused(hand.heal(undefined, say)));
  });
  expect(said[1]).toBe(
    'the zone stays with external:dns2: a registry gives its delegation for 48 h, and who holds it asks there until then. a new twin has it as it was: npx twin down, npx twin up',
  );
  expect(seen).toMatchObject([{ message: 'nothing is broken' }]);
});

test('a restart by "break" leaves nothing to heal, and says so', async () => {
  const { said } = await playedByHand(({ hand, say }) => hand.break(wordsOf('restart api'), say));
  expect(said).toEqual(['restart api: done, nothing is left to heal. what became of it: npx twin status']);
});

test.each([
  ['rollout redi --revision=v2', 'unknown part "redi". did you mean redis?'],
  ['rollout traefik --revision=v2', '"rollout": traefik is no Deployment'],
  ['rollout api --revision=v1', '"rollout": api is of v1 already'],
])('%s is refused, and does nothing', async (line, message) => {
  let seen: unknown;
  const { entries } = await playedByHand(async ({ hand, say }) => {
    seen = await refused(hand.break(wordsOf(line), say));
  });
  expect(seen).toMatchObject({ message });
  expect(rollouts(entries)).toEqual([]);
});
