/** Bringing a cluster up, and how it is told that a pod did not come. In virtual time. */
import { describe, expect, test, vi } from 'vitest';
import { createCluster } from '../../sim/control/cluster.ts';
import { SimError } from '../../sim/errors.ts';
import { createPrng } from '../../sim/prng.ts';
import { probe, redisOn, withWorld, type World } from './world.ts';

const refused = async ({ cluster }: World, timeoutMs: number): Promise<SimError> => {
  const error = await cluster.start(timeoutMs).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof SimError) return error;
  throw new Error(`no SimError but ${String(error)}`);
};
const asked = redisOn({ replicas: 2, probes: { readiness: probe() } });
const { workloads } = asked;
const hasty = { ...workloads['redis']!.probes.readiness!, timeoutMs: 0 };
/** Asked on a port that is declared but where nothing answers PING in time: no topology that was read has so little patience. */
const never = { ...asked, workloads: { redis: { ...workloads['redis']!, probes: { readiness: hasty } } } };

const bare = redisOn({ probes: {} });
/** No topology that was read has such a role. */
const ofKafka = { ...bare, workloads: { redis: { ...bare.workloads['redis']!, role: 'kafka' } } };

describe('start', () => {
  test('settles when every pod is Ready', async () => {
    await withWorld(redisOn({ replicas: 3 }), async ({ cluster }) => {
      await cluster.start(30_000);
      expect(cluster.podsOf('redis').map((pod) => cluster.condition(pod))).toEqual(['Ready', 'Ready', 'Ready']);
    });
  });
  test('names are told before any program could ask: CoreDNS keeps for 5 s that there is none (facts 3.9)', async () => {
    await withWorld(redisOn(), async ({ cluster, stage }) => {
      const [told, made] = [vi.spyOn(stage.names, 'publish'), vi.spyOn(stage, 'sandbox')];
      await cluster.start(30_000);
      expect(told.mock.invocationCallOrder.length).toBeGreaterThan(0);
      expect(Math.max(...told.mock.invocationCallOrder)).toBeLessThan(Math.min(...made.mock.invocationCallOrder));
    });
  });
  test('a workload without replicas is no pod to wait for', async () => {
    await withWorld(redisOn({ replicas: 0 }), async ({ cluster, nowMs }) => {
      await cluster.start(30_000);
      expect(cluster.podsOf('redis')).toEqual([]);
      expect(nowMs()).toBe(0);
    });
  });
  test('a pod that never gets Ready is named with its probe, the last answer, its last words and who else is late', async () => {
    await withWorld(
      never,
      async (world) => {
        const error = await refused(world, 5_000);
        expect(error.code).toBe('SIM_START_TIMEOUT');
        expect(error.message).toMatch(
          /^pod "redis-1" not ready after 5000 ms: ping on port 6379, last readiness probe: connect-silent, connecting, 0 restarts, now Running; also not ready: redis-2$/,
        );
        expect(error.hint).toBe('its last words:\n      could not open the database\n      giving up');
        expect(world.nowMs()).toBe(5_000);
      },
      ['could not open the database', 'giving up'],
    );
  });
  test('a pod that wrote nothing is told so, with the next step', async () => {
    await withWorld(never, async (world) => {
      expect((await refused(world, 1_000)).hint).toMatch(/^it wrote nothing\. .*doctor/);
    });
  });
  test('a probe that cannot be asked ends it, with what broke', async () => {
    await withWorld(redisOn(), async ({ stage }) => {
      const prober = { ...stage.prober, ask: () => Promise.reject(new SimError('SIM_RUNTIME_UNAVAILABLE', 'gone')) };
      const cluster = createCluster({
        stage: { ...stage, prober },
        topology: redisOn(),
        prng: createPrng(7),
        record: () => undefined,
      });
      await expect(cluster.start(30_000)).rejects.toMatchObject({ message: 'gone' });
      cluster.stop();
    });
  });
  test('a role that the runtime has no program for is refused by name, at once', async () => {
    await expect(withWorld(ofKafka, ({ cluster }) => cluster.start(30_000))).rejects.toMatchObject({
      code: 'SIM_NOT_MODELLED',
      message: expect.stringContaining('"kafka"') as string,
    });
  });
});
