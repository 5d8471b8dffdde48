/**
 * Addresses, conditions and tables of one embedded twin. Who may know what: pods' own addresses stay in this room; all
 * others get a wire's entry, or a Service's entry on their own node.
 *
 *   127.N.(1+i).k     entries of wires dialled from place i        127.N.(100+i).k   pods that stand at place i
 *   127.N.(50+i).k    ClusterIPs as seen from node i               127.N.0.x         the twin's own parts
 *   127.N.(150+).k    more entries and pods, where those of a place are used up
 */
import { DNS_PORT, latencyBetween } from '../../../topology/load.ts';
import type { External, Place, Topology } from '../../../topology/schema.ts';
import { noRouteAfterMs } from '../../behaviour/gone-address.ts';
import { takeOut } from '../../behaviour/in-force.ts';
import type { HostPort } from '../../parts/config.ts';
import type { Address, Condition, Network, PodId, Selector, Target } from '../contract.ts';
import { NoAddress } from '../ask.ts';
import type { ToxiproxyClient } from '../toxiproxy.ts';
import { Octets } from '../octets.ts';
import type { Ports } from './ports.ts';
import { SharedAddresses } from './shared-addresses.ts';
import { delivered } from './message.ts';
import {
  addRuleToxics,
  cutsMessages,
  entryState,
  layWire,
  matches,
  removeRuleToxics,
  type EntryState,
  type Rule,
  type Wire,
  type WireContext,
  type WireTarget,
} from './wires.ts';

export interface EmbeddedPod {
  readonly id: PodId;
  readonly place: Place;
  /** Its own address, or its place's when it is on the host's network. */
  readonly host: string;
  /** Of its container, as the topology says them. */
  ports: readonly number[];
  /** The real port of its program, where that has one for itself. */
  ownPort?: number;
}
interface Options {
  readonly prefix: string;
  readonly topology: Topology;
  readonly profile: string;
  readonly seed: number;
  readonly toxiproxy: ToxiproxyClient;
  readonly ports: Ports;
  /** Called when what a place meets at a Service may have changed. */
  readonly servicesChanged: () => Promise<void>;
  /** Aborted when the twin goes down. */
  readonly down: AbortSignal;
}

export class EmbeddedNetwork implements Network {
  readonly pods = new Map<PodId, EmbeddedPod>();
  readonly shared: SharedAddresses;
  private readonly wires = new Map<string, Wire>();
  private readonly rules: Rule[] = [];
  private readonly octets: Octets;
  private readonly options: Options;
  private readonly places: readonly string[];
  /** Sockets, `host:port`, on which a program listens, as the runtime has noticed: programs on a host's network share its address. */
  private readonly listening = new Set<string>();
  /** Addresses whose sandbox went just now: who dials them hears nothing yet. */
  private readonly silent = new Set<string>();
  private released: (() => void)[] = [];
  private ruleCount = 0;
  constructor(options: Options) {
    this.options = options;
    this.shared = new SharedAddresses({
      toxiproxy: options.toxiproxy,
      isShared: (address) => (options.topology.anycast[address]?.pops.length ?? 0) > 1,
      wireTo: (to, from, address) => this.wireTo(to, from, 'tcp', `~${address}`),
      newEntry: (from, port) => this.newEntry(from, port),
    });
    this.places = Object.keys(options.topology.places);
    this.octets = new Octets(options.prefix, 150);
  }

  // ── where ──
  realPort(port: number): number {
    return this.options.ports.real(port);
  }
  freeOwnPort(): Promise<number> {
    return this.options.ports.own();
  }
  private next(block: number, place: Place): string {
    const index = this.places.indexOf(place);
    if (index < 0) throw new Error(`no place ${place}`);
    return this.octets.next(block + index);
  }
  /** Gives a pod an address at its place; it is kept until the pod is gone. */
  addPod(id: PodId, place: Place, hostNetwork: boolean): EmbeddedPod {
    const pod: EmbeddedPod = { id, place, ports: [], host: hostNetwork ? this.hostOf(place) : this.next(100, place) };
    this.pods.set(id, pod);
    return pod;
  }
  /** A place's own address: a node's, a POP's. Stands whether or not a program listens there. */
  private hostOf(place: Place): string {
    return `${this.options.prefix}.${100 + this.places.indexOf(place)}.254`;
  }
  /**
   * The sandbox is gone. Dials are unanswered for as long as a real node believes that it is there, and refused from then on,
   * where a real one asks for 3 s and says "no route". Its name and address are kept: old tables still hold them.
   */
  async removePod(id: PodId): Promise<void> {
    const pod = this.pods.get(id);
    if (pod === undefined || this.isDown || pod.host === this.hostOf(pod.place)) return;
    await this.setSilent(pod.host, true);
    const over = (): void => void this.setSilent(pod.host, false);
    setTimeout(over, noRouteAfterMs(0)).unref();
  }
  private async setSilent(host: string, silent: boolean): Promise<void> {
    if (this.isDown) return;
    this.silent[silent ? 'add' : 'delete'](host);
    await this.follow(host);
  }
  /** A Service's entry as its node's pods dial it. */
  serviceEntry(service: string, node: Place): HostPort {
    const index = Object.keys(this.options.topology.services).indexOf(service);
    const port = this.options.topology.services[service]?.port;
    if (index < 0 || port === undefined) throw new Error(`no service ${service}`);
    return {
      host: `${this.options.prefix}.${50 + this.places.indexOf(node)}.${index + 1}`,
      port: this.options.ports.real(port),
    };
  }
  /** Where a program at an address listens for who stands at `viewer`; a resolver has one UDP socket per viewer. */
  socketOf(
    { host, ownPort }: Pick<EmbeddedPod, 'host' | 'ownPort'>,
    port: number,
    protocol: 'tcp' | 'udp',
    viewer: Place,
  ): HostPort {
    const real = ownPort ?? this.options.ports.real(port);
    return { host, port: protocol === 'udp' ? real + 1 + this.places.indexOf(viewer) : real };
  }
  addressOf(target: Target, seenFrom: Place): Promise<Address> {
    return this.addressFor(target, seenFrom, target.port === DNS_PORT ? 'udp' : 'tcp');
  }
  /** As `addressOf`, with the protocol said: a resolver is asked by datagrams and probed by TCP. */
  async addressFor(target: Target, seenFrom: Place, protocol: 'tcp' | 'udp'): Promise<Address> {
    if ('service' in target) return { ...this.serviceEntry(target.service, seenFrom), seenFrom };
    if ('anycast' in target) return { ...(await this.shared.entryOf(target.anycast, target.port, seenFrom)), seenFrom };
    const wire = await this.wireTo(target, seenFrom, protocol);
    return { ...wire.entry, seenFrom };
  }
  /** @param of  the shared address it is a way of: what is open through that is apart from what was dialled directly */
  private async wireTo(
    to: Exclude<Target, { service: string } | { anycast: string }>,
    from: Place,
    protocol: 'tcp' | 'udp',
    of = '',
  ): Promise<Wire> {
    const pod = 'pod' in to ? this.pods.get(to.pod) : undefined;
    if ('pod' in to && pod === undefined) throw new NoAddress(to.pod);
    const place = pod?.place ?? ('place' in to ? to.place : from);
    const host = pod?.host ?? this.hostOf(place);
    const { port } = to;
    const name = `${from}~${host}:${port}~${protocol}${of}`;
    const known = this.wires.get(name);
    if (known !== undefined) {
      await known.ready;
      return known;
    }
    const isPod = (id: PodId): boolean => this.pods.get(id)?.host === host;
    const target: WireTarget = {
      isPod,
      place,
      port,
      protocol,
      address: this.socketOf(pod ?? { host }, port, protocol, from),
      listener: this.listenerOf(pod ?? { host }, port),
    };
    const entry = this.newEntry(from, port);
    const bare = {
      name,
      from,
      target,
      entry,
      toxics: new Set<string>(),
      fronts: new Set<string>(),
      state: 'refuse' as EntryState,
    };
    bare.state = this.stateOf(bare as unknown as Wire);
    const wire: Wire = Object.assign(bare, { ready: layWire(this.context(), bare, this.wireSeed(name)) });
    this.wires.set(name, wire);
    await wire.ready;
    // What changed while it was laid is put in force now.
    await this.mirror([wire]);
    return wire;
  }
  private newEntry(from: Place, port: number): HostPort {
    return { host: this.next(1, from), port: this.options.ports.real(port) };
  }
  private wireSeed(name: string): number {
    let seed = this.options.seed;
    for (const char of name) seed = (Math.imul(seed, 31) + char.charCodeAt(0)) & 0x7fffffff;
    return seed;
  }
  private context(): WireContext {
    return { ...this.options, rules: this.rules };
  }

  // ── mirroring and conditions ──
  private listenerOf(pod: Pick<EmbeddedPod, 'host' | 'ownPort'>, port: number): string {
    return `${pod.host}:${pod.ownPort ?? this.options.ports.real(port)}`;
  }
  /** A pod's program began or ceased to listen: the entries of all wires to it follow. */
  async setListening(pod: EmbeddedPod, listening: boolean): Promise<void> {
    if (this.isDown || this.isListening(pod) === listening) return;
    for (const port of pod.ports) this.listening[listening ? 'add' : 'delete'](this.listenerOf(pod, port));
    await this.follow(pod.host);
  }
  /** What an address shows has changed: wires' and Services' entries do the same. */
  private async follow(host: string): Promise<void> {
    await this.mirror([...this.wires.values()].filter((wire) => wire.target.address.host === host));
    await this.options.servicesChanged();
  }
  private stateOf(wire: Wire): EntryState {
    const { address, listener } = wire.target;
    return this.silent.has(address.host) ? 'drop' : entryState(this.rules, wire, this.listening.has(listener));
  }
  private async mirror(wires: readonly Wire[]): Promise<void> {
    const changes: Record<string, EntryState> = {};
    const datagrams: Promise<void>[] = [];
    for (const wire of wires) {
      const state = this.stateOf(wire);
      if (state === wire.state) continue;
      wire.state = state;
      if (wire.target.protocol === 'tcp') for (const name of [wire.name, ...wire.fronts]) changes[name] = state;
      else datagrams.push(wire.ready.then(() => this.options.toxiproxy.setUdp(wire.name, { state })));
    }
    if (Object.keys(changes).length > 0) {
      await Promise.all(wires.filter((wire) => wire.name in changes).map((wire) => wire.ready));
      await this.options.toxiproxy.setEntries(changes);
    }
    await Promise.all(datagrams);
  }
  async impose(where: Selector, what: Condition): Promise<AsyncDisposable> {
    const matching = (): Wire[] => [...this.wires.values()].filter((wire) => matches(where, wire));
    if (what.kind === 'reset') {
      for (const wire of matching())
        if (wire.target.protocol === 'tcp') await this.options.toxiproxy.resetConnections(wire.name);
      return { [Symbol.asyncDispose]: () => Promise.resolve() };
    }
    const rule: Rule = { where, what, id: ++this.ruleCount };
    this.rules.push(rule);
    for (const wire of matching()) await addRuleToxics(this.context(), wire, rule);
    await this.mirror(matching());
    await this.options.servicesChanged();
    return {
      [Symbol.asyncDispose]: async () => {
        takeOut(this.rules, rule);
        for (const wire of matching()) await removeRuleToxics(this.context(), wire, rule);
        await this.mirror(matching());
        await this.options.servicesChanged();
        for (const again of this.released.splice(0)) again();
      },
    };
  }
  /** What a new connection from a node to a pod's port meets now. */
  async stateFrom(
    node: Place,
    pod: PodId,
    port: number,
    protocol: 'tcp' | 'udp',
  ): Promise<{ entry: HostPort; state: EntryState } | undefined> {
    return this.pods.has(pod) ? this.wireTo({ pod, port }, node, protocol) : undefined;
  }

  /** Postgres' own address, for what is read back at the end: no wire, no condition. Undefined where none stands outside of the cluster. */
  postgresAddress(): HostPort | undefined {
    const external = Object.values(this.options.topology.externals).find((one) => one.role === 'postgres');
    return external && this.ownAddress(external);
  }
  /** Where a program outside of the cluster listens itself. */
  ownAddress({ place, ports }: Pick<External, 'place' | 'ports'>): HostPort {
    return this.socketOf({ host: this.hostOf(place) }, ports[0] ?? 0, 'tcp', place);
  }
  /** From then on nothing is mirrored: the twin goes down, and its Toxiproxy with it. */
  get isDown(): boolean {
    return this.options.down.aborted;
  }
  isListening(pod: EmbeddedPod): boolean {
    return pod.ports.some((port) => this.listening.has(this.listenerOf(pod, port)));
  }

  // ── control plane ──
  async message(from: Place, to: Place, signal?: AbortSignal): Promise<void> {
    const cut = (): boolean => cutsMessages(this.rules, from, to);
    const { rttMs } = latencyBetween(this.options.topology, from, to, this.options.profile);
    await delivered({ cut, released: this.released, oneWayMs: rttMs / 2 }, signal);
  }
}
