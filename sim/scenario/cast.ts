/** A scenario on a cluster whose parts have other names than in the reference cluster: every name in it is put into that one's. */
import type { Topology } from '../../topology/schema.ts';
import { nameIn } from './parts.ts';
import type { Action, Scenario } from './scenario.ts';

type Params = Readonly<Record<string, unknown>>;
type Names = ReadonlyMap<string, string>;
/** Params of faults and operations that name a part. */
export const NAMING = ['workload', 'of', 'to', 'place', 'name', 'service'] as const;

const serviceOf = ({ services }: Topology, workload: string): string | undefined =>
  Object.keys(services).find((id) => services[id]?.workload === workload);

/** Where a program at a place listens, when nothing of it listens where the scenario says. */
function portAt({ externals }: Topology, place: unknown, port: unknown): unknown {
  const ports = Object.values(externals).flatMap((one) => (one.place === place ? one.ports : []));
  return typeof port !== 'number' || ports.length === 0 || ports.includes(port) ? port : ports[0];
}
function castParams<P>(params: P, names: Names, topology: Topology): P {
  if (typeof params !== 'object' || params === null) return params;
  const cast: Record<string, unknown> = { ...(params as Params) };
  for (const key of NAMING) {
    const name = cast[key];
    const found = typeof name === 'string' ? names.get(name) : undefined;
    if (found !== undefined) cast[key] = key === 'service' ? serviceOf(topology, found) : found;
  }
  if ('port' in cast && cast['place'] !== (params as Params)['place'])
    cast['port'] = portAt(topology, cast['place'], cast['port']);
  return cast as P;
}
/** The part that a dotted path leads into: `workloads.api.replicas`, `externals.edge-dallas.settings.retry`. */
export const partIn = (path: string): string | undefined => /^(?:workloads|externals)\.([^.]+)\./.exec(path)?.[1];
function castPath(path: string, names: Names): string {
  const part = partIn(path);
  const found = part === undefined ? undefined : names.get(part);
  return found === undefined ? path : path.replace(`.${part}.`, `.${found}.`);
}
/** A URL of a Service within the cluster. */
function castValue<V>(value: V, names: Names, topology: Topology): V {
  const [, host = '', port = ''] = typeof value === 'string' ? (/^http:\/\/([^:/.]+):(\d+)$/.exec(value) ?? []) : [];
  const service = serviceOf(topology, names.get(host) ?? '');
  if (service === undefined) return value;
  return `http://${service}:${topology.services[service]?.port ?? port}` as V & string;
}

/** The scenario as it is played on a topology; names of parts that this has not are left as they are (`misfits.ts` tells them). */
export function cast(scenario: Scenario, topology: Topology): Scenario {
  const names = new Map(
    Object.entries(scenario.parts).flatMap(([name, part]) => {
      const found = nameIn(topology, name, part);
      return found === undefined ? [] : [[name, found] as const];
    }),
  );
  if (names.size === 0) return scenario;
  const action = (one: Action): Action =>
    'heal' in one ? one : { ...one, params: castParams(one.params, names, topology) };
  const setText = (text: string): string => {
    const at = text.indexOf('=');
    return `${castPath(text.slice(0, at), names)}=${castValue(text.slice(at + 1), names, topology)}`;
  };
  const variants = Object.entries(scenario.variants).map(([id, one]) => [
    id,
    {
      ...one,
      set: Object.fromEntries(
        Object.entries(one.set).map(([path, value]) => [castPath(path, names), castValue(value, names, topology)]),
      ),
      steps: one.steps.map((step) => ({ ...step, do: step.do.map(action) })),
    },
  ]);
  return {
    ...scenario,
    // Said once: a name that is somebody else's in the reference cluster is not put into another one again.
    parts: {},
    variants: Object.fromEntries(variants) as Scenario['variants'],
    flips: scenario.flips.map((one) => (one.set === undefined ? one : { ...one, set: setText(one.set) })),
    decoy: castParams(scenario.decoy, names, topology),
  };
}
