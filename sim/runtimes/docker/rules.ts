/** Conditions as imposed, and what they mean in the packet filter of one place. Pure. */
import type { Place } from '../../../topology/schema.ts';
import type { HostPort } from '../../parts/config.ts';
import type { Condition, PodId, Selector } from '../contract.ts';
import type { FilterCondition, Protocol } from './firewall.ts';

export interface Rule {
  readonly where: Selector;
  readonly what: Condition;
  /** Unique; part of the names of the toxics it puts on wires. */
  readonly id: number;
}
/** An address and where it stands. */
export interface Spot {
  readonly place: Place;
  readonly host: string;
}
type IsPodAt = (id: PodId, host: string) => boolean;

export function matchesTarget(
  { to, port }: Pick<Selector, 'to'> & { readonly port?: number | undefined },
  spot: Spot & { readonly port?: number },
  isPodAt: IsPodAt,
): boolean {
  const there = to === undefined || to === spot.place || isPodAt(to, spot.host);
  return there && (port === undefined || spot.port === undefined || port === spot.port);
}

/** Whether a wire that matches may be a direct one: within the cluster. */
export function mayBeDirect({ from, to }: Selector): boolean {
  const outside = (end: string | undefined): boolean => end !== undefined && /^(user|pop|external):/.test(end);
  return !outside(from) && !outside(to);
}

interface EntryOfWire {
  readonly to: Spot & { readonly port: number };
  readonly entry: HostPort;
}

/**
 * What the diallers of a place meet: at every address that a rule names, and at the entries of their long links, where
 * TCP to those addresses really goes.
 */
export function conditionsOf(
  rules: readonly Rule[],
  place: Place,
  spots: readonly Spot[],
  wires: readonly EntryOfWire[],
  isPodAt: IsPodAt,
): FilterCondition[] {
  return rules.flatMap(({ where, what }) => {
    const { kind } = what;
    if (kind !== 'refuse' && kind !== 'drop' && kind !== 'hang') return [];
    if ((where.from ?? place) !== place) return [];
    // Nothing of a refusal is met by a connection that is open.
    if (kind === 'refuse' && where.connections === 'open') return [];
    const only = where.connections === 'new' ? ({ connections: 'new' } as const) : {};
    const port = where.port === undefined ? {} : { port: where.port };
    const protocols: Protocol[] = where.protocol === undefined ? ['tcp', 'udp'] : [where.protocol];
    const hosts = new Set(spots.filter((spot) => matchesTarget(where, spot, isPodAt)).map((spot) => spot.host));
    const direct = [...hosts].flatMap((host) =>
      protocols.map((protocol): FilterCondition => ({ kind, host, protocol, ...port, ...only })),
    );
    const long = protocols.includes('tcp') ? wires.filter((wire) => matchesTarget(where, wire.to, isPodAt)) : [];
    return [...direct, ...long.map((wire): FilterCondition => ({ kind, ...wire.entry, protocol: 'tcp', ...only }))];
  });
}
