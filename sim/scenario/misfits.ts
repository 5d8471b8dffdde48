/** Whether a scenario and a topology belong together. */
import type { Topology } from '../../topology/schema.ts';
import { strayPaths } from '../../topology/set.ts';
import type { Witness } from '../faults/fault.ts';
import { faultNamed } from '../faults/index.ts';
import type { Scenario } from './scenario.ts';
import { witnessesOf } from './witness.ts';

const namedIn = (params: unknown, key: 'workload' | 'place' | 'service'): string[] => {
  const name = ((params ?? {}) as Readonly<Record<string, unknown>>)[key];
  return typeof name === 'string' ? [name] : [];
};

/** Whether a witness sees anything else than before while the fault is in force. */
const wouldSee = (witness: Witness): boolean =>
  'reported' in witness ||
  witness.during.some((saw) => saw !== 'answer') ||
  (witness.status?.during !== undefined && witness.status.during !== witness.status.well);

/**
 * What a scenario names and a topology does not have: `workload "redis"`; empty when it can be played there.
 * @param isSabotaged  its wrong target is needed too
 */
export function misfitsOf(scenario: Scenario, topology: Topology, isSabotaged = false): string[] {
  const actions = Object.values(scenario.variants).flatMap(({ steps }) => steps.flatMap((step) => step.do));
  const aimed = actions.map((one) => ('params' in one ? one.params : undefined));
  const params = isSabotaged ? [...aimed, scenario.decoy] : aimed;
  const named = (key: 'workload' | 'place' | 'service'): string[] => params.flatMap((one) => namedIn(one, key));
  const missing = (kind: string, names: readonly string[], declared: object): string[] =>
    [...new Set(names)].filter((name) => !Object.hasOwn(declared, name)).map((name) => `${kind} "${name}"`);
  // On a cluster too small for it a fault breaks nothing, and whoever looks finds all as before: no proof of anything.
  const idle = actions.flatMap((one) => {
    if (!('fault' in one) || faultNamed(one.fault).isMomentary === true) return [];
    const witnesses = witnessesOf(topology, one.fault, one.params);
    return witnesses.length > 0 && !witnesses.some(wouldSee) ? [one.fault] : [];
  });
  const stray = Object.values(scenario.variants).flatMap(({ set }) => strayPaths(topology, set));
  return [
    ...[...new Set(stray)].map((path) => `path "${path}"`),
    ...missing('workload', named('workload'), topology.workloads),
    ...missing('place', named('place'), topology.places),
    ...missing('service', named('service'), topology.services),
    ...missing('journey', scenario.exposed, topology.journeys),
    ...[...new Set(idle)].map((fault) => `anything that "${fault}" would break`),
  ];
}
