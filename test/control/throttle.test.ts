/** At which pace agents take changes, in virtual time. Sources: facts 2.2 (providersThrottleDuration), 3.6 (sync period min 1 s). */
import { expect, test } from 'vitest';
import { INGRESS, KUBE_PROXY, throttle, type Pace } from '../../sim/control/throttle.ts';
import { modelClock } from '../../sim/runtimes/model/clock.ts';
import { EventQueue } from '../../sim/runtimes/model/event-queue.ts';

/** Changes made at these instants; which was taken when. */
async function taken(pace: Pace, madeMs: readonly number[]): Promise<[number, number][]> {
  const queue = new EventQueue();
  const clock = modelClock(queue);
  const seen: [number, number][] = [];
  const failed = (error: unknown): never => {
    throw error;
  };
  const take = throttle(pace, { clock, stopped: new AbortController().signal, failed });
  for (const [index, atMs] of madeMs.entries())
    queue.after(
      atMs,
      () =>
        void take(() => {
          seen.push([index, queue.nowMs]);
          return Promise.resolve();
        }),
    );
  await queue.play(clock.sleep('scenario.step', 20_000));
  return seen;
}

test('Traefik takes a change at once, and the newest of those that follow when 2 s are over', async () => {
  expect(await taken(INGRESS, [0, 10, 500, 1_999])).toEqual([
    [0, 0],
    [3, 2_000],
  ]);
});
test('a change that waited starts a throttle of its own; after a quiet spell the next is taken at once', async () => {
  expect(await taken(INGRESS, [0, 10, 2_100, 9_000])).toEqual([
    [0, 0],
    [1, 2_000],
    [2, 4_000],
    [3, 9_000],
  ]);
});
test('kube-proxy takes two changes at once, then the newest each second', async () => {
  expect(await taken(KUBE_PROXY, [0, 1, 2, 3, 1_500])).toEqual([
    [0, 0],
    [1, 1],
    [3, 1_000],
    [4, 2_000],
  ]);
});
test('kube-proxy may take two at once again after two quiet seconds', async () => {
  expect(await taken(KUBE_PROXY, [0, 1, 3_000, 3_001])).toEqual([
    [0, 0],
    [1, 1],
    [2, 3_000],
    [3, 3_001],
  ]);
});
test('a change that cannot be taken is told', async () => {
  const queue = new EventQueue();
  const clock = modelClock(queue);
  const told: unknown[] = [];
  const take = throttle(INGRESS, { clock, stopped: new AbortController().signal, failed: (error) => told.push(error) });
  await take(() => Promise.resolve());
  await take(() => Promise.reject(new Error('full')));
  await queue.play(clock.sleep('scenario.step', 3_000));
  expect(told).toEqual([new Error('full')]);
});
