/** Checks a topology, all faults at once. The only place of this room that throws. */
import { problemsError, type Problem } from '../sim/errors.ts';
import { brokenReferences } from './rules.ts';
import { keysAt, schemaKeys, valueAt } from './schema-keys.ts';
import { settingsOf } from './settings.ts';
import { topologySchema, type Latency, type Place, type Topology, type TopologyInput } from './schema.ts';
import { shapeProblems } from './shape.ts';

const code = 'SIM_TOPOLOGY_INVALID' as const;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isPlain = ([, value]: readonly [string, unknown]): boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);
/** Settings that no program of their role reads, or not so. What is no plain value is the schema's to tell. */
const settingProblems = (input: unknown): Problem[] =>
  (['workloads', 'externals'] as const).flatMap((section) => {
    const all = valueAt(input, [section]);
    return Object.entries(isRecord(all) ? all : {}).flatMap(([id, one]) => {
      const { role, settings } = isRecord(one) ? one : {};
      const plain = Object.fromEntries(Object.entries(isRecord(settings) ? settings : {}).filter(isPlain));
      const schema = settingsOf(role);
      const options = { code, at: [section, id, 'settings'], keysAt: () => schemaKeys(schema) };
      const issues = schema?.safeParse(plain).error?.issues ?? [];
      return issues.flatMap((issue) => shapeProblems(issue, plain, options));
    });
  });

/** A topology with all its faults: those of its shape and those of its references. Without any it is sound. */
export function checkTopology(input: unknown): { topology: Topology | undefined; problems: Problem[] } {
  const parsed = topologySchema.safeParse(input);
  const options = { code, keysAt: (path: readonly PropertyKey[]) => keysAt(path, input) };
  const unread = (parsed.error?.issues ?? []).flatMap((issue) => shapeProblems(issue, input, options));
  return { topology: parsed.data, problems: [...unread, ...settingProblems(input), ...brokenReferences(input ?? {})] };
}

/**
 * A sound topology, or one error that lists every fault with its path.
 * @param locate  what stands in the place of a path such as `links.neon.between` where the file's lines are known
 * @throws SimError `SIM_TOPOLOGY_INVALID`
 */
export function defineTopology(
  input: TopologyInput,
  file = 'topology',
  locate: (path: string) => string = (path) => path,
): Topology {
  const { topology, problems } = checkTopology(input);
  if (topology === undefined || problems.length > 0)
    throw problemsError(
      file,
      problems.map((one) => ({ ...one, where: locate(one.where) })),
    );
  return topology;
}

const matches = (end: string, place: Place): boolean => end === place || end === place.split(':')[0];

/** What a pair of places without a declared link has: the same machine, or not modelled as a long way. */
export const NO_LINK: Latency = { rttMs: 0, jitterMs: 0, distribution: 'uniform', source: 'same machine' };

/** The latency between two places under a profile; the most specific declared link wins (places before kinds). */
export function latencyBetween(topology: Topology, a: Place, b: Place, profile: string): Latency {
  if (a === b) return NO_LINK;
  const found = Object.values(topology.links)
    .filter(
      (link) =>
        (matches(link.between[0], a) && matches(link.between[1], b)) ||
        (matches(link.between[0], b) && matches(link.between[1], a)),
    )
    .map((link) => ({ link, exact: link.between.filter((end) => end === a || end === b).length }))
    .toSorted((x, y) => y.exact - x.exact)[0];
  return found?.link.profiles[profile] ?? NO_LINK;
}

/** All places of a kind, in the order of the file. */
export function placesOf(topology: Topology, kind: 'user' | 'pop' | 'node' | 'external'): Place[] {
  return Object.keys(topology.places).filter((name): name is Place => name.startsWith(`${kind}:`));
}

/** The Service that a public host is led to. */
export const serviceBehind = ({ ingress }: Topology, host: string): string => ingress[host]?.service ?? host;

/** The role of the workload that a public host leads to; undefined where it leads nowhere. */
export const roleBehind = (
  { ingress, services, workloads }: Pick<Topology, 'ingress' | 'services' | 'workloads'>,
  host: string,
): string | undefined => workloads[services[ingress[host]?.service ?? '']?.workload ?? '']?.role;

export const DNS_PORT = 53;
/** The Service that pods ask for names, with its id; undefined where there is none. */
export const dnsServiceOf = ({ services }: Topology): [string, Topology['services'][string]] | undefined =>
  Object.entries(services).find(([, { protocol, port }]) => protocol === 'udp' && port === DNS_PORT);
/** The place of the name servers that users and POPs ask, until somebody leads them to others; undefined where there are none. */
export const nameServersOf = ({ externals }: Topology): Place | undefined =>
  Object.values(externals).find(({ role, spare }) => role === 'resolver' && spare !== true)?.place;
