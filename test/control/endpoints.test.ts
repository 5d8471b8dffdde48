/** From readiness to the tables on each node: late by propagation and path, never across a cut. In virtual time. */
import { describe, expect, test } from 'vitest';
import { operate } from '../../sim/control/operations/index.ts';
import type { Place } from '../../sim/runtimes/contract.ts';
import { timer } from '../../topology/timers.ts';
import { probe, redisOn, withCluster, type World } from './world.ts';

const PROPAGATION_MS = timer('endpoints.propagation').ms;
const ONE_WAY_MS = 1;
/** A replacement takes three seconds to get Ready: time to see the tables without it. */
const pair = redisOn({ replicas: 2, probes: { readiness: probe({ initialDelayMs: 3_000 }) } });
/** The last table that a node has. */
const tableOf = ({ tables }: World, node: Place): readonly string[] =>
  tables.findLast((one) => one.node === node)?.pods ?? [];
/** Tables written to a node since `fromMs`, by their delay. */
const since = ({ tables }: World, node: Place, fromMs: number) =>
  tables
    .filter((one) => one.node === node && one.atMs >= fromMs)
    .map((one) => [Math.round(one.atMs - fromMs), ...one.pods]);

describe('endpoints', () => {
  test('after bring-up every node has every ready pod', async () => {
    await withCluster(pair, (world) => {
      for (const node of ['node:a', 'node:b', 'node:c'] as const)
        expect(tableOf(world, node)).toEqual(['redis-1', 'redis-2']);
      return Promise.resolve();
    });
  });
  test('a pod that is deleted leaves the tables after propagation and the way to the node', async () => {
    await withCluster(pair, async (world) => {
      const fromMs = world.nowMs();
      world.cluster.replace('redis-1');
      await world.pass(1_000);
      // The server's own node has no way to go.
      expect(since(world, 'node:a', fromMs)[0]).toEqual([PROPAGATION_MS, 'redis-2']);
      expect(since(world, 'node:b', fromMs)[0]).toEqual([PROPAGATION_MS + ONE_WAY_MS, 'redis-2']);
    });
  });
  test('a container’s exit reaches the server over the node’s own path first', async () => {
    await withCluster(pair, async (world) => {
      await world.cluster.container('redis-2')?.signal('SIGKILL');
      await world.pass(2_500);
      const { atMs } = world.first('redis-2', 'NotReady');
      expect(world.cluster.nodeOf('redis-2')).toBe('node:b');
      const told = world.entries.find((one) => one.kind === 'endpoints' && one.atMs >= atMs);
      expect(told).toMatchObject({ service: 'redis', ready: ['redis-1'] });
      expect(told?.atMs).toBeCloseTo(atMs + ONE_WAY_MS, 6);
      expect(since(world, 'node:a', atMs)[0]).toEqual([ONE_WAY_MS + PROPAGATION_MS, 'redis-1']);
    });
  });
  test('a node behind a cut path keeps its old table, and gets the newest when it heals', async () => {
    await withCluster(pair, async (world) => {
      const fromMs = world.nowMs();
      const cut = await world.stage.network.impose({ to: 'node:c' }, { kind: 'drop' });
      world.cluster.replace('redis-1');
      await world.pass(60_000);
      expect(since(world, 'node:c', fromMs)).toEqual([]);
      expect(tableOf(world, 'node:b')).toEqual(['redis-2', 'redis-3']);
      await cut[Symbol.asyncDispose]();
      await world.pass(1_000);
      expect(tableOf(world, 'node:c')).toEqual(['redis-2', 'redis-3']);
    });
  });
  test('what a cut-off node’s kubelet sees never reaches the server until it heals', async () => {
    await withCluster(pair, async (world) => {
      const fromMs = world.nowMs();
      const cut = await world.stage.network.impose({ from: 'node:b' }, { kind: 'drop' });
      await world.cluster.container('redis-2')?.signal('SIGKILL');
      await world.pass(30_000);
      expect(world.first('redis-2', 'NotReady', fromMs)).toBeDefined();
      expect(world.entries.filter((one) => one.kind === 'endpoints' && one.atMs >= fromMs)).toEqual([]);
      await cut[Symbol.asyncDispose]();
    });
  });
  test('what is written is the newest state, not the one that woke the writer', async () => {
    await withCluster(pair, async (world) => {
      const fromMs = world.nowMs();
      world.cluster.replace('redis-1');
      world.cluster.replace('redis-2');
      await world.pass(1_000);
      expect(since(world, 'node:b', fromMs)[0]).toEqual([PROPAGATION_MS + ONE_WAY_MS]);
    });
  });
  test('a Service without a ready pod refuses', async () => {
    await withCluster(redisOn({ probes: pair.workloads['redis']?.probes ?? {} }), async (world) => {
      world.cluster.replace('redis-1');
      await world.pass(1_000);
      const answer = await world.stage.prober.ask('node:b', { service: 'redis', port: 6379 }, { ask: 'ping' }, 1_000);
      expect(answer.saw).toBe('refused');
    });
  });
});

describe('restart', () => {
  test('replaces every pod of the workload at once: new names, same number, Ready again', async () => {
    await withCluster(pair, async (world) => {
      await operate(world.cluster, 'restart', { workload: 'redis' });
      expect(world.cluster.podsOf('redis')).toEqual(['redis-3', 'redis-4']);
      await world.pass(10_000);
      expect(world.cluster.podsOf('redis').map((pod) => world.cluster.condition(pod))).toEqual(['Ready', 'Ready']);
      for (const pod of ['redis-1', 'redis-2']) expect(world.events(pod).at(-1)?.event).toBe('Deleted');
      expect(tableOf(world, 'node:c')).toEqual(['redis-3', 'redis-4']);
    });
  });
  test('of what is going already does nothing', async () => {
    await withCluster(redisOn(), async (world) => {
      world.cluster.replace('redis-1');
      world.cluster.replace('redis-1');
      world.cluster.replace('redis-9');
      expect(world.cluster.podsOf('redis')).toEqual(['redis-2']);
      await world.pass(1_000);
    });
  });
});

test('a table that cannot be written ends the play as our bug, not silently', async () => {
  const attempt = withCluster(redisOn(), async (world) => {
    (world.stage.routes as { kubeProxy: unknown }).kubeProxy = () => Promise.reject(new Error('no such table'));
    world.cluster.replace('redis-1');
    await world.pass(10_000);
  });
  await expect(attempt).rejects.toThrow('no such table');
});
