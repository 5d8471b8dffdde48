/**
 * Addresses that several places announce. Each is an entry before the wires to those places; it mirrors the wire that
 * routes lead to, and moves to another while what is open stays where it was.
 *
 *   dialler ──▶ entry of the address ──▶ wire to pop:dallas
 *                                  └ ─ ▶ wire to pop:chicago, once routes lead there
 *
 * One that a single place announces never moves: whoever dials it dials the wire.
 */
import type { HostPort } from '../../parts/config.ts';
import type { Place } from '../contract.ts';
import type { ToxiproxyClient } from '../toxiproxy.ts';
import type { Wire } from './wires.ts';

interface Front {
  readonly name: string;
  readonly address: string;
  readonly from: Place;
  readonly port: number;
  readonly entry: HostPort;
  wire: Wire;
}
interface Options {
  readonly toxiproxy: ToxiproxyClient;
  readonly isShared: (address: string) => boolean;
  /** The wire of a shared address to one of its places. */
  readonly wireTo: (
    to: { readonly place: Place; readonly port: number },
    from: Place,
    address: string,
  ) => Promise<Wire>;
  readonly newEntry: (from: Place, port: number) => HostPort;
}
const text = ({ host, port }: HostPort): string => `${host}:${port}`;

export class SharedAddresses {
  private readonly led = new Map<string, Place>();
  private readonly fronts = new Map<string, Promise<Front>>();
  private readonly options: Options;
  constructor(options: Options) {
    this.options = options;
  }

  /** Where who stands at `from` dials the address. */
  async entryOf(address: string, port: number, from: Place): Promise<HostPort> {
    if (!this.options.isShared(address)) return (await this.wireOf(address, port, from)).entry;
    const name = `${from}~${address}:${port}`;
    const known = this.fronts.get(name) ?? this.lay(name, address, port, from);
    this.fronts.set(name, known);
    return (await known).entry;
  }
  private wireOf(address: string, port: number, from: Place): Promise<Wire> {
    const place = this.led.get(address);
    if (place === undefined) throw new Error(`nobody announces ${address}`);
    return this.options.wireTo({ place, port }, from, address);
  }
  private async lay(name: string, address: string, port: number, from: Place): Promise<Front> {
    const { toxiproxy, newEntry } = this.options;
    const wire = await this.wireOf(address, port, from);
    const entry = newEntry(from, port);
    const twin = { propagateReset: true, mirrorRefused: true };
    await toxiproxy.populate([{ name, listen: text(entry), upstream: text(wire.entry), twin }]);
    const front: Front = { name, address, from, port, entry, wire };
    await this.follow(front);
    return front;
  }
  /** From now on the entry is as its wire is. */
  private async follow({ name, wire }: Front): Promise<void> {
    wire.fronts.add(name);
    await this.options.toxiproxy.setEntries({ [name]: wire.state });
  }

  /** New connections reach `place`; of what is open nobody knows there. */
  async lead(address: string, place: Place): Promise<void> {
    this.led.set(address, place);
    const { toxiproxy, wireTo } = this.options;
    for (const front of await Promise.all(this.fronts.values())) {
      if (front.address !== address) continue;
      const before = front.wire;
      const next = await wireTo({ place, port: front.port }, front.from, address);
      if (next === before) continue;
      front.wire = next;
      await toxiproxy.lead(front.name, text(next.entry));
      before.fronts.delete(front.name);
      await this.follow(front);
      await toxiproxy.strayConnections(before.name);
    }
  }
}
