/** Whether a scenario and a topology belong together. */
import type { Topology } from '../../topology/schema.ts';
import { strayPaths } from '../../topology/set.ts';
import type { Scenario } from './scenario.ts';

const namedIn = (params: unknown, key: 'workload' | 'place' | 'service'): string[] => {
  const name = ((params ?? {}) as Readonly<Record<string, unknown>>)[key];
  return typeof name === 'string' ? [name] : [];
};

/** What a scenario names and a topology does not have: `workload "redis"`; empty when it can be played there. */
export function misfitsOf(scenario: Scenario, topology: Topology): string[] {
  const actions = Object.values(scenario.variants).flatMap(({ steps }) => steps.flatMap((step) => step.do));
  const params = [...actions.map((one) => ('params' in one ? one.params : undefined)), scenario.decoy];
  const named = (key: 'workload' | 'place' | 'service'): string[] => params.flatMap((one) => namedIn(one, key));
  const missing = (kind: string, names: readonly string[], declared: object): string[] =>
    [...new Set(names)].filter((name) => !Object.hasOwn(declared, name)).map((name) => `${kind} "${name}"`);
  const stray = Object.values(scenario.variants).flatMap(({ set }) => strayPaths(topology, set));
  return [
    ...[...new Set(stray)].map((path) => `path "${path}"`),
    ...missing('workload', named('workload'), topology.workloads),
    ...missing('place', named('place'), topology.places),
    ...missing('service', named('service'), topology.services),
    ...missing('journey', scenario.exposed, topology.journeys),
  ];
}
