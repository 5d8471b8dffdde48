/** Packets to a workload's pods get lost on the way, as behind a broken virtual cable: nobody refuses, nobody answers. */
import { z } from 'zod';
import { allOf, servedTo, type Fault } from './fault.ts';

const params = z.strictObject({ workload: z.string(), protocol: z.enum(['tcp', 'udp']).optional() });

export const drop: Fault<z.infer<typeof params>> = {
  id: 'drop',
  title: ({ workload, protocol }) =>
    `${protocol === undefined ? 'packets' : `${protocol.toUpperCase()} packets`} to ${workload} are dropped, whoever sends them`,
  params,
  needs: ['drop'],
  async apply(stage, cluster, { workload, protocol }) {
    const only = protocol === undefined ? {} : { protocol };
    const rules: AsyncDisposable[] = [];
    for (const to of cluster.podsOf(workload))
      rules.push(await stage.network.impose({ to, ...only }, { kind: 'drop' }));
    return allOf(rules);
  },
  /** Its kubelet asks by TCP, and is not answered either: after some time nobody ready is behind its Service, which refuses. */
  witnesses(view, { workload, protocol }) {
    const isTakenOut = protocol !== 'udp' && view.serviceOf(workload)?.isProbed === true;
    return servedTo(view, workload, ['connect-silent', 'reply-silent', ...(isTakenOut ? (['refused'] as const) : [])]);
  },
};
