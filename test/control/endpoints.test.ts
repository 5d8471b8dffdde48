/** From readiness to the tables on each node: late by propagation and path, never across a cut. In virtual time. */
import { describe, expect, test } from 'vitest';
import { operate } from '../../sim/control/operations/index.ts';
import type { Container, Place, Stage } from '../../sim/runtimes/contract.ts';
import { endpointsController } from '../../sim/control/endpoints.ts';
import type { Pod } from '../../sim/control/pod.ts';
import { modelClock } from '../../sim/runtimes/model/clock.ts';
import { EventQueue } from '../../sim/runtimes/model/event-queue.ts';
import { defineTopology } from '../../topology/load.ts';
import { small } from '../topology/small.ts';
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
  test('changes come to a node in the order they were made; kube-proxy takes two at once and the rest a second later (facts 3.6)', async () => {
    await withCluster(pair, async (world) => {
      const fromMs = world.nowMs();
      world.cluster.replace('redis-1');
      world.cluster.replace('redis-2');
      await world.pass(2_000);
      const cameMs = PROPAGATION_MS + ONE_WAY_MS;
      expect(since(world, 'node:b', fromMs)).toEqual([[cameMs, 'redis-2'], [cameMs]]);
      // The new pods are Ready half a second after one another, and kube-proxy has just taken two changes.
      await world.pass(3_000);
      expect(tableOf(world, 'node:b')).toEqual(['redis-3', 'redis-4']);
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

test('a table that is slow to write lets no older change come to another after a newer one', async () => {
  const queue = new EventQueue();
  const clock = modelClock(queue);
  const topology = { ...defineTopology(small()), routing: 'endpoints' as const };
  const container = {} as Container;
  const pod = (id: string, role: string): Pod =>
    ({ id, workloadId: role, workload: { role }, node: 'node:a', reportedReady: true, container }) as unknown as Pod;
  const pods = [pod('api-1', 'api'), pod('traefik-1', 'ingress')];
  const written: string[] = [];
  let rules = 0;
  const stage = {
    clock,
    network: { message: () => Promise.resolve() },
    routes: {
      kubeProxy: () => clock.sleep('scenario.step', rules++ === 0 ? 100 : 0),
      ingress: (_: string, hosts: ReadonlyMap<string, readonly unknown[]>) => {
        written.push(JSON.stringify(hosts.get('api.test')));
        return Promise.resolve();
      },
    },
  } as unknown as Stage;
  const nodes = ['node:a' as const];
  const endpoints = endpointsController({
    stage,
    topology,
    nodes,
    pods: () => pods,
    record: () => {},
    failed: () => {},
  });
  // One pod comes, another goes: the first write to kube-proxy is the slow one.
  pods.unshift(pod('api-2', 'api'));
  endpoints.changed();
  pods.splice(1, 1);
  endpoints.changed();
  await queue.play(clock.sleep('scenario.step', 10_000));
  expect(written.at(-1)).toBe('[{"pod":"api-2","port":8000}]');
});

describe('endpoints: a node whose kube-proxy has ended (facts 3.6)', () => {
  test('keeps the rules of then, and takes the newest when it is started again', async () => {
    await withCluster(pair, async (world) => {
      const stopped = await world.cluster.stopKubeProxy('node:b');
      const fromMs = world.nowMs();
      world.cluster.replace('redis-1');
      await world.pass(10_000);
      expect(tableOf(world, 'node:a')).toEqual(['redis-2', 'redis-3']);
      expect(since(world, 'node:b', fromMs)).toEqual([]);
      await stopped[Symbol.asyncDispose]();
      expect(tableOf(world, 'node:b')).toEqual(['redis-2', 'redis-3']);
    });
  });
  test('that missed nothing is told nothing', async () => {
    await withCluster(pair, async (world) => {
      const fromMs = world.nowMs();
      await (await world.cluster.stopKubeProxy('node:b'))[Symbol.asyncDispose]();
      expect(since(world, 'node:b', fromMs)).toEqual([]);
    });
  });
});
