/** A Deployment's rolling update in virtual time. Sources: facts 3.2 (termination), 3.4 (Deployment, pkg/apis/apps/v1/defaults.go). */
import { describe, expect, test } from 'vitest';
import { byRank, deployment, rolloutBounds } from '../../sim/control/deployment.ts';
import { operate } from '../../sim/control/operations/index.ts';
import { newPod, type Pod } from '../../sim/control/pod.ts';
import { SimError } from '../../sim/errors.ts';
import type { PodEntry, RolloutEntry } from '../../sim/runtimes/entries.ts';
import { probe, redisOn, withCluster, type World } from './world.ts';

const defaults = { maxSurgePercent: 25, maxUnavailablePercent: 25 };
/** A new pod is Ready three seconds after it started: time to see what stands meanwhile. */
const slow = { readiness: probe({ initialDelayMs: 3_000 }) };
const rollOut = (world: World, revision: string): Promise<void> =>
  operate(world.cluster, 'rollout', { workload: 'redis', revision });
const rollouts = ({ entries }: World): (RolloutEntry & { atMs: number })[] =>
  entries.filter((one): one is RolloutEntry => one.kind === 'rollout');

/** After each event since `fromMs`: how many pods are not terminating, and how many of them Ready. */
function standing({ entries }: World, replicas: number, fromMs: number): { all: number; ready: number }[] {
  const [all, ready] = [new Set<string>(), new Set<string>()];
  for (let n = 1; n <= replicas; n++) for (const set of [all, ready]) set.add(`redis-${n}`);
  const events = entries.filter((one): one is PodEntry => one.kind === 'pod' && one.atMs >= fromMs);
  return events.map(({ pod, event }) => {
    if (event === 'Scheduled') all.add(pod);
    if (event === 'Ready') ready.add(pod);
    if (event === 'Terminating') for (const set of [all, ready]) set.delete(pod);
    return { all: all.size, ready: ready.size };
  });
}

describe('a rollout', () => {
  test.each([
    [1, 1, 0],
    [2, 1, 0],
    [3, 1, 0],
    [4, 1, 1],
    [8, 2, 2],
    [10, 3, 2],
  ])(
    'of %i replicas: surge %i, rounded up; unavailable %i, rounded down (facts 3.4)',
    (replicas, surge, unavailable) => {
      const rollout = { ...defaults, minReadyMs: 0, progressDeadlineMs: 0, source: 'facts 3.4' };
      expect(rolloutBounds({ replicas, rollout })).toEqual({ surge, unavailable });
    },
  );
  test('that may neither surge nor be short of a pod is short of one (facts 3.4)', () => {
    const rollout = { maxSurgePercent: 0, maxUnavailablePercent: 0, minReadyMs: 0, progressDeadlineMs: 0, source: 'x' };
    expect(rolloutBounds({ replicas: 3, rollout })).toEqual({ surge: 0, unavailable: 1 });
  });

  test.each([1, 3, 4, 8])('of %i replicas never leaves its bounds and ends with new pods only', async (replicas) => {
    const topology = redisOn({ replicas, probes: slow });
    await withCluster(topology, async (world) => {
      const fromMs = world.nowMs();
      await rollOut(world, 'v2');
      await world.pass(60_000);
      const { surge, unavailable } = rolloutBounds({ replicas, rollout: topology.workloads['redis']!.rollout });
      const seen = standing(world, replicas, fromMs);
      expect(Math.max(...seen.map((one) => one.all))).toBe(replicas + surge);
      expect(Math.min(...seen.map((one) => one.ready))).toBe(replicas - unavailable);
      const pods = world.cluster.podsOf('redis');
      expect(pods).toHaveLength(replicas);
      expect(pods.every((pod) => Number(pod.split('-')[1]) > replicas)).toBe(true);
      expect(rollouts(world).map((one) => [one.revision, one.state])).toEqual([
        ['v2', 'started'],
        ['v2', 'complete'],
      ]);
    });
  });

  test('waits minReadySeconds before it counts a new pod (facts 3.4)', async () => {
    const rollout = { ...defaults, minReadyMs: 7_000 };
    await withCluster(redisOn({ replicas: 1, probes: slow, rollout }), async (world) => {
      await rollOut(world, 'v2');
      await world.pass(60_000);
      const readyMs = world.first('redis-2', 'Ready').atMs;
      // The word that it is Ready takes its way from the pod's node to the server.
      expect(world.first('redis-1', 'Terminating').atMs - readyMs).toBeGreaterThanOrEqual(7_000);
      expect(world.first('redis-1', 'Terminating').atMs - readyMs).toBeLessThanOrEqual(7_002);
    });
  });

  test('is complete also where a timer of minReadySeconds fires a moment early, as those of Node may', async () => {
    const { workloads } = redisOn({ replicas: 1, rollout: { ...defaults, minReadyMs: 7_000 } });
    const workload = workloads['redis']!;
    let nowMs = 0;
    const sleep = async (_: string, ms = 0): Promise<void> => {
      nowMs += ms > 1 ? ms - 0.5 : ms;
      return Promise.resolve();
    };
    const pods: Pod[] = [];
    const said: string[] = [];
    const redis = deployment(
      {
        clock: { nowMs: () => nowMs, sleep, idle: () => new Promise(() => undefined), shortenedMs: (_, ms = 0) => ms },
        pods: () => pods,
        unscheduled: () => [],
        forgetOthers: () => undefined,
        launch: ({ revision }) =>
          void pods.push(newPod('new', { workloadId: 'redis', workload, revision, node: 'node:a' })),
        terminate: () => undefined,
        record: ({ state }) => void said.push(state),
        stopped: new AbortController().signal,
      },
      { revision: 'v1', workload },
    );
    redis.rollOut({ revision: 'v2', workload });
    for (const pod of pods) Object.assign(pod, { reportedReady: true, readySinceMs: nowMs });
    redis.changed();
    await new Promise(setImmediate);
    expect(said).toEqual(['started', 'complete']);
  });

  test('takes old pods first that are not Ready, then those that share a node with most others, then the youngest (ReplicaSet: getPodsRankedByRelatedPodsOnSameNode)', () => {
    const pod = (id: string, node: string, readySinceMs: number, reportedReady = true): Pod =>
      ({ id, node, readySinceMs, reportedReady }) as unknown as Pod;
    const pods = [pod('a1', 'a', 3), pod('a2', 'a', 1), pod('b1', 'b', 5), pod('c1', 'c', 4), pod('c2', 'c', 0, false)];
    expect(byRank(pods).map((one) => one.id)).toEqual(['c2', 'c1', 'a1', 'a2', 'b1']);
  });

  test('counts no pod that is terminating: with a long preStop more stand than replicas and surge', async () => {
    await withCluster(redisOn({ replicas: 2, preStopMs: 20_000, probes: slow }), async (world) => {
      const fromMs = world.nowMs();
      await rollOut(world, 'v2');
      await world.pass(12_000);
      expect(rollouts(world).at(-1)?.state).toBe('complete');
      const deleted = world.entries.filter((one) => one.kind === 'pod' && one.event === 'Deleted' && one.atMs > fromMs);
      expect(deleted).toEqual([]);
    });
  });

  test('to the revision that is there already does nothing', async () => {
    await withCluster(redisOn({ replicas: 2 }), async (world) => {
      await rollOut(world, 'v1');
      await world.pass(5_000);
      expect(rollouts(world)).toEqual([]);
      expect(world.cluster.podsOf('redis')).toEqual(['redis-1', 'redis-2']);
    });
  });

  test('of what is no Deployment is refused, with the nearest', async () => {
    await withCluster(redisOn(), (world) => {
      const attempt = (): void => world.cluster.rollOut('redys', 'v2', {});
      expect(attempt).toThrowError(SimError);
      expect(attempt).toThrowError(
        expect.objectContaining({ hint: expect.stringContaining('did you mean "redis"') }) as Error,
      );
      return Promise.resolve();
    });
  });
});

describe('an old pod', () => {
  test('gets SIGTERM at the instant at which it leaves its endpoints: nothing waits for anything (facts 3.2)', async () => {
    await withCluster(redisOn({ replicas: 3, probes: slow }), async (world) => {
      await rollOut(world, 'v2');
      await world.pass(5_000);
      const [term] = world.signals;
      const removed = world.entries.find(
        (one) => one.kind === 'endpoints' && one.atMs === term?.atMs && !one.ready.includes(term.pod),
      );
      expect(term?.signal).toBe('SIGTERM');
      expect(removed).toBeDefined();
    });
  });
  test('with a preStop leaves its endpoints at once and gets SIGTERM when that is over (facts 3.2)', async () => {
    await withCluster(redisOn({ replicas: 1, preStopMs: 5_000, probes: slow }), async (world) => {
      await rollOut(world, 'v2');
      await world.pass(20_000);
      const told = world.first('redis-1', 'Terminating').atMs;
      expect(world.entries.findLast((one) => one.kind === 'endpoints' && one.atMs === told)).toMatchObject({
        ready: ['redis-2'],
      });
      expect(world.signals).toEqual([{ atMs: told + 5_000, pod: 'redis-1', signal: 'SIGTERM' }]);
    });
  });
});

describe('a revision that never gets Ready', () => {
  const stuck = async (world: World): Promise<void> => {
    await world.stage.network.impose({ to: 'redis-4' }, { kind: 'drop' });
    await rollOut(world, 'v2');
  };
  const three = redisOn({ replicas: 3, probes: slow });

  test('leaves the old pods where they are, and is told as stalled after 600 s without progress (facts 3.4)', async () => {
    await withCluster(three, async (world) => {
      const fromMs = world.nowMs();
      await stuck(world);
      await world.pass(1_500_000);
      const stalled = rollouts(world).filter((one) => one.state === 'stalled');
      expect(stalled).toHaveLength(1);
      expect(stalled[0]?.detail).toContain('ProgressDeadlineExceeded: 0 of 3');
      expect((stalled[0]?.atMs ?? 0) - fromMs).toBe(600_000);
      // No automatic rollback.
      expect(world.cluster.podsOf('redis')).toEqual(['redis-1', 'redis-2', 'redis-3', 'redis-4']);
    });
  });
  test('has its deadline counted from the last progress, not from the start (facts 3.4)', async () => {
    await withCluster(redisOn({ replicas: 2, probes: slow }), async (world) => {
      await world.stage.network.impose({ to: 'redis-4' }, { kind: 'drop' });
      await rollOut(world, 'v2');
      await world.pass(1_500_000);
      const progressMs = world.first('redis-4', 'Scheduled').atMs;
      const stalled = rollouts(world).find((one) => one.state === 'stalled');
      expect(stalled?.atMs).toBe(progressMs + 600_000);
    });
  });
  test('is not kept alive by an old pod that gets NotReady: that is no progress', async () => {
    await withCluster(three, async (world) => {
      const fromMs = world.nowMs();
      await stuck(world);
      await world.pass(100_000);
      await world.stage.network.impose({ to: 'redis-1' }, { kind: 'drop' });
      await world.pass(1_000_000);
      expect(world.first('redis-1', 'NotReady', fromMs)).toBeDefined();
      expect(
        rollouts(world)
          .filter((one) => one.state === 'stalled')
          .map((one) => one.atMs),
      ).toEqual([fromMs + 600_000]);
    });
  });
  test('is taken away by rolling back; the old pods are not touched', async () => {
    await withCluster(three, async (world) => {
      await stuck(world);
      await world.pass(10_000);
      await rollOut(world, 'v1');
      await world.pass(700_000);
      expect(world.cluster.podsOf('redis')).toEqual(['redis-1', 'redis-2', 'redis-3']);
      expect(world.signals.map((one) => one.pod)).toEqual(['redis-4']);
      expect(rollouts(world).map((one) => [one.revision, one.state])).toEqual([
        ['v2', 'started'],
        ['v1', 'started'],
        ['v1', 'complete'],
      ]);
    });
  });
  test('a pod that is deleted meanwhile comes back in its own revision', async () => {
    await withCluster(three, async (world) => {
      await stuck(world);
      await world.pass(10_000);
      world.cluster.replace('redis-2');
      await world.pass(10_000);
      expect(world.cluster.podsOf('redis')).toEqual(['redis-1', 'redis-3', 'redis-4', 'redis-5']);
      expect(world.cluster.condition('redis-5')).toBe('Ready');
      expect(rollouts(world).map((one) => one.state)).toEqual(['started']);
      // The new one too: it is not held up as redis-4 was, and stays when all are replaced.
      world.cluster.replace('redis-4');
      await world.pass(60_000);
      expect(world.cluster.podsOf('redis')).toHaveLength(3);
      expect(world.cluster.podsOf('redis')).toContain('redis-6');
    });
  });
});
