/**
 * Long links: TCP from one place to one address elsewhere through the real Toxiproxy, with its stock toxics.
 *
 *   dialler ──DNAT──▶ 10.N.0.2:200xx [latency rtt/2 each way] ──▶ target
 *
 * Toxiproxy accepts at once, so a connection's first round trip costs nothing here; and it counts in whole milliseconds.
 */
import type { Latency, Place } from '../../../topology/schema.ts';
import type { HostPort } from '../../parts/config.ts';
import type { ToxicEffect, ToxicSpec, ToxiproxyClient } from '../toxiproxy.ts';
import { matchesDialler, matchesTarget, type IsPodAt, type Rule, type Spot } from './rules.ts';

export interface LongWire {
  readonly name: string;
  readonly from: Place;
  readonly to: Spot & { readonly port: number };
  /** Where Toxiproxy listens for it. */
  readonly entry: HostPort;
  readonly latency: Latency;
  readonly ready: Promise<void>;
  /** Names of the toxics that conditions put on it. */
  readonly toxics: Set<string>;
}

/** Both halves make the whole: 95 ms are 48 up and 47 down. */
function latencyToxics(name: string, latency: Pick<Latency, 'rttMs' | 'jitterMs'>): ToxicSpec[] {
  const rttMs = Math.round(latency.rttMs);
  const upMs = Math.ceil(rttMs / 2);
  const halves = [
    { stream: 'upstream', latencyMs: upMs },
    { stream: 'downstream', latencyMs: rttMs - upMs },
  ] as const;
  return halves
    .filter(({ latencyMs }) => latencyMs > 0)
    .map(({ stream, latencyMs }) => ({
      name: `${name}_${stream}`,
      stream,
      effect: { kind: 'latency', latencyMs, jitterMs: Math.min(latencyMs, Math.round(latency.jitterMs / 2)) },
    }));
}

/** Toxics of a condition; refuse, drop, hang and reset are the packet filter's and the kernel's. */
function toxicsOf({ id, what }: Rule): ToxicSpec[] {
  const name = `rule${id}`;
  if (what.kind === 'delay') return latencyToxics(name, what);
  if (what.kind !== 'throttle') return [];
  const effect: ToxicEffect = { kind: 'bandwidth', bytesPerSecond: what.bytesPerSecond };
  return (['upstream', 'downstream'] as const).map((stream) => ({ name: `${name}_${stream}`, stream, effect }));
}

/** Puts a new wire down: proxy, the link's latency, the conditions of the moment. */
export async function layLongWire(
  toxiproxy: ToxiproxyClient,
  wire: Omit<LongWire, 'ready'>,
  rules: readonly Rule[],
  isPodAt: IsPodAt,
): Promise<void> {
  await toxiproxy.populate([
    { name: wire.name, listen: `0.0.0.0:${wire.entry.port}`, upstream: `${wire.to.host}:${wire.to.port}` },
  ]);
  for (const toxic of latencyToxics('link', wire.latency)) await toxiproxy.addToxic(wire.name, toxic);
  // One that heals meanwhile is taken off by who heals it.
  for (const rule of [...rules])
    if (matchesDialler(rule.where, wire.from) && matchesTarget(rule.where, wire.to, isPodAt))
      await addRuleToxics(toxiproxy, wire, rule);
}

/** One that was being laid may have them. */
export async function addRuleToxics(
  toxiproxy: ToxiproxyClient,
  wire: Pick<LongWire, 'name' | 'toxics'>,
  rule: Rule,
): Promise<void> {
  for (const toxic of toxicsOf(rule)) {
    if (wire.toxics.has(toxic.name)) continue;
    wire.toxics.add(toxic.name);
    await toxiproxy.addToxic(wire.name, toxic);
  }
}

export async function removeRuleToxics(
  toxiproxy: ToxiproxyClient,
  wire: Pick<LongWire, 'name' | 'toxics'>,
  rule: Rule,
): Promise<void> {
  for (const name of [...wire.toxics].filter((one) => one.startsWith(`rule${rule.id}_`))) {
    wire.toxics.delete(name);
    await toxiproxy.removeToxic(wire.name, name);
  }
}
