/** Whatever a scenario says would flip a statement does so on the model: another verdict, or more pain or less than chance explains. */
import { describe, expect, test } from 'vitest';
import redisDown from '../../scenarios/redis-down.ts';
import { claimsOf } from '../../sim/documents/claims.ts';
import type { PartIdentity, Runtime } from '../../sim/runtimes/contract.ts';
import { model } from '../../sim/runtimes/model/runtime.ts';
import { bookWord, compare } from '../../sim/scenario/expectations.ts';
import { flipsOf, type Flip } from '../../sim/scenario/flips.ts';
import { openPains } from '../../sim/scenario/pain.ts';
import type { Scenario } from '../../sim/scenario/scenario.ts';
import type { Statement } from '../../sim/scenario/summary.ts';
import honeydue from '../../topology/honeydue.ts';
import type { Topology } from '../../topology/schema.ts';
import { applySetTexts } from '../../topology/set-text.ts';
import { files, read } from './fast.ts';
import { BOOK, journalOf, summaryOf } from './play.ts';

const scenarios = await Promise.all(files.map(read));
const told = scenarios.flatMap((scenario) =>
  Object.keys(scenario.variants).flatMap((variant) =>
    flipsOf(honeydue, scenario, variant).map(
      (flip) => [`${scenario.id}/${variant}`, flip.says, scenario, variant, flip] as const,
    ),
  ),
);

type Judged = ReadonlyMap<string, Statement>;
/** The variant's statements that were judged, by what they are about. */
async function judged(scenario: Scenario, variant: string, topology: Topology): Promise<Judged> {
  const alone = { ...scenario, variants: { [variant]: scenario.variants[variant]! } };
  // Read for all variants, as in a whole run: some sentences are about some of them.
  const claims = claimsOf(BOOK, 'topology/honeydue.md', scenario, topology);
  const { scenarios: played } = await summaryOf({ scenario: alone, topology, over: { claims } });
  const statements = played.flatMap((one) => one.statements);
  return new Map(
    statements
      .filter((one) => one.verdict !== 'inconclusive')
      .map((one) => [one.id.slice(`${scenario.id}/${variant}/`.length), one]),
  );
}
/** Each variant as it is, once. */
const plain = new Map<string, Promise<Judged>>();
function unchanged(scenario: Scenario, variant: string): Promise<Judged> {
  const name = `${scenario.id}/${variant}`;
  const played = plain.get(name) ?? judged(scenario, variant, honeydue);
  plain.set(name, played);
  return played;
}
/** What came out otherwise, as expectations are compared. */
const otherwise = (usual: Judged, flipped: Judged): string[] =>
  [...usual].flatMap(([name, was]) => {
    const is = flipped.get(name);
    if (is === undefined) return [];
    const expected = { book: bookWord(was.verdict), pain: was.pain, saw: was.reason };
    return compare(expected, is.verdict, is.pain, openPains(is.counts, 0)).kind === 'changed' ? [name] : [];
  });

describe('what a scenario says would flip it', () => {
  test.each(told)('%s: %s', async (_id, _says, scenario, variant, { set, to }) => {
    const flipped =
      set === undefined
        ? await unchanged(scenario, to ?? '')
        : await judged(scenario, variant, applySetTexts(honeydue, [set]));
    expect(otherwise(await unchanged(scenario, variant), flipped)).not.toEqual([]);
  });
  test('is a change of the reference cluster, each one', () => {
    const left = scenarios.flatMap(({ id, flips }) =>
      flips
        .filter(({ says }) => !told.some(([, saying, { id: its }]) => its === id && saying === says))
        .map(({ says }) => `${id}: ${says}`),
    );
    expect(left).toEqual([]);
    expect(told.length).toBeGreaterThan(15);
  });
  test('is not a value that changes nothing: the same play flips no statement', async () => {
    const usual = await unchanged(redisDown, 'hung');
    const same = await judged(redisDown, 'hung', applySetTexts(honeydue, ['workloads.worker.grace=40s']));
    expect(otherwise(usual, same)).toEqual([]);
  });
});

describe('the journal', () => {
  const flips: Scenario['flips'] = [
    { set: 'workloads.api.replicas=1', says: 'one api pod' },
    { variant: 'hung', to: 'dead', says: 'a Redis that refuses' },
  ];
  const scenario: Scenario = { ...redisDown, variants: { hung: redisDown.variants['hung']! }, flips };
  const toldBy = async (kind: PartIdentity['kind']): Promise<(readonly Flip[] | undefined)[]> => {
    const runtime: Runtime = {
      ...model,
      open: async (...args) => ({ ...(await model.open(...args)), parts: [{ role: 'api', kind, version: 'test' }] }),
    };
    const entries = await journalOf({ scenario, over: { runtime } });
    return entries.flatMap((one) => (one.kind === 'play' ? [one.flips] : []));
  };
  test('tells of each play what would flip it, so that a report needs nothing else', async () => {
    expect(await toldBy('reference-app')).toEqual([flipsOf(honeydue, scenario, 'hung')]);
  });
  test('of an api that is not ours it tells variants only: values were shown for ours alone', async () => {
    expect(await toldBy('own-app')).toEqual([[{ to: 'dead', says: 'a Redis that refuses' }]]);
  });
});
