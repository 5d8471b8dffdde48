import * as packet from 'dns-packet';
import type { Answer, Packet } from 'dns-packet';
import type { ResolverTable } from '../config.ts';

/** What one viewer is answered from. */
export interface Zone {
  readonly kind: 'cluster' | 'public';
  readonly records: ResolverTable[string];
}
/** RFC 1035, 4.1.1. */
const [SERVFAIL, NXDOMAIN] = [2, 3];
/** How long a "no such name" may be kept (CoreDNS kubernetes plugin: 5 s). */
const NEGATIVE_TTL_SECONDS = 5;

/**
 * The answer to one question: addresses of a name in the table; nothing but success for a type it does not have; else
 * NXDOMAIN with the zone's SOA. Undefined for what is no question: it is dropped, as servers do.
 */
export function answerTo(question: Buffer, zone: Zone): Buffer | undefined {
  const asked = read(question);
  const first = asked?.questions?.[0];
  if (asked === undefined || first === undefined || asked.type !== 'query') return undefined;
  const name = first.name.toLowerCase();
  const record = zone.records[name];
  const answers: Answer[] =
    record === undefined || first.type !== 'A'
      ? []
      : record.addresses.map((data) => ({ type: 'A', name: first.name, ttl: Math.floor(record.ttlMs / 1_000), data }));
  const rcode = record === undefined ? NXDOMAIN : 0;
  const flags =
    packet.AUTHORITATIVE_ANSWER | ((asked.flags ?? 0) & packet.RECURSION_DESIRED) | packet.RECURSION_AVAILABLE | rcode;
  const authorities = answers.length === 0 ? [soa(zone.kind, name)] : [];
  return packet.encode({ type: 'response', id: asked.id ?? 0, flags, questions: [first], answers, authorities });
}

/** What a name server says that can not find out: no name is known and none is denied. */
export function failureTo(question: Buffer): Buffer | undefined {
  const asked = read(question);
  const first = asked?.questions?.[0];
  if (asked === undefined || first === undefined || asked.type !== 'query') return undefined;
  const flags = ((asked.flags ?? 0) & packet.RECURSION_DESIRED) | packet.RECURSION_AVAILABLE | SERVFAIL;
  return packet.encode({ type: 'response', id: asked.id ?? 0, flags, questions: [first] });
}

function soa(kind: Zone['kind'], name: string): Answer {
  const zone = kind === 'cluster' ? 'cluster.local' : name.split('.').slice(-2).join('.');
  const data = {
    mname: `ns.dns.${zone}`,
    rname: `hostmaster.${zone}`,
    serial: 1,
    refresh: 7_200,
    retry: 1_800,
    expire: 86_400,
    minimum: NEGATIVE_TTL_SECONDS,
  };
  return { type: 'SOA', name: zone, ttl: NEGATIVE_TTL_SECONDS, data };
}

function read(question: Buffer): Packet | undefined {
  try {
    return packet.decode(question);
  } catch {
    return undefined;
  }
}
