/**
 * kube-proxy's program on one node is dead. Its rules are the kernel's and stay; what changes from then on is missed.
 * @see Kubernetes pkg/proxy/iptables/proxier.go: rules are written at a sync, nothing takes them away at its end
 */
import { z } from 'zod';
import { allOf, nodesOf, type Fault } from './fault.ts';

const params = z.strictObject({
  /** On which of the nodes, counted from 0. */
  node: z.number().int().nonnegative(),
  /** A Service whose endpoints all change meanwhile: by it one sees that the change was missed. */
  service: z.string(),
});

export const kubeProxyStopped: Fault<z.infer<typeof params>> = {
  id: 'kube-proxy-stopped',
  title: () => 'kube-proxy on one node is dead: its rules stay, and miss what changes',
  params,
  needs: [],
  async apply(_stage, cluster, { node }) {
    const place = nodesOf(cluster.places)[node];
    return allOf(place === undefined ? [] : [await cluster.stopKubeProxy(place)]);
  },
  /** In the end the Service is reached from everywhere but from there. */
  witnesses(view, { node, service }) {
    const port = view.servicePort(service);
    if (port === undefined) return [];
    return view.nodes.map((from, at) => ({
      from,
      target: { service, port },
      about: `${service} from ${from}`,
      question: { ask: 'connect' },
      during: at === node ? ['refused', 'no-route', 'connect-silent'] : ['answer'],
      atTheEnd: true,
    }));
  },
};
