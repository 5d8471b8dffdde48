/** Pods that listen at their node's own address: there is one of each. In virtual time. */
import { expect, test } from 'vitest';
import { redisOn, withCluster } from './world.ts';

test.each([
  [
    "a DaemonSet's: its controller makes the next one then (daemon_controller: podsShouldBeOnNode)",
    { kind: 'daemonset' },
  ],
  ["a Deployment's: its ports are taken until then (scheduler: NodePorts)", { replicas: 3 }],
] as const)('a pod that is deleted is replaced there when nothing is left of it, %s', async (_, change) => {
  await withCluster(redisOn({ hostNetwork: true, preStopMs: 5_000, ...change }), async (world) => {
    world.cluster.replace('redis-1');
    await world.pass(30_000);
    const next = world.entries.findLast((one) => one.kind === 'pod' && one.event === 'Scheduled');
    expect(next).toMatchObject({ node: 'node:a' });
    expect(next?.atMs).toBeGreaterThanOrEqual(world.first('redis-1', 'Deleted').atMs);
    const pods = world.cluster.podsOf('redis');
    expect(pods.map((pod) => world.cluster.condition(pod))).toEqual(['Ready', 'Ready', 'Ready']);
  });
});
