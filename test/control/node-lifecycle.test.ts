/** A node that is not heard of (facts 3.5): NotReady is caused by leases that stay away, and all else follows from it. In virtual time. */
import { describe, expect, test } from 'vitest';
import type { Place } from '../../sim/runtimes/contract.ts';
import type { NodeEntry } from '../../sim/runtimes/entries.ts';
import { redisOn, withCluster, type World } from './world.ts';

const three = redisOn({ replicas: 3 });
const PLACES: readonly Place[] = ['user:here', 'node:a', 'node:b', 'node:c'];
/** Nothing reaches these nodes from another place, nothing leaves them. */
async function cut({ stage }: World, ...nodes: readonly Place[]): Promise<AsyncDisposable> {
  const rules: AsyncDisposable[] = [];
  for (const node of nodes)
    for (const other of PLACES.filter((one) => one !== node)) {
      rules.push(await stage.network.impose({ from: other, to: node }, { kind: 'drop' }));
      rules.push(await stage.network.impose({ from: node, to: other }, { kind: 'drop' }));
    }
  return {
    [Symbol.asyncDispose]: async () => void (await Promise.all(rules.map((one) => one[Symbol.asyncDispose]()))),
  };
}
const nodeEvents = ({ entries }: World): string[] =>
  entries.flatMap((one) => (one.kind === 'node' ? [`${one.node} ${one.event}`] : []));
const nodeEvent = ({ entries }: World, event: NodeEntry['event']) =>
  entries.find((one) => one.kind === 'node' && one.event === event);
const tableOf = ({ tables }: World, node: Place): readonly string[] | undefined =>
  tables.findLast((one) => one.node === node)?.pods;
const readyNow = ({ entries }: World): readonly string[] | undefined => {
  const last = entries.findLast((one) => one.kind === 'endpoints');
  return last?.kind === 'endpoints' ? last.ready : undefined;
};

describe('node lifecycle', () => {
  test('nodes that are heard of stay as they are, for an hour', async () => {
    await withCluster(three, async (world) => {
      await world.pass(3_600_000);
      expect(nodeEvents(world)).toEqual([]);
    });
  });
  test('a node is NotReady when no lease has come for 50 s, found by a check each 5 s; its endpoints go, its pods run on', async () => {
    await withCluster(three, async (world) => {
      await world.pass(30_000);
      const fromMs = world.nowMs();
      await cut(world, 'node:c');
      await world.pass(39_000);
      expect(nodeEvents(world)).toEqual([]);
      await world.pass(17_000);
      const { atMs = 0 } = nodeEvent(world, 'NotReady') ?? {};
      // The last lease may be as old as its period; the check as late as its own.
      expect(atMs - fromMs).toBeGreaterThan(40_000);
      expect(atMs - fromMs).toBeLessThanOrEqual(55_001);
      expect(readyNow(world)).toEqual(['redis-1', 'redis-2']);
      for (const node of ['node:a', 'node:b'] as const) expect(tableOf(world, node)).toEqual(['redis-1', 'redis-2']);
      expect(tableOf(world, 'node:c')).toEqual(['redis-1', 'redis-2', 'redis-3']);
      expect(world.signals).toEqual([]);
      expect(world.cluster.condition('redis-3')).toBe('Ready');
    });
  });
  test('one that comes back within the grace was never gone', async () => {
    await withCluster(three, async (world) => {
      const rule = await cut(world, 'node:c');
      await world.pass(38_000);
      await rule[Symbol.asyncDispose]();
      await world.pass(120_000);
      expect(nodeEvents(world)).toEqual([]);
    });
  });
  test('one that comes back later is Ready with its lease, and its pods with the word of its kubelet', async () => {
    await withCluster(three, async (world) => {
      const rule = await cut(world, 'node:c');
      await world.pass(100_000);
      expect(readyNow(world)).toEqual(['redis-1', 'redis-2']);
      await rule[Symbol.asyncDispose]();
      await world.pass(1_000);
      expect(nodeEvents(world)).toEqual(['node:c NotReady', 'node:c Tainted', 'node:c Ready']);
      expect(readyNow(world)).toEqual(['redis-1', 'redis-2', 'redis-3']);
      await world.pass(400_000);
      expect(world.events('redis-3').some((one) => one.event === 'Terminating')).toBe(false);
    });
  });
  test('pods are evicted 300 s after the taint and replaced elsewhere; the old one ends when its kubelet hears of it', async () => {
    await withCluster(three, async (world) => {
      const rule = await cut(world, 'node:c');
      await world.pass(380_000);
      const tainted = nodeEvent(world, 'Tainted')?.atMs ?? 0;
      expect(world.first('redis-3', 'Terminating').atMs - tainted).toBe(300_000);
      expect(world.first('redis-4', 'Ready').node).toBe('node:a');
      expect(readyNow(world)).toEqual(['redis-1', 'redis-2', 'redis-4']);
      expect(world.signals).toEqual([]);
      await rule[Symbol.asyncDispose]();
      await world.pass(5_000);
      expect(world.signals.map((one) => `${one.pod} ${one.signal}`)).toContain('redis-3 SIGTERM');
      world.first('redis-3', 'Deleted');
    });
  });
  test('with two of three nodes silent nobody is tainted, nobody evicted', async () => {
    await withCluster(three, async (world) => {
      await cut(world, 'node:b', 'node:c');
      await world.pass(3_600_000);
      expect(nodeEvents(world)).toEqual(['node:b NotReady', 'node:c NotReady']);
      expect(world.entries.some((one) => one.kind === 'pod' && one.event === 'Terminating')).toBe(false);
    });
  });
  test('a server that is cut off hears of nobody else, and nobody hears of it: nothing moves', async () => {
    await withCluster(three, async (world) => {
      await cut(world, 'node:a');
      const before = [tableOf(world, 'node:b'), tableOf(world, 'node:c')];
      await world.pass(600_000);
      expect(nodeEvents(world)).toEqual(['node:b NotReady', 'node:c NotReady']);
      expect([tableOf(world, 'node:b'), tableOf(world, 'node:c')]).toEqual(before);
    });
  });
  test('a pod that is pinned to the node finds no other, and starts when the node is back', async () => {
    await withCluster(redisOn({ placement: 'node:c' }), async (world) => {
      const rule = await cut(world, 'node:c');
      await world.pass(400_000);
      expect(world.first('redis-2', 'Unschedulable').detail).toContain('node:c');
      expect(readyNow(world)).toEqual([]);
      await rule[Symbol.asyncDispose]();
      await world.pass(5_000);
      expect(readyNow(world)).toEqual(['redis-3']);
    });
  });
  test('a rollout whose pod finds no node asks for no other one: it counts as its pod, as a Pending one does (facts 3.4)', async () => {
    await withCluster(redisOn({ placement: 'node:c' }), async (world) => {
      const rule = await cut(world, 'node:c');
      await world.pass(60_000);
      world.cluster.rollOut('redis', 'v2', {});
      await rule[Symbol.asyncDispose]();
      await world.pass(60_000);
      expect(world.cluster.podsOf('redis')).toHaveLength(1);
      expect(world.entries.findLast((one) => one.kind === 'rollout')).toMatchObject({
        revision: 'v2',
        state: 'complete',
      });
    });
  });
  test('a pod that has found no node is wanted no longer when its rollout is taken back', async () => {
    await withCluster(redisOn({ placement: 'node:c' }), async (world) => {
      const rule = await cut(world, 'node:c');
      await world.pass(60_000);
      world.cluster.rollOut('redis', 'v2', {});
      world.cluster.rollOut('redis', 'v1', {});
      await rule[Symbol.asyncDispose]();
      await world.pass(60_000);
      const started = world.entries.flatMap((one) =>
        one.kind === 'pod' && one.event === 'Scheduled' ? [one.pod] : [],
      );
      expect(started).toEqual(['redis-1']);
      expect(world.entries.findLast((one) => one.kind === 'rollout')).toMatchObject({
        revision: 'v1',
        state: 'complete',
      });
    });
  });
  test("a DaemonSet's pod tolerates the taint for ever", async () => {
    await withCluster(redisOn({ kind: 'daemonset' }), async (world) => {
      await cut(world, 'node:c');
      await world.pass(900_000);
      expect(nodeEvents(world)).toEqual(['node:c NotReady', 'node:c Tainted']);
      expect(world.entries.some((one) => one.kind === 'pod' && one.event === 'Terminating')).toBe(false);
    });
  });
  test('a pod that is deleted on a node behind a cut does not hear of it', async () => {
    await withCluster(three, async (world) => {
      const rule = await cut(world, 'node:c');
      world.cluster.replace('redis-3');
      await world.pass(20_000);
      expect(world.signals).toEqual([]);
      await rule[Symbol.asyncDispose]();
      await world.pass(2_000);
      expect(world.signals[0]).toMatchObject({ pod: 'redis-3', signal: 'SIGTERM' });
    });
  });
});
