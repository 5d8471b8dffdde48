/** How a rollout is proven: by pods that stood before and answer no more, and by new ones that answer. In virtual time. */
import { expect, test } from 'vitest';
import { operate, operationNamed } from '../../sim/control/operations/index.ts';
import type { Look, Standing } from '../../sim/control/operations/operation.ts';
import { lookAt } from '../../sim/scenario/witness.ts';
import { probe, redisOn, withCluster, type World } from './world.ts';

const topology = redisOn({ replicas: 2, probes: { readiness: probe({ initialDelayMs: 3_000 }) } });
const wanted = { workload: 'redis', revision: 'v2' };
const standing = ({ cluster }: World): Standing[] =>
  cluster.podsOf('redis').map((pod) => ({ pod, node: cluster.nodeOf(pod) }));
/** What the looks see now, each as "redis-1: refused, holds". */
async function seen({ cluster, stage }: World, before: readonly Standing[], more: object = {}): Promise<string[]> {
  const { params, proof } = operationNamed('rollout');
  const context = { topology, cluster, before, params: params.parse({ ...wanted, ...more }) };
  const looks: readonly Look[] = proof?.looks('during', context) ?? [];
  const proofs = await lookAt(stage, 'rollout', 'during', looks);
  return proofs.map((one) => `${one.about.split(' from ')[0]}: ${one.answer.saw}${one.holds ? ', holds' : ''}`);
}

test('nothing is proven before it, nor while an old pod answers', async () => {
  await withCluster(topology, async (world) => {
    const before = standing(world);
    expect(await seen(world, before)).toEqual([
      'a new pod of redis: not-reported',
      'redis-1: answer',
      'redis-2: answer',
    ]);
    await operate(world.cluster, 'rollout', wanted);
    await world.pass(5_000);
    const half = await seen(world, before);
    expect(half).toContain('redis-2: answer');
    expect(half).toContain('redis-3: answer, holds');
  });
});
test('it is when all old pods are gone and all new ones answer', async () => {
  await withCluster(topology, async (world) => {
    const before = standing(world);
    await operate(world.cluster, 'rollout', wanted);
    await world.pass(20_000);
    const all = await seen(world, before);
    expect(all).toHaveLength(4);
    expect(all.every((one) => one.endsWith('holds'))).toBe(true);
  });
});
test('that a revision is stuck is proven by the exit of its container, not by its silence alone', async () => {
  await withCluster(topology, async (world) => {
    const before = standing(world);
    await operate(world.cluster, 'rollout', wanted);
    await world.pass(1_000);
    const stuck = { ends: 'stuck' };
    expect(await seen(world, before, stuck)).toContain('redis-3: not-reported');
    using _watch = world.cluster.onContainer('redis-3', (container) => void container.signal('SIGKILL'));
    await world.pass(3_000);
    expect(await seen(world, before, stuck)).toEqual([
      'redis-1: answer, holds',
      'redis-2: answer, holds',
      'redis-3: refused, holds',
      'redis-3: reported, holds',
    ]);
  });
});
