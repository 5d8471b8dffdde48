/** Whether a scenario and a topology belong together. */
import type { Topology } from '../../topology/schema.ts';
import type { Scenario } from './scenario.ts';

const workloadIn = (params: unknown): string[] => {
  const { workload } = (params ?? {}) as { readonly workload?: unknown };
  return typeof workload === 'string' ? [workload] : [];
};

/** What a scenario names and a topology does not have: `workload "redis"`; empty when it can be played there. */
export function misfitsOf(scenario: Scenario, topology: Topology): string[] {
  const actions = Object.values(scenario.variants).flatMap(({ steps }) => steps.flatMap((step) => step.do));
  const workloads = [...actions.map((one) => ('params' in one ? one.params : undefined)), scenario.decoy];
  const missing = (kind: string, names: readonly string[], declared: object): string[] =>
    [...new Set(names)].filter((name) => !Object.hasOwn(declared, name)).map((name) => `${kind} "${name}"`);
  return [
    ...missing('workload', workloads.flatMap(workloadIn), topology.workloads),
    ...missing('journey', scenario.exposed, topology.journeys),
  ];
}
