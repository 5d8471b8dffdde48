/** `--set` on the model: what is physically forced by a change is seen, and verdicts that hang on it flip. */
import { describe, expect, test } from 'vitest';
import latencyBudget from '../../scenarios/latency-budget.ts';
import redisDown from '../../scenarios/redis-down.ts';
import traefikDown from '../../scenarios/traefik-down.ts';
import type { Entry } from '../../sim/runtimes/entries.ts';
import honeydue from '../../topology/honeydue.ts';
import { checkTopology } from '../../topology/load.ts';
import { applySetTexts } from '../../topology/set-text.ts';
import { drawChanges, movedAs, PLAYS, type PlayName } from './changes.ts';
import { journalOf, summaryOf, verdictsOf } from './play.ts';

/** Each play without a change, once. */
const plain = new Map<PlayName, Promise<Entry[]>>();
function unchanged(play: PlayName): Promise<Entry[]> {
  const played = plain.get(play) ?? journalOf({ scenario: PLAYS[play] });
  plain.set(play, played);
  return played;
}
const ALL = 99;

describe('a change drawn at random', () => {
  test.each(
    [1, 2, 3].flatMap((seed) =>
      drawChanges(seed, ALL).map((change) => [change.about, change.set, seed, change] as const),
    ),
  )('%s: --set %s (seed %d)', async (_about, set, _seed, change) => {
    const topology = applySetTexts(honeydue, [set]);
    expect(() => checkTopology(topology)).not.toThrow();
    expect({ ...topology, id: '', title: '' }).not.toEqual({ ...honeydue, id: '', title: '' });
    const before = change.measure(await unchanged(change.play));
    const after = change.measure(await journalOf({ scenario: PLAYS[change.play], topology }));
    expect({ before, after, moved: movedAs(change, before, after) }).toMatchObject({ moved: true });
  });
  test.each(drawChanges(1, ALL).map((change) => [change.about, change] as const))(
    'would be told if it changed nothing: %s',
    async (_about, change) => {
      const [once, again] = [await unchanged(change.play), await journalOf({ scenario: PLAYS[change.play] })];
      const [before, after] = [change.measure(once), change.measure(again)];
      expect(before).not.toBeNaN();
      expect({ after, moved: movedAs(change, before, after) }).toEqual({ after: before, moved: false });
    },
  );
  test('is drawn by its seed alone, ten of them all different', () => {
    expect(drawChanges(7, 10)).toEqual(drawChanges(7, 10));
    expect(drawChanges(7, 10).map((one) => one.set)).not.toEqual(drawChanges(8, 10).map((one) => one.set));
    expect(new Set(drawChanges(7, 10).map((one) => one.about)).size).toBe(10);
  });
});

/** Statements of the book that are decided by a value of the topology. */
describe('a verdict follows the topology', () => {
  const verdicts = async (scenario: typeof redisDown, ...set: string[]): Promise<Record<string, string>> =>
    verdictsOf(await summaryOf({ scenario, topology: applySetTexts(honeydue, set) }));

  test('5 ms to Neon makes the book’s 20–60 ms of a create right, and its 5–20 ms of a query', async () => {
    const names = ['latency-budget/well/api-postgres-query', 'latency-budget/well/api-postgres-one-query'];
    const [usual, near] = [await verdicts(latencyBudget), await verdicts(latencyBudget, 'links.neon.rtt=5ms')];
    expect(names.map((name) => [usual[name], near[name]])).toEqual(names.map(() => ['refuted', 'confirmed']));
  });
  test('a read time-out of 200 ms makes "degraded" right of a Redis that hangs', async () => {
    const name = 'redis-down/hung/sees';
    expect((await verdicts(redisDown))[name]).toBe('refuted');
    const hasty = await verdicts(redisDown, 'workloads.api.settings.redisReadTimeoutMs=200ms');
    expect(hasty[name]).toBe('confirmed');
    expect(hasty['redis-down/dead/sees']).toBe('confirmed');
  });
  test('a preStop of 5 s makes "users don’t notice" right of a rolling update to pod addresses', async () => {
    const name = 'rolling-update/no-pre-stop/sees';
    expect((await verdicts(PLAYS['rolled-out']))[name]).toBe('refuted');
    expect((await verdicts(PLAYS['rolled-out'], 'workloads.api.preStop=5s'))[name]).toBe('confirmed');
  });
  test('an edge that does not try again makes "routes to the other nodes" wrong', async () => {
    const name = 'traefik-down/one-node/sees';
    expect((await verdicts(traefikDown))[name]).toBe('confirmed');
    expect((await verdicts(traefikDown, 'externals.edge-dallas.settings.retry=false'))[name]).toBe('refuted');
  });
  test('two api pods instead of three: each dies in turn, and then the first again, and the row is judged all the same', async () => {
    const two = await verdicts(PLAYS.oom, 'workloads.api.replicas=2');
    expect(two['api-pod-oom/once/sees']).toBe('confirmed');
  });
  // One node, where Traefik down is 521 for everybody: traefik-down.test.ts.
});
