/** Conditions as imposed, and what they mean in the packet filters of those who are dialled and of those who dial. Pure. */
import type { Place } from '../../../topology/schema.ts';
import type { Condition, PodId, Selector } from '../contract.ts';
import type { Inbound, Protocol, Reply } from './firewall.ts';

export interface Rule {
  readonly where: Selector;
  readonly what: Condition;
  /** Unique; part of the names of the toxics it puts on wires. */
  readonly id: number;
}
/** An address, where it stands, and the port when one is meant. */
export interface Spot {
  readonly place: Place;
  readonly host: string;
  readonly port?: number;
}
export type IsPodAt = (id: PodId, host: string) => boolean;

/** Whether a rule is about connections to this address, whoever dials. */
export function matchesTarget({ to, port }: Selector, spot: Spot, isPodAt: IsPodAt): boolean {
  const there = to === undefined || to === spot.place || isPodAt(to, spot.host);
  return there && (port === undefined || spot.port === undefined || port === spot.port);
}
/** Whether a rule is about what is dialled from this place. */
export const matchesDialler = ({ from }: Selector, place: Place): boolean => from === undefined || from === place;

/** Whether a wire that matches may be a direct one: within the cluster. */
export function mayBeDirect({ from, to }: Selector): boolean {
  const outside = (end: string | undefined): boolean => end !== undefined && /^(user|pop|external):/.test(end);
  return !outside(from) && !outside(to);
}

const protocolsOf = (where: Selector): Protocol[] => (where.protocol === undefined ? ['tcp', 'udp'] : [where.protocol]);
/** What the packet filter is told of a rule; delay, throttle and reset are not its business. */
function filtered({ where, what }: Rule): Pick<Inbound, 'kind' | 'connections'> | undefined {
  const { kind } = what;
  if (kind !== 'refuse' && kind !== 'drop' && kind !== 'hang') return undefined;
  // Nothing of a refusal is met by a connection that is open.
  if (kind === 'refuse' && where.connections === 'open') return undefined;
  return where.connections === 'new' ? { kind, connections: 'new' } : { kind };
}

/**
 * What those who dial this address meet.
 *
 * @param diallers addresses that stand at a place
 */
export function inboundOf(
  rules: readonly Rule[],
  spot: Spot,
  diallers: (place: Place) => readonly string[],
  isPodAt: IsPodAt,
): Inbound[] {
  return rules.flatMap((rule) => {
    const { where } = rule;
    const how = filtered(rule);
    if (how === undefined || !matchesTarget(where, spot, isPodAt)) return [];
    const port = where.port === undefined ? {} : { port: where.port };
    const sources = where.from === undefined ? [{}] : diallers(where.from).map((from) => ({ from }));
    return protocolsOf(where).flatMap((protocol) =>
      sources.map((source): Inbound => ({ ...how, ...source, ...port, protocol })),
    );
  });
}

/** What those who dial a long link's entry meet; it has one dialling place. */
export function inboundOfEntry(
  rules: readonly Rule[],
  wire: { readonly from: Place; readonly to: Spot; readonly entry: { readonly port: number } },
  isPodAt: IsPodAt,
): Inbound[] {
  const { from, to, entry } = wire;
  return rules.flatMap((rule): Inbound[] => {
    const { where } = rule;
    const how = filtered(rule);
    const met = matchesDialler(where, from) && matchesTarget(where, to, isPodAt) && protocolsOf(where).includes('tcp');
    return how !== undefined && met ? [{ ...how, port: entry.port, protocol: 'tcp' }] : [];
  });
}

/** What the answers meet that come back to a place. */
export function repliesTo(
  rules: readonly Rule[],
  place: Place,
  spots: readonly Spot[],
  wires: readonly { readonly to: Spot; readonly entry: { readonly host: string; readonly port: number } }[],
  isPodAt: IsPodAt,
): Reply[] {
  return rules.flatMap((rule): Reply[] => {
    const { where } = rule;
    const { kind, connections } = filtered(rule) ?? {};
    if ((kind !== 'drop' && kind !== 'hang') || connections === 'new' || !matchesDialler(where, place)) return [];
    const hosts = new Set(spots.filter((spot) => matchesTarget(where, spot, isPodAt)).map((spot) => spot.host));
    const port = where.port === undefined ? {} : { port: where.port };
    const direct = [...hosts].flatMap((host) =>
      protocolsOf(where).map((protocol): Reply => ({ kind, host, ...port, protocol })),
    );
    const long = protocolsOf(where).includes('tcp')
      ? wires.filter((wire) => matchesTarget(where, wire.to, isPodAt))
      : [];
    return [...direct, ...long.map((wire): Reply => ({ kind, ...wire.entry, protocol: 'tcp' }))];
  });
}
