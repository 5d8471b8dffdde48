/**
 * kube-proxy's program on one node: an entry for each Service's ClusterIP, connections spread over its endpoints. It
 * stands for the kernel's rules; whether the agent that updates them is alive is not its business.
 */
import { createPrng } from '../../prng.ts';
import type { KubeProxyConfig, KubeProxyTable } from '../config.ts';
import { startPart } from '../part.ts';
import { TcpService } from './tcp-service.ts';
import { UdpService } from './udp-service.ts';

type Service = TcpService | UdpService;

await startPart<KubeProxyConfig>(async ({ mode, seed, services }) => {
  const prng = createPrng(seed);
  const running = new Map<string, { readonly entry: string; readonly service: Service }>();
  const entryOf = ({ entry, protocol }: KubeProxyTable[string]): string => `${protocol} ${entry.host}:${entry.port}`;

  const apply = async (name: string, rule: KubeProxyTable[string]): Promise<void> => {
    const known = running.get(name);
    if (known?.entry === entryOf(rule)) return known.service.update(rule);
    await known?.service.stop();
    const service =
      rule.protocol === 'tcp'
        ? new TcpService(rule, mode, prng.split(name))
        : new UdpService(rule, mode, prng.split(name));
    running.set(name, { entry: entryOf(rule), service });
    await service.start();
  };
  const put = async (table: KubeProxyTable): Promise<void> => {
    const gone = [...running].filter(([name]) => table[name] === undefined);
    for (const [name] of gone) running.delete(name);
    await Promise.all([
      ...gone.map(([, { service }]) => service.stop()),
      ...Object.entries(table).map(([name, rule]) => apply(name, rule)),
    ]);
  };
  await put(services);
  // Tables are put in force one after the other, in the order they came.
  let turn = Promise.resolve();
  return { table: (table) => (turn = turn.then(() => put(table as KubeProxyTable))) };
});
