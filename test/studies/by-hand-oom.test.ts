/** By hand: a fault that the cluster itself reports, and a scenario that needs another topology than the one that is up. */
import { describe, expect, test } from 'vitest';
import apiPodOom from '../../scenarios/api-pod-oom.ts';
import { playedByHand, refused, wordsOf } from './hand.ts';

describe('by hand: what the cluster itself reports', () => {
  const MIB = 1024 * 1024;
  test('a kill for memory is proven once its kubelet has seen it, and by its last look', async () => {
    const played = await playedByHand(async ({ hand, say, pass }) => {
      await pass(10_000);
      await hand.break(wordsOf(`api --oom --pod=0 --bytes=${600 * MIB}`), say);
      await pass(12_000);
      await hand.heal('api', say);
      await pass(2_000);
    });
    expect(played.error).toBe(undefined);
    expect(played.said[0]).toMatch(/proof: status api: reported \(1 of 1 looks\)/);
    const [first] = played.summary.scenarios.flatMap((one) => one.plays);
    expect(first?.trouble).toBe(undefined);
  });
  test('without an amount it is refused, with what it takes', async () => {
    let seen: unknown;
    await playedByHand(async ({ hand, say }) => {
      seen = await refused(hand.break(wordsOf('api --oom'), say));
    });
    expect(seen).toMatchObject({
      message: '"oom": needs bytes, or perRequestBytes',
      hint: 'it takes: --workload=… --pod=… --bytes=… --perRequestBytes=…',
    });
  });
});

describe('by hand: a scenario on a topology of its own', () => {
  test('is refused by name in a cluster that is up', async () => {
    let seen: unknown;
    await playedByHand(
      async ({ hand, say }) => {
        seen = await refused(hand.break(wordsOf('api-pod-oom --once'), say));
      },
      { scenarios: [apiPodOom] },
    );
    expect(seen).toMatchObject({
      message: 'api-pod-oom once changes workloads.api.memoryLimitBytes, which a cluster that is up keeps',
      hint: 'npx twin rehearse api-pod-oom',
    });
  });
  test('is never a secret', async () => {
    let seen: unknown;
    await playedByHand(
      async ({ hand, say }) => {
        seen = await refused(hand.hide(3, say));
      },
      { scenarios: [apiPodOom] },
    );
    expect(seen).toMatchObject({ message: 'no scenario has a fault that could be hidden here' });
  });
});
