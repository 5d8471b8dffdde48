/** What is legal and yet most likely not meant: told as warnings, before anything is played. */
import { latencyBetween, NO_LINK, placesOf } from './load.ts';
import { choicesHint } from './rules.ts';
import type { Place, Topology } from './schema.ts';

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** Pods that listen on their node's own address can not share a node: those that are too many stay Pending. */
function tooManyForNodes(topology: Topology): string[] {
  const nodes = placesOf(topology, 'node').length;
  return Object.entries(topology.workloads).flatMap(([id, { kind, hostNetwork, ports, replicas, placement }]) => {
    if (kind !== 'deployment' || !hostNetwork || ports.length === 0) return [];
    const room = placement === 'spread' ? nodes : 1;
    if (replicas <= room) return [];
    return [
      `workloads.${id}: ${plural(replicas, 'pod')} may not share a node, and there ${room === 1 ? 'is' : 'are'} ${plural(room, 'node')}: ${plural(replicas - room, 'pod')} will stay Pending`,
    ];
  });
}
function nobodyServes({ workloads, services }: Topology): string[] {
  return Object.entries(services).flatMap(([id, { workload }]) => {
    const one = workloads[workload];
    return one?.kind === 'deployment' && one.replicas === 0
      ? [`services.${id}: its workload "${workload}" has 0 replicas, so nobody answers`]
      : [];
  });
}
/** Whoever sends, and whom the cluster calls: a way between two of these that no link has takes no time. */
function waysOfNoLength(topology: Topology): string[] {
  const [nodes, pops] = [placesOf(topology, 'node'), edgesOf(topology)];
  const called = Object.values(topology.externals)
    .filter(({ role }) => role === 'postgres' || role === 'object-store')
    .map(({ place }) => place);
  const pairs = [
    ...pops.flatMap((pop) => [[topology.users.place, pop] as const, ...nodes.map((node) => [pop, node] as const)]),
    ...called.flatMap((place) => nodes.map((node) => [node, place] as const)),
  ];
  const kind = (place: Place): string => place.split(':')[0] ?? place;
  const open = pairs.filter((pair) => latencyBetween(topology, ...pair, topology.defaultProfile) === NO_LINK);
  return [...new Set(open.map(([a, b]) => `${kind(a)} and ${kind(b)}`))].map(
    (ways) => `links: none between ${ways} under profile "${topology.defaultProfile}": what passes there takes no time`,
  );
}
const edgesOf = ({ externals }: Topology): Place[] =>
  Object.values(externals).flatMap(({ role, place, spare }) => (role === 'edge' && spare !== true ? [place] : []));

/** Users look a name up, and nobody has told them where it leads. */
const nobodyLeads = (topology: Topology): string[] =>
  edgesOf(topology).length > 0 || Object.keys(topology.anycast).length > 0
    ? []
    : Object.keys(topology.ingress).map(
        (host) => `ingress.${host}: no external of role "edge" stands before it, so users find no address of that name`,
      );

/** Settings by which programs look for each other, and what they look for where none is given. */
const LOOKED_FOR: Readonly<Record<string, readonly (readonly [setting: string, otherwise?: string])[]>> = {
  api: [['redisHost', 'redis'], ['databaseHost'], ['objectStoreHost']],
  worker: [['redisHost', 'redis']],
};
function namesOfNobody({ workloads, services, externals }: Topology): string[] {
  const known = [...Object.keys(services), ...Object.values(externals).flatMap(({ host }) => host ?? [])];
  return Object.entries(workloads).flatMap(([id, { role, settings }]) =>
    (LOOKED_FOR[role] ?? []).flatMap(([setting, otherwise]) => {
      const name = settings[setting] ?? otherwise;
      if (typeof name !== 'string' || known.includes(name) || known.includes(name.split('.')[0] ?? '')) return [];
      return [`workloads.${id}.settings.${setting}: nobody is called "${name}"; ${choicesHint(name, known)}`];
    }),
  );
}

/** All oddities of a sound topology; empty where there is none. */
export const odditiesOf = (topology: Topology): string[] =>
  [tooManyForNodes, nobodyServes, waysOfNoLength, nobodyLeads, namesOfNobody].flatMap((odd) => odd(topology));
