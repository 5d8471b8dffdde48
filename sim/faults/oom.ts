/** A program that takes memory and keeps it until its limit ends it: at once, or a little with every request. */
import { z } from 'zod';
import { actOn, onEach, type Fault } from './fault.ts';

const amount = z.number().int().positive();
const params = z
  .strictObject({
    workload: z.string(),
    /** Which of its pods, counted from 0 and from there again where there are fewer; absent: all, and each container that is started meanwhile. */
    pod: z.number().int().nonnegative().optional(),
    bytes: amount.optional(),
    perRequestBytes: amount.optional(),
  })
  .refine((one) => one.bytes !== undefined || one.perRequestBytes !== undefined, {
    error: 'needs bytes, or perRequestBytes',
  });

const mebibytes = (count: number): string => `${Math.round((count / 1024 / 1024) * 10) / 10} MiB`;

export const oom: Fault<z.infer<typeof params>> = {
  id: 'oom',
  title: ({ workload, pod, bytes, perRequestBytes }) =>
    `${pod === undefined ? 'every pod' : 'one pod'} of ${workload} takes ${[
      ...(bytes === undefined ? [] : [`${mebibytes(bytes)} in one go`]),
      ...(perRequestBytes === undefined ? [] : [`${mebibytes(perRequestBytes)} with each request`]),
    ].join(' and ')} and keeps it`,
  params,
  needs: ['oom'],
  async apply(_stage, cluster, { workload, pod, bytes, perRequestBytes }) {
    const growth = {
      ...(bytes === undefined ? {} : { bytes }),
      ...(perRequestBytes === undefined ? {} : { perRequestBytes }),
    };
    const pods = cluster.podsOf(workload);
    if (pod !== undefined) {
      return actOn(cluster.container(pods[pod % pods.length] ?? ''), (one) => one.grow(growth));
    }
    return onEach(cluster, pods, (one) => one.grow(growth));
  },
  /** What the cluster itself reports of the pod. */
  witnesses: (_view, { workload }) => [
    {
      about: workload,
      reported: { workload, event: 'Exited', exitCode: 137, reason: 'OOMKilled' },
      recovered: { workload, event: 'Ready' },
    },
  ],
};
