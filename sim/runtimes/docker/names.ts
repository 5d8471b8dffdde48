/** Names and routes as the brain last wrote them, put in force: resolvers' records, Traefik's file, kube-proxy's rules. */
import { placesOf, serviceBehind } from '../../../topology/load.ts';
import type { Place, Topology } from '../../../topology/schema.ts';
import { SimError } from '../../errors.ts';
import type { ResolverTable } from '../../parts/config.ts';
import type { NameRecord, Names, PodId, Routes, Target } from '../contract.ts';
import { whenOver } from './engine.ts';
import type { DockerNetwork } from './network.ts';
import type { Part } from './part.ts';

type Zone = 'cluster' | 'public';
/** Who asks does not matter here: an address means the same everywhere, the asker's packet filter leads it on. */
export const EVERYBODY = 'everybody';

export class Tables implements Names, Routes {
  private readonly names: Record<Zone, Map<string, NameRecord>> = { cluster: new Map(), public: new Map() };
  private readonly hosts = new Map<PodId, ReadonlyMap<string, readonly Target[]>>();
  private readonly resolvers = new Set<{ readonly zone: Zone; readonly part: Part }>();
  private readonly ingresses = new Map<PodId, (file: string) => Promise<void>>();
  private readonly topology: Topology;
  private readonly network: DockerNetwork;
  constructor(topology: Topology, network: DockerNetwork) {
    this.topology = topology;
    this.network = network;
  }

  async publish(zone: Zone, name: string, record: NameRecord | 'absent'): Promise<void> {
    if (record === 'absent') this.names[zone].delete(name);
    else this.names[zone].set(name, record);
    await Promise.all([...this.resolvers].filter((one) => one.zone === zone).map((one) => this.tell(one)));
  }
  async kubeProxy(node: Place, services: ReadonlyMap<string, readonly Target[]>): Promise<void> {
    const rules = [...services].flatMap(([id, targets]) => {
      const service = this.topology.services[id];
      if (service === undefined) return [];
      const endpoints = targets.flatMap((target) => {
        const pod = 'pod' in target ? this.network.pods.get(target.pod) : undefined;
        return pod === undefined ? [] : [{ host: pod.host, port: target.port }];
      });
      return [{ clusterIp: service.clusterIp, port: service.port, protocol: service.protocol, endpoints }];
    });
    await this.network.setServices(node, rules);
  }
  async ingress(pod: PodId, hosts: ReadonlyMap<string, readonly Target[]>): Promise<void> {
    this.hosts.set(pod, hosts);
    await this.ingresses.get(pod)?.(this.ingressFile(pod));
  }
  async anycast(address: string, place: Place): Promise<void> {
    if (this.topology.anycast[address]?.pops[0] === place) return;
    throw new SimError('SIM_NOT_MODELLED', `docker can not lead ${address} to ${place}: its addresses do not move`);
  }

  /** A resolver has started; what was published since then it gets as soon as it is ready. */
  addResolver(zone: Zone, part: Part): void {
    const resolver = { zone, part };
    this.resolvers.add(resolver);
    whenOver(part.container, () => this.resolvers.delete(resolver));
    void part.ready.then(() => this.tell(resolver));
  }
  /** An ingress has started; `write` replaces its file. */
  addIngress(pod: PodId, write: (file: string) => Promise<void>): void {
    this.ingresses.set(pod, write);
  }
  removeIngress(pod: PodId): void {
    this.ingresses.delete(pod);
  }

  private async tell({ zone, part }: { readonly zone: Zone; readonly part: Part }): Promise<void> {
    await part.table(await this.resolverTable(zone));
  }
  /** What a resolver of the zone answers now. */
  async resolverTable(zone: Zone): Promise<ResolverTable> {
    const viewers = placesOf(this.topology, zone === 'cluster' ? 'node' : 'user');
    const records = [...this.names[zone]].map(async ([name, { targets, ttlMs }]) => {
      // Whoever may get this answer must find the wire laid.
      const seen = await Promise.all(
        targets.map((target) => Promise.all(viewers.map((viewer) => this.network.addressOf(target, viewer)))),
      );
      return [name, { addresses: seen.flatMap((each) => each[0]?.host ?? []), ttlMs }] as const;
    });
    return { [EVERYBODY]: Object.fromEntries(await Promise.all(records)) };
  }

  /** Traefik's dynamic configuration, one service for each Service as its Kubernetes provider writes it; JSON is YAML. */
  ingressFile(pod: PodId): string {
    const hosts = [...(this.hosts.get(pod) ?? [])];
    const routers = hosts.map(([host]) => {
      const service = serviceBehind(this.topology, host);
      return [host, { rule: `Host(\`${host}\`)`, entryPoints: ['web'], service }];
    });
    const services = hosts.map(([host, targets]) => [
      serviceBehind(this.topology, host),
      { loadBalancer: { servers: targets.flatMap((target) => this.serverOf(target)) } },
    ]);
    if (hosts.length === 0) return '# no routes yet\n';
    return JSON.stringify({ http: { routers: Object.fromEntries(routers), services: Object.fromEntries(services) } });
  }
  private serverOf(target: Target): { readonly url: string }[] {
    if ('service' in target) return [{ url: `http://${target.service}.default.svc.cluster.local:${target.port}` }];
    const pod = 'pod' in target ? this.network.pods.get(target.pod) : undefined;
    return pod === undefined ? [] : [{ url: `http://${pod.host}:${target.port}` }];
  }
}
