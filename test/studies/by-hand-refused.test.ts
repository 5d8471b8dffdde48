/** What a person may not break or heal, on the model: it is said why, and nothing is done. */
import { describe, expect, test } from 'vitest';
import { model } from '../../sim/runtimes/model/runtime.ts';
import { playedByHand, refused, wordsOf, type Script } from './hand.ts';

describe('by hand: what is refused does nothing', () => {
  const cases: readonly (readonly [string, (script: Script) => Promise<unknown>, object])[] = [
    [
      'an unknown part',
      ({ hand, say }) => hand.break(wordsOf('rediss --hang'), say),
      { code: 'SIM_UNKNOWN_PART', message: 'unknown fault or part "rediss". did you mean redis?' },
    ],
    [
      'an unknown fault',
      ({ hand, say }) => hand.break(wordsOf('redis --hung'), say),
      { code: 'SIM_USAGE', message: 'redis can not "hung". did you mean --hang?' },
    ],
    [
      'a part without a fault is answered with what can be done to it',
      ({ hand, say }) => hand.break(wordsOf('redis'), say),
      { code: 'SIM_USAGE', hint: expect.stringMatching(/--crash \| --drop \| --hang.* --restart/) },
    ],
    [
      'a fault without a part',
      ({ hand, say }) => hand.break(wordsOf('hang'), say),
      { message: 'which part shall "hang" hit?' },
    ],
    [
      'a parameter that the fault does not take',
      ({ hand, say }) => hand.break(wordsOf('redis --hang --bytes=3'), say),
      { code: 'SIM_USAGE', hint: 'it takes: --workload=…' },
    ],
    [
      'a place that is not there',
      ({ hand, say }) => hand.break(wordsOf('outage --place=external:noen --port=5432 --how=refuses'), say),
      { code: 'SIM_UNKNOWN_PART', message: 'unknown place "external:noen". did you mean external:neon?' },
    ],
    [
      'a port on which nobody listens there',
      ({ hand, say }) => hand.break(wordsOf('outage --place=external:neon --port=5433 --how=refuses'), say),
      { code: 'SIM_USAGE', message: '"outage": nobody listens on 5433 at external:neon' },
    ],
    [
      'a slowness that nobody could be asked about',
      ({ hand, say }) => hand.break(wordsOf('slow --place=external:cloudflare-dns --port=53 --addedMs=600'), say),
      { code: 'SIM_USAGE', message: '"slow": whether external:cloudflare-dns answers, no question tells' },
    ],
    [
      'a standstill that nobody could be asked about',
      ({ hand, say }) => hand.break(wordsOf('outage --place=external:cloudflare-dns --port=53 --how=hangs'), say),
      { code: 'SIM_USAGE', message: '"outage": whether external:cloudflare-dns answers, no question tells' },
    ],
    [
      'the pool of a pooler that is not there',
      ({ hand, say }) => hand.break(wordsOf('pool-taken --place=external:neon --port=5432'), say),
      {
        message: '"pool-taken": no pooler stands before external:neon',
        hint: 'npx twin up --set externals.neon.settings.poolerServers=93',
      },
    ],
    [
      'a node that is not there',
      ({ hand, say }) => hand.break(wordsOf('isolate --node=9'), say),
      { code: 'SIM_USAGE', message: '"isolate": there is no node 9' },
    ],
    [
      'two ways at once',
      ({ hand, say }) => hand.break(wordsOf('crash redis --hang'), say),
      { code: 'SIM_USAGE', message: '"crash" takes no --hang' },
    ],
    [
      'two variants at once',
      ({ hand, say }) => hand.break(wordsOf('redis-down dead --hung'), say),
      { code: 'SIM_USAGE', message: 'one variant at a time, not dead and hung' },
    ],
    [
      'a word that every object has',
      ({ hand, say }) => hand.break(wordsOf('toString'), say),
      { code: 'SIM_UNKNOWN_PART' },
    ],
    [
      'a scenario without its variant',
      ({ hand, say }) => hand.break(wordsOf('redis-down'), say),
      { hint: 'npx twin break redis-down --dead | --hung | --emptied' },
    ],
    [
      'healing nothing',
      ({ hand, say }) => hand.heal(undefined, say),
      { code: 'SIM_USAGE', message: 'nothing is broken' },
    ],
    ['healing what is no part', ({ hand, say }) => hand.heal('redsi', say), { code: 'SIM_UNKNOWN_PART' }],
    ['restarting what is no part', ({ hand, say }) => hand.restart('redsi', say), { code: 'SIM_UNKNOWN_PART' }],
    ['the log of what is no part', ({ hand, say }) => hand.logs('redsi', 5, say), { code: 'SIM_UNKNOWN_PART' }],
    [
      'a hint without a secret',
      ({ hand, say }) => Promise.resolve().then(() => hand.hint(say)),
      { message: 'no secret is running' },
    ],
  ];
  test.each(cases)('%s', async (_, act, error) => {
    let seen: unknown;
    const played = await playedByHand(async (script) => {
      seen = await refused(act(script));
      await script.pass(1_000);
    });
    expect(seen).toMatchObject(error);
    expect(played.entries.filter(({ kind }) => kind === 'fault')).toEqual([]);
    expect(played.error).toBe(undefined);
  });
  test('memory that a program can not be made to take is refused, and its next start is an ordinary one', async () => {
    let seen: unknown;
    const played = await playedByHand(async ({ hand, say, pass }) => {
      seen = await refused(hand.break(wordsOf('redis --oom --bytes=1000000'), say));
      await hand.break(wordsOf('redis --kill'), say);
      await pass(10_000);
    });
    expect(seen).toMatchObject({ code: 'SIM_NOT_MODELLED' });
    expect(played.error).toBe(undefined);
  });
  test('memory is no choice for a part that can not be made to take any', async () => {
    const seen: unknown[] = [];
    await playedByHand(async ({ hand, say }) => {
      for (const part of ['redis', 'api']) seen.push(await refused(hand.break(wordsOf(part), say)));
    });
    expect(seen).toMatchObject([
      { hint: expect.not.stringContaining('--oom') },
      { hint: expect.stringContaining('--oom') },
    ]);
  });
  test('breaking a part twice, and healing one that is well, name what is broken', async () => {
    const seen: unknown[] = [];
    await playedByHand(async ({ hand, say }) => {
      await hand.break(wordsOf('redis --hang'), say);
      seen.push(await refused(hand.break(wordsOf('redis --crash'), say)), await refused(hand.heal('api', say)));
    });
    expect(seen).toMatchObject([
      { message: expect.stringMatching(/^redis is broken already: redis hangs/), hint: 'npx twin heal redis' },
      { message: 'api is not broken', hint: 'broken: redis' },
    ]);
  });
  test('a fault that the runtime cannot play is refused by name, and is no choice', async () => {
    const runtime = { ...model, lacks: (one: string) => (one === 'pause' ? 'no freezer here' : undefined) };
    const seen: unknown[] = [];
    await playedByHand(
      async ({ hand, say }) => {
        seen.push(
          await refused(hand.break(wordsOf('hang redis'), say)),
          await refused(hand.break(wordsOf('redis'), say)),
        );
      },
      { runtime },
    );
    expect(seen).toMatchObject([
      { code: 'SIM_NOT_MODELLED', message: expect.stringContaining('no freezer here') },
      { hint: expect.not.stringContaining('hang') },
    ]);
  });
});
