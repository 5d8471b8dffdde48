/** What heals a hang wakes whoever may go on, and nobody who was told to end. */
import { describe, expect, test } from 'vitest';
import { faultNamed } from '../../sim/faults/index.ts';
import { probe, redisOn, withCluster, type World } from '../control/world.ts';

const hang = (world: World): Promise<AsyncDisposable> =>
  faultNamed('hang').apply(world.stage, world.cluster, { workload: 'redis' });
const answers = async (world: World): Promise<string> =>
  (await world.stage.prober.ask('node:a', { pod: 'redis-1', port: 6379 }, { ask: 'ping' }, 500)).saw;

describe('a hang that is healed', () => {
  test('goes on', async () => {
    await withCluster(redisOn(), async (world) => {
      const fault = await hang(world);
      expect(await answers(world)).toBe('reply-silent');
      await fault[Symbol.asyncDispose]();
      expect(await answers(world)).toBe('answer');
    });
  });
  test('right after its pod was deleted, before SIGTERM is there: it stands still until SIGKILL (Kubernetes pod-lifecycle)', async () => {
    await withCluster(redisOn(), async (world) => {
      const fault = await hang(world);
      const fromMs = world.nowMs();
      world.cluster.replace('redis-1');
      await fault[Symbol.asyncDispose]();
      expect(await answers(world)).toBe('reply-silent');
      await world.pass(60_000);
      expect(world.first('redis-1', 'Deleted', fromMs).atMs - fromMs).toBeGreaterThan(30_000);
    });
  });
  test('when its kubelet has told it to end: it stands still until SIGKILL, and what comes after it answers', async () => {
    const watched = redisOn({ probes: { liveness: probe({ periodMs: 5_000, failureThreshold: 2 }) } });
    await withCluster(watched, async (world) => {
      const fault = await hang(world);
      const fromMs = world.nowMs();
      await world.pass(15_000);
      const [term] = world.signals;
      expect(term?.signal).toBe('SIGTERM');
      await fault[Symbol.asyncDispose]();
      expect(await answers(world)).toBe('reply-silent');
      await world.pass(60_000);
      expect(world.first('redis-1', 'Exited', fromMs).exitCode).toBe(137);
      expect(await answers(world)).toBe('answer');
    });
  });
});
