/**
 * Wires: what one place dials to reach one pod's port, each a proxy of the twin's Toxiproxy with an address of its own.
 * A wire's entry mirrors its target (no listener there, no listener here) and bears the conditions that match it.
 *
 *   dialler at `from` ──▶ entry 127.N.(1+from).k ──[link delay, conditions]──▶ pod's own address
 */
import { latencyBetween } from '../../../topology/load.ts';
import type { Latency, Place, Topology } from '../../../topology/schema.ts';
import type { Condition, PodId, Selector } from '../contract.ts';
import type { EntryState, ToxicEffect, ToxicSpec, ToxiproxyClient } from '../toxiproxy.ts';
import type { HostPort } from '../../parts/config.ts';

export type { EntryState };
export interface WireTarget {
  /** Whether a pod stands behind this address now. */
  readonly isPod: (id: PodId) => boolean;
  readonly place: Place;
  readonly address: HostPort;
  /** `host:port` where its program accepts connections, also for who sends it datagrams. */
  readonly listener: string;
  readonly protocol: 'tcp' | 'udp';
  /** The port as the topology says it. */
  readonly port: number;
}
export interface Wire {
  readonly name: string;
  readonly from: Place;
  readonly target: WireTarget;
  readonly entry: HostPort;
  readonly ready: Promise<void>;
  state: EntryState;
  /** Entries that stand before its own and are as it is. */
  readonly fronts: Set<string>;
  readonly toxics: Set<string>;
}
export interface Rule {
  readonly where: Selector;
  readonly what: Condition;
  /** Unique; part of the names of the toxics it puts on wires. */
  readonly id: number;
}

export function matches(where: Selector, wire: Wire): boolean {
  const { target } = wire;
  return (
    (where.from === undefined || where.from === wire.from) &&
    (where.to === undefined || where.to === target.place || target.isPod(where.to)) &&
    (where.port === undefined || where.port === target.port) &&
    (where.protocol === undefined || where.protocol === target.protocol)
  );
}

/** Whether nothing at all gets from one place to another: then the control plane's messages do not either. */
export const cutsMessages = (rules: readonly Rule[], from: Place, to: Place): boolean =>
  from !== to &&
  rules.some(
    ({ what, where }) =>
      what.kind === 'drop' && where.port === undefined && (where.from ?? from) === from && (where.to ?? to) === to,
  );

/** What a dialler meets: conditions on new connections first, then whether anybody listens. */
export function entryState(rules: readonly Rule[], wire: Wire, listening: boolean): EntryState {
  const on = rules.filter((rule) => matches(rule.where, wire) && rule.where.connections !== 'open');
  if (on.some((rule) => rule.what.kind === 'drop' || (rule.what.kind === 'hang' && wire.target.protocol === 'udp')))
    return 'drop';
  if (on.some((rule) => rule.what.kind === 'refuse')) return 'refuse';
  return listening ? 'open' : 'refuse';
}

const STREAMS = ['upstream', 'downstream'] as const;

const delayToxic = (
  name: string,
  stream: ToxicSpec['stream'],
  latency: Pick<Latency, 'rttMs' | 'jitterMs' | 'distribution'>,
  seed: number,
): ToxicSpec => ({
  name: `${name}_${stream}`,
  stream,
  effect: {
    kind: 'delay',
    delayUs: Math.round(latency.rttMs * 500),
    jitterUs: Math.round(latency.jitterMs * 500),
    distribution: latency.distribution,
    seed,
    // A user-space proxy accepts at once: the first byte pays for the handshake's round trip.
    handshakeUs: stream === 'upstream' ? Math.round(latency.rttMs * 1_000) : 0,
  },
});

/** Toxics that a rule puts on a wire; entries and resets are not among them. */
function toxicsOf(rule: Rule, wire: Wire, seed: number): ToxicSpec[] {
  const { what } = rule;
  const both = (effect: ToxicEffect): ToxicSpec[] =>
    STREAMS.map((stream) => ({ name: `rule${rule.id}_${stream}`, stream, effect }));
  if (what.kind === 'delay') return STREAMS.map((stream) => delayToxic(`rule${rule.id}`, stream, what, seed));
  if (what.kind === 'throttle') return both({ kind: 'bandwidth', bytesPerSecond: what.bytesPerSecond });
  const holds =
    (what.kind === 'hang' || what.kind === 'drop') &&
    rule.where.connections !== 'new' &&
    wire.target.protocol === 'tcp';
  return holds ? both({ kind: 'hold' }) : [];
}

export interface WireContext {
  readonly topology: Topology;
  readonly profile: string;
  readonly seed: number;
  readonly toxiproxy: ToxiproxyClient;
  readonly rules: readonly Rule[];
}

/** Puts a new wire down: proxy, the link's latency, the conditions of the moment. */
export async function layWire(context: WireContext, wire: Omit<Wire, 'ready'>, seed: number): Promise<void> {
  const { toxiproxy } = context;
  const latency = latencyBetween(context.topology, wire.from, wire.target.place, context.profile);
  const { entry, target } = wire;
  const spec = {
    name: wire.name,
    listen: `${entry.host}:${entry.port}`,
    upstream: `${target.address.host}:${target.address.port}`,
  };
  if (target.protocol === 'udp') {
    await toxiproxy.createUdp([spec]);
    await toxiproxy.setUdp(wire.name, { state: wire.state, delayUs: Math.round(latency.rttMs * 500) });
    return;
  }
  await toxiproxy.populate([{ ...spec, twin: { propagateReset: true, mirrorRefused: true } }]);
  if (latency.rttMs > 0)
    await Promise.all(STREAMS.map((stream) => addToxic(toxiproxy, wire, delayToxic('link', stream, latency, seed))));
  // One that heals meanwhile is taken off by who heals it.
  for (const rule of [...context.rules])
    if (matches(rule.where, wire as Wire))
      for (const toxic of toxicsOf(rule, wire as Wire, seed)) await addToxic(toxiproxy, wire, toxic);
  if (wire.state !== 'open') await toxiproxy.setEntries({ [wire.name]: wire.state });
}

const addToxic = (toxiproxy: ToxiproxyClient, wire: Pick<Wire, 'name' | 'toxics'>, toxic: ToxicSpec): Promise<void> => {
  wire.toxics.add(toxic.name);
  return toxiproxy.addToxic(wire.name, toxic);
};

/** Puts a rule's toxics on a wire; one that was being laid may have them. */
export async function addRuleToxics(context: WireContext, wire: Wire, rule: Rule): Promise<void> {
  await wire.ready;
  for (const toxic of toxicsOf(rule, wire, context.seed))
    if (!wire.toxics.has(toxic.name)) await addToxic(context.toxiproxy, wire, toxic);
}
export async function removeRuleToxics(context: WireContext, wire: Wire, rule: Rule): Promise<void> {
  await wire.ready;
  for (const name of [...wire.toxics].filter((one) => one.startsWith(`rule${rule.id}_`))) {
    wire.toxics.delete(name);
    await context.toxiproxy.removeToxic(wire.name, name);
  }
}
