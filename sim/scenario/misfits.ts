/** Whether a scenario and a topology belong together. */
import type { Topology } from '../../topology/schema.ts';
import { strayPaths } from '../../topology/set.ts';
import { settingsOf } from '../../topology/settings.ts';
import type { Witness } from '../faults/fault.ts';
import { faultNamed } from '../faults/index.ts';
import { cast, partIn } from './cast.ts';
import { candidatesOf, nameIn } from './parts.ts';
import type { Action, Scenario } from './scenario.ts';
import { unproven, witnessesOf } from './witness.ts';

const namedIn = (params: unknown, key: 'workload' | 'place' | 'service'): string[] => {
  const name = ((params ?? {}) as Readonly<Record<string, unknown>>)[key];
  return typeof name === 'string' ? [name] : [];
};

/** Parts by what they are: told where none is that, or several are and none has the name; a part of that name is not enough. */
function absentParts(scenario: Scenario, topology: Topology, isSabotaged: boolean): string[] {
  const used = Object.values(scenario.variants).flatMap(({ steps, set }) => [
    ...steps.flatMap((step) => step.do.map((one) => ('params' in one ? one.params : undefined))),
    { paths: Object.keys(set).map(partIn) },
  ]);
  const said = JSON.stringify(isSabotaged ? [...used, scenario.decoy] : used);
  return Object.entries(scenario.parts).flatMap(([name, part]) => {
    if (!said.includes(JSON.stringify(name)) || nameIn(topology, name, part) !== undefined) return [];
    const several = candidatesOf(topology, part);
    if (several.length > 0) return [`one "${name}" (there are ${several.join(', ')})`];
    const kind = 'workload' in part ? 'workload' : 'edge' in part ? 'external' : 'host' in part ? 'host' : 'place';
    return [`${kind} "${name}"`];
  });
}

/** Settings with which an operation starts a workload and which no program of that role reads, or not so. */
function unreadSettings(action: Action, { workloads }: Topology): string[] {
  if (!('operate' in action)) return [];
  const { workload = '', settings = {} } = (action.params ?? {}) as { workload?: string; settings?: object };
  const parsed = settingsOf(workloads[workload]?.role)?.safeParse(settings);
  const keys =
    parsed?.error?.issues.flatMap((one) => (one.code === 'unrecognized_keys' ? one.keys : one.path[0])) ?? [];
  return keys.map(
    (key) => `setting "${String(key)}=${String(Reflect.get(settings, key ?? ''))}" of workload "${workload}"`,
  );
}

/** Whether a witness sees anything else than before while the fault is in force. */
const wouldSee = (witness: Witness): boolean =>
  'reported' in witness ||
  witness.during.some((saw) => saw !== 'answer') ||
  (witness.status?.during !== undefined && witness.status.during !== witness.status.well);

/**
 * What a scenario names and a topology does not have: `workload "redis"`; empty when it can be played there.
 * @param isSabotaged  its wrong target is needed too
 */
export function misfitsOf(named: Scenario, topology: Topology, isSabotaged = false): string[] {
  const absent = absentParts(named, topology, isSabotaged);
  const scenario = cast(named, topology);
  const actions = Object.values(scenario.variants).flatMap(({ steps }) => steps.flatMap((step) => step.do));
  const aimed = actions.map((one) => ('params' in one ? one.params : undefined));
  const params = isSabotaged ? [...aimed, scenario.decoy] : aimed;
  const all = (key: 'workload' | 'place' | 'service'): string[] => params.flatMap((one) => namedIn(one, key));
  const missing = (kind: string, names: readonly string[], declared: object): string[] =>
    [...new Set(names)].filter((name) => !Object.hasOwn(declared, name)).map((name) => `${kind} "${name}"`);
  // On a cluster too small for it a fault breaks nothing, and whoever looks finds all as before: no proof of anything.
  const idle = actions.flatMap((one) => {
    if (!('fault' in one) || faultNamed(one.fault).isMomentary === true) return [];
    const witnesses = witnessesOf(topology, one.fault, one.params);
    const sees = witnesses.length === 0 || witnesses.some(wouldSee);
    return sees && unproven(topology, one.fault, one.params) === undefined ? [] : [one.fault];
  });
  const unread = actions.flatMap((one) => unreadSettings(one, topology));
  const stray = Object.values(scenario.variants).flatMap(({ set }) => strayPaths(topology, set));
  const misfits = [
    ...[...new Set(stray)].map((path) => `path "${path}"`),
    ...unread,
    ...missing('workload', all('workload'), topology.workloads),
    ...missing('place', all('place'), topology.places),
    ...missing('service', all('service'), topology.services),
    ...missing('journey', scenario.exposed, topology.journeys),
    ...[...new Set(idle)].map((fault) => `something that "${fault}" would break`),
  ];
  return [...new Set([...absent, ...misfits])];
}
