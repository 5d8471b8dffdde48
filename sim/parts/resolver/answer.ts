import * as packet from 'dns-packet';
import type { Answer, Packet, Question } from 'dns-packet';
import { DENIAL_TTL_MS } from '../../behaviour/resolver.ts';
import type { ResolverTable } from '../config.ts';

/** What one viewer is answered from. */
export interface Zone {
  readonly kind: 'cluster' | 'public';
  readonly records: ResolverTable[string];
}
/** One question as it came. `name`: in lower case. */
export interface Asked {
  readonly id: number;
  readonly flags: number;
  readonly question: Question;
  readonly name: string;
}
/** RFC 1035, 4.1.1. */
const [SERVFAIL, NXDOMAIN] = [2, 3];
const seconds = (ms: number): number => Math.floor(ms / 1_000);

/** The question in a message; undefined for what is none: it is dropped, as servers do. */
export function questionIn(message: Buffer): Asked | undefined {
  const asked = read(message);
  const question = asked?.questions?.[0];
  if (asked === undefined || question === undefined || asked.type !== 'query') return undefined;
  return { id: asked.id ?? 0, flags: asked.flags ?? 0, question, name: question.name.toLowerCase() };
}

/** The record that has addresses for who asks; a name has none of another type. */
export const recordFor = (asked: Asked, { records }: Zone): Zone['records'][string] | undefined =>
  asked.question.type === 'A' ? records[asked.name] : undefined;

/**
 * The answer to one question: addresses of a name in the table; nothing but success for a type it does not have; else
 * NXDOMAIN with the zone's SOA.
 * @param leftMs  what is left of its TTL, where it has been kept; absent: the record's own
 */
export function answerTo(asked: Asked, zone: Zone, leftMs = Infinity): Buffer {
  const { id, flags, question, name } = asked;
  const record = recordFor(asked, zone);
  const ttl = seconds(Math.min(record?.ttlMs ?? 0, leftMs));
  const answers: Answer[] = (record?.addresses ?? []).map((data) => ({ type: 'A', name: question.name, ttl, data }));
  const rcode = zone.records[name] === undefined ? NXDOMAIN : 0;
  const said = packet.AUTHORITATIVE_ANSWER | (flags & packet.RECURSION_DESIRED) | packet.RECURSION_AVAILABLE | rcode;
  const authorities = answers.length === 0 ? [soa(zone.kind, name)] : [];
  return packet.encode({ type: 'response', id, flags: said, questions: [question], answers, authorities });
}

/** What a name server says that can not find out: no name is known and none is denied. */
export function failureTo({ id, flags, question }: Asked): Buffer {
  const said = (flags & packet.RECURSION_DESIRED) | packet.RECURSION_AVAILABLE | SERVFAIL;
  return packet.encode({ type: 'response', id, flags: said, questions: [question] });
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
    minimum: seconds(DENIAL_TTL_MS),
  };
  return { type: 'SOA', name: zone, ttl: seconds(DENIAL_TTL_MS), data };
}

function read(question: Buffer): Packet | undefined {
  try {
    return packet.decode(question);
  } catch {
    return undefined;
  }
}
