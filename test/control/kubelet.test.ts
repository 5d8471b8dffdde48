/** A pod's life on its node, in virtual time. Sources: facts 3.1 (probes), 3.2 (termination), 3.3 (restarts). */
import { describe, expect, test } from 'vitest';
import { backOffMs, schedule } from '../../sim/control/kubelet.ts';
import type { PodEntry } from '../../sim/runtimes/entries.ts';
import { timer } from '../../topology/timers.ts';
import { probe, redisOn, withCluster, withWorld, type World } from './world.ts';

const kill = async ({ cluster }: World, pod: string): Promise<void> => {
  await cluster.container(pod)?.signal('SIGKILL');
};

test('a container takes its time to start (kubelet.start, assumed), but when the cluster comes up, and where a real one starts', async () => {
  const startedAfter = async (change: object): Promise<number[]> => {
    const tookMs: number[] = [];
    await withWorld(redisOn(), async (world) => {
      Object.assign(world.stage, change);
      await world.cluster.start(30_000);
      tookMs.push(world.first('redis-1', 'Started').atMs - world.first('redis-1', 'Scheduled').atMs);
      const fromMs = world.nowMs();
      world.cluster.replace('redis-1');
      await world.pass(5_000);
      tookMs.push(world.first('redis-2', 'Started').atMs - fromMs);
    });
    return tookMs.map(Math.round);
  };
  expect(await startedAfter({})).toEqual([0, 1_000]);
  expect(await startedAfter({ startsContainers: true })).toEqual([0, 0]);
});
test('a probe waits at first as it says (facts 3.1: initialDelaySeconds), but when the cluster comes up, which nobody plays', async () => {
  await withCluster(redisOn({ probes: { readiness: probe({ initialDelayMs: 60_000 }) } }), async (world) => {
    expect(world.first('redis-1', 'Ready').atMs).toBeLessThan(5_000);
    const fromMs = world.nowMs();
    await kill(world, 'redis-1');
    await world.pass(70_000);
    const restartedMs = world.first('redis-1', 'Started', fromMs).atMs;
    expect(world.first('redis-1', 'Ready', restartedMs).atMs - restartedMs).toBeGreaterThanOrEqual(60_000);
  });
});

describe('back-off', () => {
  test('is none, then 10 s doubling to 300 s (facts 3.3)', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7, 60].map(backOffMs)).toEqual([
      0, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000,
    ]);
  });
  test('holds between the exits of a program that dies at each start', async () => {
    await withCluster(redisOn(), async (world) => {
      using _watch = world.cluster.onContainer('redis-1', (container) => void container.signal('SIGKILL'));
      await world.pass(700_000);
      const events = world.events('redis-1');
      const exits = events.filter((one) => one.event === 'Exited');
      const waits = exits.slice(0, -1).map((exit) => {
        const started = world.first('redis-1', 'Started', exit.atMs);
        return Math.round(started.atMs - exit.atMs) - timer('kubelet.start').ms;
      });
      expect(waits).toEqual([0, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000]);
    });
  });
  test('begins anew for a container that ran for ten minutes (facts 3.3)', async () => {
    await withCluster(redisOn(), async (world) => {
      const waitsAfter = async (ranMs: number): Promise<string[]> => {
        const fromMs = world.nowMs();
        await world.pass(ranMs);
        await kill(world, 'redis-1');
        await world.pass(40_000);
        return world
          .events('redis-1')
          .filter((one) => one.event === 'BackOff' && one.atMs >= fromMs)
          .map((one) => one.detail);
      };
      expect(await waitsAfter(1_000)).toEqual([]);
      expect(await waitsAfter(1_000)).toEqual(['10 s']);
      expect(await waitsAfter(500_000)).toEqual(['20 s']);
      expect(await waitsAfter(600_000)).toEqual([]);
    });
  });
  test('an exit is seen within a second, and not always at the same instant (facts 3.1: relist)', async () => {
    await withCluster(redisOn(), async (world) => {
      const seen: number[] = [];
      for (let n = 0; n < 3; n++) {
        const fromMs = world.nowMs();
        await kill(world, 'redis-1');
        await world.pass(60_000);
        seen.push(world.first('redis-1', 'Exited', fromMs).atMs - fromMs);
      }
      for (const ms of seen) expect(ms).toBeLessThanOrEqual(1_000);
      expect(new Set(seen).size).toBe(3);
    });
  });
  test('a container that is killed restarts in its pod: same name, same node, exit 137 told', async () => {
    await withCluster(redisOn({ placement: 'node:b' }), async (world) => {
      await kill(world, 'redis-1');
      await world.pass(2_000);
      expect(world.cluster.podsOf('redis')).toEqual(['redis-1']);
      expect(world.cluster.nodeOf('redis-1')).toBe('node:b');
      expect(world.cluster.condition('redis-1')).toBe('Ready');
      expect(world.first('redis-1', 'Exited')).toMatchObject({ exitCode: 137, reason: 'Error' });
    });
  });
});

describe('readiness', () => {
  const cut = (world: World) => world.stage.network.impose({ to: 'redis-1' }, { kind: 'drop' });
  test('three failures in a row make a pod NotReady, one success Ready again; the container stays (facts 3.1)', async () => {
    await withCluster(redisOn(), async (world) => {
      const fromMs = world.nowMs();
      const condition = await cut(world);
      await world.pass(60_000);
      const notReady = world.first('redis-1', 'NotReady', fromMs);
      expect(notReady.detail).toContain('readiness probe: connect-silent');
      // The third of three probes 10 s apart, each given up after 1 s; the first is due within 10 s.
      expect(notReady.atMs - fromMs).toBeGreaterThan(21_000);
      expect(notReady.atMs - fromMs).toBeLessThanOrEqual(31_000);
      await condition[Symbol.asyncDispose]();
      const healedMs = world.nowMs();
      await world.pass(11_000);
      expect(world.first('redis-1', 'Ready', healedMs).atMs - healedMs).toBeLessThanOrEqual(10_000 + 1);
      expect(world.signals).toEqual([]);
    });
  });
  test('two failures are not three', async () => {
    await withCluster(redisOn(), async (world) => {
      const fromMs = world.nowMs();
      const condition = await cut(world);
      await world.pass(20_000);
      await condition[Symbol.asyncDispose]();
      await world.pass(60_000);
      expect(world.events('redis-1').filter((one) => one.event === 'NotReady' && one.atMs >= fromMs)).toEqual([]);
    });
  });
  test('a pod without a readiness probe is Ready once it runs', async () => {
    await withCluster(redisOn({ probes: {} }), (world) => {
      expect(world.first('redis-1', 'Ready').detail).toBe('no readiness probe');
      return Promise.resolve();
    });
  });
});

describe('liveness', () => {
  const watched = redisOn({ probes: { liveness: probe({ periodMs: 5_000, failureThreshold: 2 }) } });
  test('failures up to the threshold end the container by SIGTERM, and it is started again', async () => {
    await withCluster(watched, async (world) => {
      await world.pass(7_000);
      const fromMs = world.nowMs();
      const condition = await world.stage.network.impose({ to: 'redis-1' }, { kind: 'drop' });
      await world.pass(12_000);
      await condition[Symbol.asyncDispose]();
      const failed = world.first('redis-1', 'ProbeFailed', fromMs);
      expect(failed.detail).toContain('liveness probe: connect-silent');
      // The second of two probes 5 s apart, each given up after 1 s; the first is due within 5 s.
      expect(failed.atMs - fromMs).toBeGreaterThan(6_000);
      expect(failed.atMs - fromMs).toBeLessThanOrEqual(11_000);
      expect(world.signals).toEqual([{ atMs: failed.atMs, pod: 'redis-1', signal: 'SIGTERM' }]);
      await world.pass(2_000);
      expect(world.first('redis-1', 'Started', failed.atMs).detail).toBe('container 2');
    });
  });
  test('a program that stands still gets its grace, then SIGKILL', async () => {
    await withCluster(watched, async (world) => {
      await world.cluster.container('redis-1')?.pause();
      await world.pass(60_000);
      const [term, killed] = world.signals;
      expect([term?.signal, killed?.signal]).toEqual(['SIGTERM', 'SIGKILL']);
      expect((killed?.atMs ?? 0) - (term?.atMs ?? 0)).toBe(30_000);
    });
  });
});

describe('startup', () => {
  const slow = redisOn({
    placement: 'node:b',
    probes: {
      startup: probe({ periodMs: 1_000, failureThreshold: 5 }),
      readiness: probe(),
      liveness: probe({ periodMs: 1_000, failureThreshold: 1 }),
    },
  });
  test('its failures up to the threshold end the container; the other probes wait for it', async () => {
    await withCluster(slow, async (world) => {
      const condition = await world.stage.network.impose({ to: 'redis-2' }, { kind: 'drop' });
      world.cluster.replace('redis-1');
      await world.pass(20_000);
      const started = world.first('redis-2', 'Started');
      const failed = world.events('redis-2').filter((one) => one.event === 'ProbeFailed');
      expect(failed[0]?.detail).toContain('startup probe');
      // Five probes, 1 s apart, each given up after 1 s.
      expect((failed[0]?.atMs ?? 0) - started.atMs).toBe(5_000);
      expect(failed.some((one) => one.detail.includes('liveness'))).toBe(false);
      expect(world.events('redis-2').some((one) => one.event === 'Ready')).toBe(false);
      await condition[Symbol.asyncDispose]();
      await world.pass(60_000);
      expect(world.cluster.condition('redis-2')).toBe('Ready');
    });
  });
  test('while the cluster is brought up a slow start is waited for, not punished', async () => {
    await withWorld(redisOn({ probes: { startup: probe({ periodMs: 10, failureThreshold: 1 }) } }), async (world) => {
      await world.cluster.start(30_000);
      expect(world.events('redis-1').filter((one) => one.event === 'ProbeFailed')).toEqual([]);
    });
  });
});

describe('termination', () => {
  const ends = async (world: World): Promise<PodEntry> => {
    await world.pass(60_000);
    return world.first('redis-1', 'Deleted');
  };
  test('SIGTERM ends a program that listens to it; its sandbox goes half a second later', async () => {
    await withCluster(redisOn(), async (world) => {
      const fromMs = world.nowMs();
      world.cluster.replace('redis-1');
      const deleted = await ends(world);
      expect(world.signals).toEqual([{ atMs: fromMs, pod: 'redis-1', signal: 'SIGTERM' }]);
      expect(deleted.atMs - fromMs).toBeGreaterThanOrEqual(500);
      expect(deleted.atMs - fromMs).toBeLessThan(1_000);
    });
  });
  test('a program that stands still gets SIGKILL when the grace of 30 s is over (facts 3.2)', async () => {
    await withCluster(redisOn(), async (world) => {
      await world.cluster.container('redis-1')?.pause();
      const fromMs = world.nowMs();
      world.cluster.replace('redis-1');
      await ends(world);
      expect(world.signals.map((one) => [one.signal, one.atMs - fromMs])).toEqual([
        ['SIGTERM', 0],
        ['SIGKILL', 30_000],
      ]);
    });
  });
  test.each([
    ['preStop comes before SIGTERM and counts into the grace', 5_000, 30_000, 5_000, 30_000],
    ['a preStop that uses up the grace leaves 2 s', 30_000, 30_000, 30_000, 32_000],
    ['a preStop longer than the grace is cut off by it', 90_000, 10_000, 10_000, 12_000],
  ])('%s (facts 3.2)', async (_name, preStopMs, graceMs, termMs, killMs) => {
    await withCluster(redisOn({ preStopMs, graceMs }), async (world) => {
      await world.cluster.container('redis-1')?.pause();
      const fromMs = world.nowMs();
      world.cluster.replace('redis-1');
      await ends(world);
      expect(world.signals.map((one) => [one.signal, one.atMs - fromMs])).toEqual([
        ['SIGTERM', termMs],
        ['SIGKILL', killMs],
      ]);
    });
  });
  test('a pod in back-off is gone at once, and does not start again', async () => {
    await withCluster(redisOn(), async (world) => {
      for (let n = 0; n < 2; n++) {
        await kill(world, 'redis-1');
        await world.pass(2_000);
      }
      expect(world.first('redis-1', 'BackOff').detail).toBe('10 s');
      const fromMs = world.nowMs();
      world.cluster.replace('redis-1');
      const deleted = await ends(world);
      expect(deleted.atMs).toBe(fromMs);
      expect(world.events('redis-1').at(-1)).toBe(deleted);
    });
  });
  test('a pod that is deleted before its sandbox stands goes too', async () => {
    await withCluster(redisOn(), async (world) => {
      world.cluster.replace('redis-1');
      world.cluster.replace('redis-2');
      await world.pass(60_000);
      expect(world.first('redis-2', 'Deleted')).toBeDefined();
      expect(world.cluster.podsOf('redis')).toEqual(['redis-3']);
      expect(world.cluster.condition('redis-3')).toBe('Ready');
    });
  });
});

describe('placement', () => {
  const nodes = ['node:a', 'node:b', 'node:c'] as const;
  test.each([
    ['spread, empty cluster: the first node of the file', 'spread', [], 'node:a'],
    ['spread: the node with the fewest pods of this workload', 'spread', ['node:a', 'node:b'], 'node:c'],
    ['spread, ties: the order of the file', 'spread', ['node:a', 'node:b', 'node:c'], 'node:a'],
    ['pinned, however full', 'node:b', ['node:b', 'node:b'], 'node:b'],
    ['pinned to what is no node: nowhere', 'pop:x', [], undefined],
  ] as const)('%s', (_name, placement, occupied, node) => {
    expect(schedule(placement, nodes, occupied)).toBe(node);
  });
  test('three replicas stand on three nodes; a daemon set on each', async () => {
    await withCluster(redisOn({ replicas: 3 }), ({ cluster }) => {
      expect(cluster.podsOf('redis').map((pod) => cluster.nodeOf(pod))).toEqual(nodes);
      return Promise.resolve();
    });
    await withCluster(redisOn({ kind: 'daemonset' }), ({ cluster }) => {
      expect(cluster.podsOf('redis').map((pod) => cluster.nodeOf(pod))).toEqual(nodes);
      return Promise.resolve();
    });
  });
});
