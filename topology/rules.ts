/**
 * What a schema cannot say: that every name which an entry refers to is declared, and is of the right kind. Each rule
 * returns all it finds. Rules read the file as it was written, sound or not, so that one look tells every fault.
 */
import { closest } from 'fastest-levenshtein';
import type { Problem } from '../sim/errors.ts';
import type { TopologyInput } from './schema.ts';
import { ROLE_NAMES } from './settings.ts';

const CODE = 'SIM_TOPOLOGY_INVALID' as const;

/** What has not been checked: anything may be missing or of another type; the schema tells that, the rules pass over it. */
type Loose<T> = T extends object ? { readonly [K in keyof T]?: Loose<T[K]> | undefined } : T | undefined;
export type UncheckedTopology = Loose<TopologyInput>;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
const entries = <T>(section: Readonly<Record<string, T>> | undefined): [string, NonNullable<T>][] =>
  Object.entries(isRecord(section) ? section : {}).filter((entry): entry is [string, NonNullable<T>] =>
    isRecord(entry[1]),
  );
const namesOf = (section: unknown): string[] => (isRecord(section) ? Object.keys(section) : []);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** "declared: a, b; did you mean "a"?" for a name that is not among `choices`. */
export function choicesHint(name: string, choices: readonly string[]): string {
  if (choices.length === 0) return 'none is declared';
  return `declared: ${choices.toSorted().join(', ')}; did you mean "${closest(name, [...choices])}"?`;
}

function refersTo(where: string, kind: string, name: unknown, choices: readonly string[]): Problem[] {
  if (typeof name !== 'string' || choices.includes(name)) return [];
  return [{ where, code: CODE, message: `${kind} "${name}" is not declared`, hint: choicesHint(name, choices) }];
}
function listensOn(where: string, workload: string, port: unknown, ports: unknown): Problem[] {
  if (typeof port !== 'number' || list(ports).includes(port)) return [];
  const declared = list(ports).join(', ');
  const hint = declared === '' ? 'it declares none' : `declared: ${declared}`;
  return [{ where, code: CODE, message: `port ${port} is not a port of "${workload}"`, hint }];
}

/** All broken references of a topology; empty when it is sound. */
export function brokenReferences(topology: UncheckedTopology): Problem[] {
  const places = namesOf(topology.places);
  const of = (kind: string): string[] => places.filter((name) => name.startsWith(`${kind}:`));
  const services = namesOf(topology.services);
  return [
    ...refersTo('server', 'node', topology.server, of('node')),
    ...refersTo('users.place', 'users’ place', topology.users?.place, of('user')),
    ...brokenWorkloads(topology, of('node')),
    ...unknownRoles(topology),
    ...takenTwice(topology),
    ...brokenServices(topology),
    ...entries(topology.externals).flatMap(([id, one]) =>
      refersTo(`externals.${id}.place`, 'place', one.place, places),
    ),
    ...entries(topology.externals).flatMap(([id, one]) =>
      list(one.journeys).flatMap((name) =>
        refersTo(`externals.${id}.journeys`, 'journey', name, namesOf(topology.journeys)),
      ),
    ),
    ...entries(topology.anycast).flatMap(([id, one]) =>
      list(one.pops).flatMap((name) => refersTo(`anycast.${id}.pops`, 'POP', name, of('pop'))),
    ),
    ...entries(topology.places).flatMap(([id, one]) =>
      list(one.journeys).flatMap((name) =>
        refersTo(`places.${id}.journeys`, 'journey', name, namesOf(topology.journeys)),
      ),
    ),
    ...entries(topology.ingress).flatMap(([host, rule]) =>
      refersTo(`ingress.${host}.service`, 'service', rule.service, services),
    ),
    ...brokenLinks(topology, places),
  ];
}

function unknownRoles({ workloads, externals }: UncheckedTopology): Problem[] {
  const all = Object.entries({ workloads, externals }).flatMap(([section, ones]) =>
    entries(ones).map(([id, { role }]) => [`${section}.${id}.role`, role] as const),
  );
  return all.flatMap(([where, role]) =>
    typeof role !== 'string' || ROLE_NAMES.includes(role)
      ? []
      : [{ where, code: CODE, message: `there is no program for role "${role}"`, hint: choicesHint(role, ROLE_NAMES) }],
  );
}
/** Addresses that two have, and a POP that announces one address twice. */
function takenTwice({ places, services, anycast }: UncheckedTopology): Problem[] {
  const twice = (all: readonly (readonly [where: string, what: unknown])[]): Problem[] =>
    all.flatMap(([where, what], at) => {
      const first = all.findIndex(([, other]) => other === what);
      return typeof what !== 'string' || first === at
        ? []
        : [{ where, code: CODE, message: `"${what}" is that of ${all[first]?.[0]} already` }];
    });
  return [
    ...twice(entries(places).map(([id, { address }]) => [`places.${id}.address`, address] as const)),
    ...twice(entries(services).map(([id, { clusterIp }]) => [`services.${id}.clusterIp`, clusterIp] as const)),
    ...entries(anycast).flatMap(([id, { pops }]) =>
      twice(list(pops).map((pop, at) => [`anycast.${id}.pops.${at}`, pop])),
    ),
  ];
}

function brokenWorkloads({ workloads, journeys }: UncheckedTopology, nodes: readonly string[]): Problem[] {
  return entries(workloads).flatMap(([id, workload]) => [
    ...list(workload.journeys).flatMap((name) =>
      refersTo(`workloads.${id}.journeys`, 'journey', name, namesOf(journeys)),
    ),
    ...refersTo(`workloads.${id}.placement`, 'node', workload.placement, ['spread', ...nodes]),
    ...entries(workload.probes).flatMap(([name, probe]) =>
      listensOn(`workloads.${id}.probes.${name}.port`, id, probe.port, workload.ports),
    ),
  ]);
}

function brokenServices({ services, workloads }: UncheckedTopology): Problem[] {
  return entries(services).flatMap(([id, service]) => {
    const unknown = refersTo(`services.${id}.workload`, 'workload', service.workload, namesOf(workloads));
    if (unknown.length > 0 || typeof service.workload !== 'string') return unknown;
    return listensOn(`services.${id}.port`, service.workload, service.port, workloads?.[service.workload]?.ports);
  });
}

function brokenLinks(topology: UncheckedTopology, places: readonly string[]): Problem[] {
  const ends = [...new Set([...places, ...places.map((name) => name.split(':')[0] ?? name)])];
  const profiles = [...new Set(entries(topology.links).flatMap(([, link]) => namesOf(link.profiles)))];
  const unknown = refersTo('defaultProfile', 'profile', topology.defaultProfile, profiles);
  // One that no link has is said once, where it stands.
  const lacking = (id: string, declared: readonly string[]): Problem[] =>
    unknown.length > 0 ? [] : refersTo(`links.${id}.profiles`, 'profile', topology.defaultProfile, declared);
  const broken = entries(topology.links).flatMap(([id, link]) => [
    ...list(link.between).flatMap((end) => refersTo(`links.${id}.between`, 'place', end, ends)),
    ...list(link.journeys).flatMap((name) =>
      refersTo(`links.${id}.journeys`, 'journey', name, namesOf(topology.journeys)),
    ),
    ...lacking(id, namesOf(link.profiles)),
    ...entries(link.profiles).flatMap(([name, latency]) =>
      earlyDelivery(`links.${id}.profiles.${name}.jitterMs`, latency),
    ),
  ]);
  return [...unknown, ...broken];
}

function earlyDelivery(where: string, { rttMs, jitterMs }: Loose<{ rttMs: number; jitterMs: number }>): Problem[] {
  if (typeof rttMs !== 'number' || typeof jitterMs !== 'number' || rttMs < 0 || jitterMs <= rttMs) return [];
  const message = `jitter ${jitterMs} ms exceeds the round trip of ${rttMs} ms: no link delivers early`;
  return [{ where, code: CODE, message, hint: `allowed: 0 to ${rttMs}` }];
}
