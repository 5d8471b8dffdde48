/**
 * Addresses and conditions of one docker twin. Every place and every pod has a namespace with an address of its own:
 *
 *   10.N.0.2           the twin's Toxiproxy          10.N.(1+i).1    place i itself: a node, a POP, a user's town
 *   10.N.(1+i).k       pods that stand at place i, never given twice; more above all places, where those are used up
 *
 * Within a place and between nodes a wire is direct. Between other places TCP is led through Toxiproxy by the dialler's
 * packet filter, and its entry there mirrors a target that does not listen. Datagrams are always direct. Conditions stand
 * in the packet filters of those who are dialled.
 */
import { latencyBetween } from '../../../topology/load.ts';
import type { Place, Topology } from '../../../topology/schema.ts';
import { takeOut } from '../../behaviour/in-force.ts';
import { SimError } from '../../errors.ts';
import type { Address, Condition, Network, PodId, Selector, Target } from '../contract.ts';
import { NoAddress } from '../ask.ts';
import { Octets } from '../octets.ts';
import type { ToxiproxyClient } from '../toxiproxy.ts';
import { filterText, type Filter, type Inbound, type ServiceRule } from './firewall.ts';
import {
  inboundOf,
  inboundOfEntry,
  matchesDialler,
  matchesTarget,
  mayBeDirect,
  repliesTo,
  type Rule,
  type Spot,
} from './rules.ts';
import type { Shell } from './shell.ts';
import { addRuleToxics, layLongWire, removeRuleToxics, type LongWire } from './wires.ts';

export interface DockerPod {
  readonly id: PodId;
  readonly place: Place;
  readonly host: string;
}
interface Options {
  readonly prefix: string;
  readonly topology: Topology;
  readonly profile: string;
  readonly toxiproxy: { readonly client: ToxiproxyClient; readonly shell: Shell };
}

/** Where the first wire's entry in Toxiproxy listens; each further one on the next port. */
const FIRST_ENTRY = 20_000;

export class DockerNetwork implements Network {
  readonly pods = new Map<PodId, DockerPod>();
  private readonly options: Options;
  private readonly places: readonly string[];
  /** Namespaces in which rules are written, with the text that is in force or on its way. Toxiproxy's is at no place. */
  private readonly shells = new Map<
    Shell,
    { readonly place: Place | undefined; text: string; turn: Promise<unknown> }
  >();
  private readonly wires = new Map<string, LongWire>();
  private readonly services = new Map<Place, readonly ServiceRule[]>();
  private readonly rules: Rule[] = [];
  private readonly listening = new Set<string>();
  private readonly octets: Octets;
  private released: (() => void)[] = [];
  private ruleCount = 0;
  private closed = false;
  constructor(options: Options) {
    this.options = options;
    this.places = Object.keys(options.topology.places);
    this.octets = new Octets(options.prefix, this.places.length + 1);
    this.shells.set(options.toxiproxy.shell, { place: undefined, text: '', turn: Promise.resolve() });
  }

  // ── where ──
  hostOf(place: Place): string {
    return `${this.options.prefix}.${this.octet(place)}.1`;
  }
  /** An address for a new pod. */
  nextHost(place: Place): string {
    return this.octets.next(this.octet(place));
  }
  private octet(place: Place): number {
    const index = this.places.indexOf(place);
    if (index < 0) throw new Error(`no place ${place}`);
    return index + 1;
  }
  async addressOf(target: Target, seenFrom: Place): Promise<Address> {
    if ('service' in target) {
      const service = this.options.topology.services[target.service];
      if (service === undefined) throw new Error(`no service ${target.service}`);
      return { host: service.clusterIp, port: target.port, seenFrom };
    }
    const spot = this.spotOf(target);
    if (this.isLong(seenFrom, spot.place)) await this.longWire(seenFrom, { ...spot, port: target.port });
    return { host: spot.host, port: target.port, seenFrom };
  }
  private spotOf(target: Exclude<Target, { service: string }>): Spot {
    if ('anycast' in target) {
      // Routes never move here: it always leads to the nearest.
      const place = this.options.topology.anycast[target.anycast]?.pops[0];
      if (place === undefined) throw new Error(`no shared address ${target.anycast}`);
      return { place, host: this.hostOf(place) };
    }
    if ('place' in target) return { place: target.place, host: this.hostOf(target.place) };
    const pod = this.pods.get(target.pod);
    if (pod === undefined) throw new NoAddress(target.pod);
    return pod;
  }
  private isLong(from: Place, to: Place): boolean {
    return from !== to && !(from.startsWith('node:') && to.startsWith('node:'));
  }
  private async longWire(from: Place, to: Spot & { readonly port: number }): Promise<void> {
    const name = `${from}~${to.host}:${to.port}`;
    const known = this.wires.get(name);
    if (known !== undefined) return known.ready;
    const { prefix, topology, profile, toxiproxy } = this.options;
    const entry = { host: `${prefix}.0.2`, port: FIRST_ENTRY + this.wires.size };
    const latency = latencyBetween(topology, from, to.place, profile);
    const bare = { name, from, to, entry, latency, toxics: new Set<string>() };
    const laid = layLongWire(toxiproxy.client, bare, this.rules, this.isPodAt);
    const wire: LongWire = { ...bare, ready: laid.then(() => this.refresh()) };
    this.wires.set(name, wire);
    await wire.ready;
  }
  private readonly isPodAt = (id: PodId, host: string): boolean => this.pods.get(id)?.host === host;

  // ── namespaces and their packet filters ──
  /** Rules are written in this namespace from now on; settles when those of the moment are in force. */
  async attach(shell: Shell, place: Place): Promise<void> {
    this.shells.set(shell, { place, text: '', turn: Promise.resolve() });
    await this.refresh();
  }
  detach(shell: Shell): void {
    this.shells.delete(shell);
  }
  /** Its name and address are kept when it is gone: old tables still hold them, and who asks there meets what a kernel shows. */
  addPod(pod: DockerPod): Promise<void> {
    this.pods.set(pod.id, pod);
    return this.refresh();
  }
  /** A program began or ceased to listen; the entries of long links to it follow. */
  async setListening(host: string, port: number, listening: boolean): Promise<void> {
    const key = `${host}:${port}`;
    if (listening) this.listening.add(key);
    else this.listening.delete(key);
    await this.refresh();
  }
  /** kube-proxy's table on one node. */
  async setServices(node: Place, services: readonly ServiceRule[]): Promise<void> {
    this.services.set(node, services);
    await this.refresh();
  }
  /** Puts the newest rules in force wherever they differ from those that are. */
  private async refresh(): Promise<void> {
    if (this.closed) return;
    const turns = [...this.shells].map(([shell, state]) => {
      const text = filterText(state.place === undefined ? this.filterOfEntries() : this.filterAt(shell, state.place));
      if (text === state.text) return state.turn;
      state.text = text;
      return (state.turn = shell.run(`iptables-restore --noflush <<'END'\n${text}END`));
    });
    await Promise.all(turns);
  }
  private filterAt(shell: Shell, place: Place): Filter {
    const wires = [...this.wires.values()].filter((wire) => wire.from === place);
    return {
      services: this.services.get(place) ?? [],
      detours: wires.map((wire) => ({ from: { host: wire.to.host, port: wire.to.port }, to: wire.entry })),
      inbound: inboundOf(this.rules, { place, host: shell.host }, this.diallersAt, this.isPodAt),
      replies: repliesTo(this.rules, place, this.spots(), wires, this.isPodAt),
    };
  }
  /** Toxiproxy's: what is met at the entries of the long links. */
  private filterOfEntries(): Filter {
    const inbound = [...this.wires.values()].flatMap((wire): Inbound[] => {
      const listens = this.listening.has(`${wire.to.host}:${wire.to.port}`);
      const mirrored: Inbound[] = listens ? [] : [{ kind: 'refuse', port: wire.entry.port, protocol: 'tcp' }];
      return [...mirrored, ...inboundOfEntry(this.rules, wire, this.isPodAt)];
    });
    return { services: [], detours: [], inbound, replies: [] };
  }
  private readonly diallersAt = (place: Place): string[] =>
    [...this.shells].filter(([, state]) => state.place === place).map(([shell]) => shell.host);
  private spots(): Spot[] {
    const places = this.places.map((place) => ({ place: place as Place, host: this.hostOf(place as Place) }));
    return [...places, ...this.pods.values()];
  }
  private wiresMatching(where: Selector): LongWire[] {
    return [...this.wires.values()].filter(
      (wire) => matchesDialler(where, wire.from) && matchesTarget(where, wire.to, this.isPodAt),
    );
  }

  // ── conditions ──
  async impose(where: Selector, what: Condition): Promise<AsyncDisposable> {
    refuseUnmodelled(where, what);
    if (what.kind === 'reset') {
      await this.reset(where);
      return { [Symbol.asyncDispose]: () => Promise.resolve() };
    }
    const rule: Rule = { where, what, id: ++this.ruleCount };
    this.rules.push(rule);
    const { client } = this.options.toxiproxy;
    for (const wire of this.wiresMatching(where)) await wire.ready.then(() => addRuleToxics(client, wire, rule));
    await this.refresh();
    return {
      [Symbol.asyncDispose]: async () => {
        takeOut(this.rules, rule);
        for (const wire of this.wiresMatching(where)) await wire.ready.then(() => removeRuleToxics(client, wire, rule));
        await this.refresh();
        for (const again of this.released.splice(0)) again();
      },
    };
  }
  /** The kernel of who listens ends the sockets: the dialler gets RST. */
  private async reset(where: Selector): Promise<void> {
    if (where.protocol === 'udp' || where.connections === 'new') return;
    const shells = [...this.shells].filter(([, { place }]) => place !== undefined);
    const diallers = shells.filter(([, { place }]) => (where.from ?? place) === place).map(([shell]) => shell.host);
    const listeners = shells.filter(([shell, { place }]) =>
      matchesTarget(where, { place: place ?? 'node:', host: shell.host }, this.isPodAt),
    );
    await Promise.all([
      ...listeners.map(([shell]) => endSockets(shell, where.port, diallers)),
      ...this.wiresMatching(where).map((wire) => endSockets(this.options.toxiproxy.shell, wire.entry.port, diallers)),
    ]);
  }

  /** From here on nothing is written any more: the twin goes down. */
  close(): void {
    this.closed = true;
  }
  get isDown(): boolean {
    return this.closed;
  }

  // ── control plane ──
  async message(from: Place, to: Place, signal?: AbortSignal): Promise<void> {
    const cut = (): boolean =>
      from !== to &&
      this.rules.some(
        ({ what, where }) =>
          what.kind === 'drop' && where.port === undefined && (where.from ?? from) === from && (where.to ?? to) === to,
      );
    const aborted = (): DOMException => new DOMException('the message is no longer awaited', 'AbortError');
    while (cut()) {
      await new Promise<void>((resolve, reject) => {
        this.released.push(resolve);
        signal?.addEventListener('abort', () => reject(aborted()), { once: true });
      });
    }
    const oneWayMs = latencyBetween(this.options.topology, from, to, this.options.profile).rttMs / 2;
    await new Promise((resolve) => setTimeout(resolve, oneWayMs));
    if (signal?.aborted === true) throw aborted();
  }
}

/**
 * Ends every connection that these hosts have to a port here (or to any).
 * @throws SimError `SIM_NOT_MODELLED` where the kernel cannot (CONFIG_INET_DIAG_DESTROY)
 */
async function endSockets(shell: Shell, port: number | undefined, peers: readonly string[]): Promise<void> {
  const from = peers.map((peer) => `dst = ${peer}`).join(' or ');
  const local = port === undefined ? '' : ` and sport = :${port}`;
  const lines = await shell.run(`ss -H -n -t -K state established '( ( ${from} )${local} )'`);
  if (lines.some((line) => /not supported/i.test(line)))
    throw new SimError('SIM_NOT_MODELLED', 'this kernel cannot reset an open connection from outside', {
      hint: '--runtime embedded can',
    });
}

/** @throws SimError `SIM_NOT_MODELLED` for what direct wires and the packet filter cannot do */
function refuseUnmodelled(where: Selector, what: Condition): void {
  const reason =
    (what.kind === 'delay' || what.kind === 'throttle') && mayBeDirect(where)
      ? `"${what.kind}" on wires within the cluster, which are direct there: name a place outside in "from" or "to"`
      : (what.kind === 'drop' || what.kind === 'hang') && where.connections === 'open'
        ? `"${what.kind}" on open connections alone`
        : what.kind === 'hang' && where.connections === 'new'
          ? '"hang" on new connections alone'
          : undefined;
  if (reason === undefined) return;
  throw new SimError('SIM_NOT_MODELLED', `the docker runtime cannot impose ${reason}`, {
    hint: '--runtime embedded and --runtime model can',
  });
}
