/** Checks a topology, all faults at once. The only place of this room that throws. */
import { problemsError, type Problem } from '../sim/errors.ts';
import { brokenReferences } from './rules.ts';
import { topologySchema, type Latency, type Place, type Topology, type TopologyInput } from './schema.ts';

/**
 * A sound topology, or one error that lists every fault with its path.
 * @throws SimError `SIM_TOPOLOGY_INVALID`
 */
export function defineTopology(input: TopologyInput, file = 'topology'): Topology {
  const parsed = topologySchema.safeParse(input);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue): Problem => ({
      where: issue.path.join('.') || '(top level)',
      code: 'SIM_TOPOLOGY_INVALID',
      message: issue.message,
    }));
    throw problemsError(file, problems);
  }
  const problems = brokenReferences(parsed.data);
  if (problems.length > 0) throw problemsError(file, problems);
  return parsed.data;
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
