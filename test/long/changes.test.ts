/**
 * Ten changes drawn at random, on embedded and on the model: each measure moves the same way on both, and the way that it must.
 * Some six minutes: phases are cut as `--fast` cuts them, and two twins play side by side where nobody asks how long it took.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { prepareRuntime } from '../../sim/cli/runtimes.ts';
import type { Runtime } from '../../sim/runtimes/contract.ts';
import type { Entry } from '../../sim/runtimes/entries.ts';
import type { Scenario } from '../../sim/scenario/scenario.ts';
import { summarise } from '../../sim/scenario/summarise.ts';
import honeydue from '../../topology/honeydue.ts';
import type { Topology } from '../../topology/schema.ts';
import { applySetTexts } from '../../topology/set-text.ts';
import { drawChanges, movedAs, PLAYS, type Change, type PlayName } from '../model/changes.ts';
import { cut } from '../model/fast.ts';
import { journalOf, verdictsOf } from '../model/play.ts';

const SEED = 20_261;
const TWINS = 2;
const changes = drawChanges(SEED, 10);

interface Asked {
  readonly play: PlayName;
  readonly set?: string;
}
const nameOf = ({ play, set = '' }: Asked): string => `${play} ${set}`;
const asked: readonly Asked[] = [...new Set(changes.map((one) => one.play))]
  .map((play): Asked => ({ play }))
  .concat(changes.map(({ play, set }) => ({ play, set })));
/** The book's row about a Redis that hangs is decided by this one. */
const HASTY: Asked = { play: 'hung', set: 'workloads.api.settings.redisReadTimeoutMs=200ms' };
const all = new Map([...asked, { play: HASTY.play }, HASTY].map((one) => [nameOf(one), one])).values().toArray();
const live = new Map<string, readonly Entry[]>();

const isOfTime = (one: Asked): boolean =>
  PLAYS[one.play].alone || [nameOf(HASTY), nameOf({ play: HASTY.play })].includes(nameOf(one));
const topologyOf = ({ set }: Asked): Topology => (set === undefined ? honeydue : applySetTexts(honeydue, [set]));
const scenarioOf = ({ play }: Asked): Promise<Scenario> => cut(PLAYS[play]);
const onModel = async (one: Asked): Promise<Entry[]> =>
  journalOf({ scenario: await scenarioOf(one), topology: topologyOf(one) });
const onEmbedded = async (one: Asked, runtime: Runtime, lane: number): Promise<Entry[]> =>
  journalOf({
    scenario: await scenarioOf(one),
    topology: topologyOf(one),
    tempo: 20,
    over: {
      runtime,
      runId: `changes-${lane}-${nameOf(one)
        .replaceAll(/[^a-z0-9]+/gi, '-')
        .slice(0, 40)}`,
    },
  });

beforeAll(async () => {
  const runtime = await prepareRuntime('embedded', { fetch: 'no', say: () => undefined });
  // What is about time has no neighbours.
  for (const one of all.filter(isOfTime)) live.set(nameOf(one), await onEmbedded(one, runtime, 0));
  const next = all.filter((one) => !isOfTime(one)).values();
  const lane = async (number: number): Promise<void> => {
    for (const one of next) live.set(nameOf(one), await onEmbedded(one, runtime, number));
  };
  await Promise.all(Array.from({ length: TWINS }, (_, number) => lane(number)));
}, 900_000);

const liveOf = (one: Asked): readonly Entry[] => live.get(nameOf(one)) ?? [];
describe('a change moves embedded as it moves the model', () => {
  test.each(changes.map((change): [string, string, Change] => [change.about, change.set, change]))(
    '%s: --set %s',
    async (_about, set, change) => {
      const { play, measure } = change;
      const model = { before: measure(await onModel({ play })), after: measure(await onModel({ play, set })) };
      const embedded = { before: measure(liveOf({ play })), after: measure(liveOf({ play, set })) };
      process.stdout.write(`${set}: model ${tell(model)}, embedded ${tell(embedded)}\n`);
      const moved = [model, embedded].map(({ before, after }) => movedAs(change, before, after));
      expect({ model, embedded, moved }).toMatchObject({ moved: [true, true] });
    },
  );
});

test('a read time-out of 200 ms makes the book right about a Redis that hangs, on embedded as on the model', async () => {
  const verdict = (entries: readonly Entry[]): string | undefined =>
    verdictsOf(summarise(entries, { expectations: {}, ci: false }))['redis-down/hung/sees'];
  const usual: Asked = { play: HASTY.play };
  expect([verdict(await onModel(usual)), verdict(await onModel(HASTY))]).toEqual(['refuted', 'confirmed']);
  expect([verdict(liveOf(usual)), verdict(liveOf(HASTY))]).toEqual(['refuted', 'confirmed']);
});
const tell = ({ before, after }: { readonly before: number; readonly after: number }): string =>
  `${before.toPrecision(3)} to ${after.toPrecision(3)}`;
