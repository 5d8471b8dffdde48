/**
 * The data plane's tables as the brain last wrote them, translated for each part: names for each place that asks, routes
 * for each ingress, Services for each node. A part that starts anew gets the newest.
 */
import { placesOf, serviceBehind } from '../../../topology/load.ts';
import type { Place, Topology } from '../../../topology/schema.ts';
import type { IngressTable, KubeProxyTable, ResolverTable } from '../../parts/config.ts';
import type { NameRecord, Names, PodId, Routes, Target } from '../contract.ts';
import type { EmbeddedNetwork } from './network.ts';
import type { PartProcess } from './part-process.ts';

type Zone = 'cluster' | 'public';
interface Receiver {
  readonly process: PartProcess;
  readonly kind: 'resolver' | 'ingress' | 'kube-proxy';
  /** Zone of a resolver, pod of an ingress, node of a kube-proxy. */
  readonly key: string;
}

export class Tables implements Names, Routes {
  private readonly names: Record<Zone, Map<string, NameRecord>> = { cluster: new Map(), public: new Map() };
  private readonly hosts = new Map<PodId, ReadonlyMap<string, readonly Target[]>>();
  private readonly services = new Map<Place, ReadonlyMap<string, readonly Target[]>>();
  private readonly receivers = new Set<Receiver>();
  private readonly sent = new Map<Receiver, string>();
  private readonly turns = new Map<Receiver, Promise<void>>();
  private readonly waiting = new Map<Receiver, Promise<void>>();
  private readonly topology: Topology;
  private readonly network: () => EmbeddedNetwork;
  constructor(topology: Topology, network: () => EmbeddedNetwork) {
    this.topology = topology;
    this.network = network;
  }

  // ── written by the brain ──
  publish(zone: Zone, name: string, record: NameRecord | 'absent'): Promise<void> {
    if (record === 'absent') this.names[zone].delete(name);
    else this.names[zone].set(name, record);
    return this.push((one) => one.kind === 'resolver' && one.key === zone);
  }
  kubeProxy(node: Place, services: ReadonlyMap<string, readonly Target[]>): Promise<void> {
    this.services.set(node, services);
    return this.push((one) => one.kind === 'kube-proxy' && one.key === node);
  }
  ingress(pod: PodId, hosts: ReadonlyMap<string, readonly Target[]>): Promise<void> {
    this.hosts.set(pod, hosts);
    return this.push((one) => one.kind === 'ingress' && one.key === pod);
  }
  anycast(address: string, place: Place): Promise<void> {
    return this.network().shared.lead(address, place);
  }
  /** What listens or what is in force has changed: Services' entries mirror it. */
  mirrorServices(): Promise<void> {
    return this.push((one) => one.kind === 'kube-proxy');
  }

  // ── sent to the parts ──
  /** A part that takes tables has started; it gets the newest as soon as it is ready. */
  attach(receiver: Receiver): void {
    this.receivers.add(receiver);
    void receiver.process.part.exited.then(() => {
      this.receivers.delete(receiver);
      this.sent.delete(receiver);
      this.turns.delete(receiver);
      this.waiting.delete(receiver);
    });
    void receiver.process.ready.then(() => this.send(receiver));
  }
  private async push(who: (receiver: Receiver) => boolean): Promise<void> {
    await Promise.all([...this.receivers].filter(who).map((receiver) => this.send(receiver)));
  }
  /**
   * One after the other for each part: the last one sent is computed last, so it is the newest. One that still waits for its
   * turn will have what has changed by then, however often that was.
   */
  private send(receiver: Receiver): Promise<void> {
    const waiting = this.waiting.get(receiver);
    if (waiting !== undefined) return waiting;
    const turn = (this.turns.get(receiver) ?? Promise.resolve()).then(() => {
      this.waiting.delete(receiver);
      return this.sendNow(receiver);
    });
    this.waiting.set(receiver, turn);
    this.turns.set(receiver, turn);
    return turn;
  }
  private async sendNow(receiver: Receiver): Promise<void> {
    const table = await this.tableFor(receiver);
    const text = JSON.stringify(table);
    if (this.sent.get(receiver) === text) return;
    this.sent.set(receiver, text);
    await receiver.process.table(table);
  }
  tableFor(receiver: Pick<Receiver, 'kind' | 'key'>): Promise<ResolverTable | IngressTable | KubeProxyTable> {
    if (receiver.kind === 'resolver') return this.resolverTable(receiver.key as Zone);
    return receiver.kind === 'ingress' ? this.ingressTable(receiver.key) : this.kubeProxyTable(receiver.key as Place);
  }

  /** Places that ask a zone's resolver. */
  viewersOf(zone: Zone): Place[] {
    return placesOf(this.topology, zone === 'cluster' ? 'node' : 'user');
  }
  /** What a resolver of the zone answers now. */
  async resolverTable(zone: Zone): Promise<ResolverTable> {
    const seenFrom = async (viewer: Place): Promise<[Place, ResolverTable[string]]> => {
      const records = [...this.names[zone]].map(async ([name, record]) => {
        const addresses = await Promise.all(record.targets.map((target) => this.network().addressOf(target, viewer)));
        return [name, { addresses: addresses.map((address) => address.host), ttlMs: record.ttlMs }] as const;
      });
      return [viewer, Object.fromEntries(await Promise.all(records))];
    };
    return Object.fromEntries(await Promise.all(this.viewersOf(zone).map(seenFrom)));
  }
  private async ingressTable(pod: PodId): Promise<IngressTable> {
    const node = this.network().pods.get(pod)?.place;
    const table: Record<string, IngressTable[string]> = {};
    for (const [host, targets] of this.hosts.get(pod) ?? []) {
      const first = targets[0];
      if (first !== undefined && 'service' in first)
        table[host] = { kind: 'service', name: first.service, port: this.network().realPort(first.port) };
      else if (node !== undefined)
        table[host] = {
          kind: 'endpoints',
          service: serviceBehind(this.topology, host),
          addresses: await Promise.all(
            targets.filter((target) => this.isThere(target)).map((target) => this.network().addressOf(target, node)),
          ),
        };
    }
    return table;
  }
  /** A pod may be gone before the brain has told that it is. */
  private isThere(target: Target): boolean {
    return !('pod' in target) || this.network().pods.has(target.pod);
  }
  private async kubeProxyTable(node: Place): Promise<KubeProxyTable> {
    const table: Record<string, KubeProxyTable[string]> = {};
    for (const [service, targets] of this.services.get(node) ?? []) {
      const { port, protocol } = this.topology.services[service] ?? { port: 0, protocol: 'tcp' as const };
      const seen = await Promise.all(
        targets.map(async (target) =>
          'pod' in target ? this.network().stateFrom(node, target.pod, port, protocol) : undefined,
        ),
      );
      const endpoints = seen.filter((one) => one !== undefined);
      const state = endpoints.some((one) => one.state === 'open')
        ? 'open'
        : endpoints.some((one) => one.state === 'drop')
          ? 'drop'
          : 'refuse';
      table[service] = {
        entry: this.network().serviceEntry(service, node),
        protocol,
        state,
        endpoints: endpoints.map((one) => ({ ...one.entry, silent: one.state === 'drop' })),
      };
    }
    return table;
  }
}
