/**
 * From a person's words to what is done: `redis --hang`, `hang redis`, `redis-down --hung`. Faults, operations and
 * scenarios come from their registries; nothing is listed here.
 */
import { placesOf } from '../../../topology/load.ts';
import { closest } from 'fastest-levenshtein';
import type { z } from 'zod';
import { schemaKeys } from '../../../topology/schema-keys.ts';
import type { Topology } from '../../../topology/schema.ts';
import {
  OPERATION_NAMES,
  operationParams,
  operationTitle,
  undoOf,
  type OperationName,
} from '../../control/operations/index.ts';
import { canGrow } from '../../behaviour/growth.ts';
import { POOLER_SERVERS, poolerOf } from '../../behaviour/pooler.ts';
import { FIRST_REVISION } from '../../control/cluster.ts';
import { SimError } from '../../errors.ts';
import { FAULT_NAMES, faultNamed, type FaultName } from '../../faults/index.ts';
import type { Runtime } from '../../runtimes/contract.ts';
import type { FaultAction } from '../../scenario/method.ts';
import type { Action, Scenario } from '../../scenario/scenario.ts';
import { unproven } from '../../scenario/witness.ts';

/** `twin break WHAT [ON] [--WORD] [--KEY=VALUE]`, as typed. */
export interface BreakWords {
  readonly what: string;
  readonly on?: string | undefined;
  readonly flags: readonly string[];
  readonly params: Readonly<Record<string, string>>;
}
export interface Aim {
  readonly title: string;
  readonly actions: readonly Action[];
}
export interface World {
  readonly topology: Topology;
  readonly runtime: Runtime;
  readonly scenarios: readonly Scenario[];
  /** What the users who are sent do. */
  readonly journeys: readonly string[];
}

const WAYS: readonly string[] = [...FAULT_NAMES, ...OPERATION_NAMES];
const isFault = (name: string): name is FaultName => (FAULT_NAMES as readonly string[]).includes(name);
const isOperation = (name: string): name is OperationName => (OPERATION_NAMES as readonly string[]).includes(name);
const schemaOf = (way: string): z.ZodType =>
  isFault(way) ? faultNamed(way).params : operationParams(way as OperationName);
const paramsOf = (way: string): string[] => schemaKeys(schemaOf(way));
/** Ways of breaking that this runtime can play. */
const playable = ({ runtime }: World): string[] =>
  WAYS.filter((way) => !isFault(way) || faultNamed(way).needs.every((one) => runtime.lacks(one) === undefined));

const usage = (message: string, hint: string): SimError => new SimError('SIM_USAGE', message, { hint });
/** A part by name. @throws SimError `SIM_UNKNOWN_PART` with the nearest one */
export function partNamed(topology: Topology, part: string): string {
  const parts = Object.keys(topology.workloads);
  if (parts.includes(part)) return part;
  throw new SimError('SIM_UNKNOWN_PART', `unknown part "${part}". did you mean ${closest(part, parts)}?`, {
    hint: `parts: ${parts.join(', ')}`,
  });
}

/**
 * @throws SimError `SIM_UNKNOWN_PART` for words that name nothing, `SIM_USAGE` for words that leave something open; both
 *   with the choices there are
 */
export function aim(world: World, words: BreakWords): Aim {
  const { what } = words;
  const scenario = world.scenarios.find((one) => one.id === what);
  if (scenario !== undefined) return aimOfScenario(scenario, words);
  if (WAYS.includes(what)) {
    const [flag] = words.flags;
    if (flag !== undefined)
      throw usage(
        `"${what}" takes no --${flag}`,
        `it takes: ${paramsOf(what)
          .map((key) => `--${key}=…`)
          .join(' ')}`,
      );
    return aimOf(world, what, words.on, words);
  }
  if (Object.hasOwn(world.topology.workloads, what)) return aimOf(world, wayOf(world, words), what, words);
  const parts = Object.keys(world.topology.workloads);
  const ids = world.scenarios.map((one) => one.id);
  const known = [...parts, ...WAYS, ...ids];
  throw new SimError('SIM_UNKNOWN_PART', `unknown fault or part "${what}". did you mean ${closest(what, known)}?`, {
    hint: `parts: ${parts.join(', ')}; faults: ${playable(world).join(', ')}; scenarios: ${ids.join(', ')}`,
  });
}

/** Which way a named part is to be broken: the one flag. */
function wayOf(world: World, { what, on, flags }: BreakWords): string {
  const role = world.topology.workloads[what]?.role ?? '';
  const ways = playable(world).filter((way) => paramsOf(way).includes('workload') && (way !== 'oom' || canGrow(role)));
  const [way, ...rest] = [...flags, ...(on === undefined ? [] : [on])];
  const choices = `npx twin break ${what} ${ways.map((one) => `--${one}`).join(' | ')}`;
  if (way === undefined) throw usage(`how shall ${what} break?`, choices);
  if (rest.length > 0) throw usage(`one way at a time, not ${[way, ...rest].join(' and ')}`, choices);
  if (!WAYS.includes(way)) throw usage(`${what} can not "${way}". did you mean --${closest(way, ways)}?`, choices);
  return way;
}

function aimOf({ topology }: World, way: string, part: string | undefined, words: BreakWords): Aim {
  const takesPart = paramsOf(way).includes('workload');
  if (takesPart && part === undefined)
    throw usage(
      `which part shall "${way}" hit?`,
      `npx twin break ${way} ${Object.keys(topology.workloads).join(' | ')}`,
    );
  if (!takesPart && part !== undefined) throw usage(`"${way}" hits no single part`, `npx twin break ${way}`);
  const given = { ...(part === undefined ? {} : { workload: partNamed(topology, part) }), ...words.params };
  refuseUnknown(topology, given);
  const params = parsed(way, given);
  refuseStrangers(topology, way, params);
  if (isFault(way)) {
    const why = unproven(topology, way, params);
    if (why !== undefined) throw usage(`"${way}": ${why}`, 'what cannot be proven is not broken here');
    const title = faultNamed(way).title(params);
    return { title, actions: [{ fault: way, params, as: part ?? way }] };
  }
  if (!isOperation(way)) throw new Error(`no way ${way}`);
  if (way === 'rollout') refuseRollout(topology, params as { workload: string; revision: string });
  const named = undoOf(way, params) === undefined ? {} : { as: part ?? way };
  return { title: operationTitle(way, params), actions: [{ operate: way, params, ...named }] };
}

/**
 * Nothing is broken that is not there: whoever looked for it would find it gone, and take that for the fault.
 * @throws SimError `SIM_UNKNOWN_PART` for a place or Service, with what there is
 */
function refuseUnknown(topology: Topology, { place, service }: Readonly<Record<string, unknown>>): void {
  const named = { place: [place, topology.places], service: [service, topology.services] } as const;
  for (const [kind, [name, declared]] of Object.entries(named)) {
    const known = Object.keys(declared);
    if (typeof name !== 'string' || known.includes(name)) continue;
    // Whoever leaves out what kind of place it is means the one of that name.
    const near = known.find((one) => one.endsWith(`:${name}`)) ?? closest(name, known);
    throw new SimError('SIM_UNKNOWN_PART', `unknown ${kind} "${name}". did you mean ${near}?`, {
      hint: `${kind}s: ${known.join(', ')}`,
    });
  }
}
/** @throws SimError `SIM_USAGE` for a node or a port that is not there, with what there is */
function refuseStrangers(topology: Topology, way: string, params: unknown): void {
  const { place, node, port } = (params ?? {}) as Readonly<Record<string, unknown>>;
  const nodes = placesOf(topology, 'node').length;
  if (typeof node === 'number' && node >= nodes)
    throw usage(`"${way}": there is no node ${node}`, `there are ${nodes}, counted from 0`);
  const ports = Object.values(topology.externals).flatMap((one) => (one.place === place ? one.ports : []));
  if (typeof port === 'number' && ports.length > 0 && !ports.includes(port))
    throw usage(`"${way}": nobody listens on ${port} at ${String(place)}`, `there: ${ports.join(', ')}`);
  if (way !== 'pool-taken') return;
  const [id, there] = Object.entries(topology.externals).find(([, one]) => one.place === place) ?? [];
  if (poolerOf(there?.settings ?? {}) === undefined)
    throw usage(
      `"${way}": no pooler stands before ${String(place)}`,
      `npx twin up --set externals.${id}.settings.poolerServers=${POOLER_SERVERS}`,
    );
}

function refuseRollout({ workloads }: Topology, { workload, revision }: { workload: string; revision: string }): void {
  const deployments = Object.keys(workloads).filter((id) => workloads[id]?.kind === 'deployment');
  if (!deployments.includes(workload))
    throw usage(`"rollout": ${workload} is no Deployment`, `Deployments: ${deployments.join(', ')}`);
  if (revision === FIRST_REVISION)
    throw usage(
      `"rollout": ${workload} is of ${FIRST_REVISION} already`,
      `npx twin break rollout ${workload} --revision=v2`,
    );
}

/** Params as the fault's own schema takes them: words first, then what looks like a number as one. */
function parsed(way: string, given: Readonly<Record<string, string>>): unknown {
  const schema = schemaOf(way);
  const numbers = Object.entries(given).map(([key, value]) => [
    key,
    Number.isNaN(Number(value)) ? value : Number(value),
  ]);
  const first = schema.safeParse(given);
  const result = first.success ? first : schema.safeParse(Object.fromEntries(numbers));
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => [...issue.path, issue.message].join(': ')).join('; ');
  throw usage(
    `"${way}": ${issues}`,
    `it takes: ${paramsOf(way)
      .map((key) => `--${key}=…`)
      .join(' ')}`,
  );
}

/** A variant on a topology of its own can not be played in a cluster that is up. */
export const fitsWhatIsUp = (scenario: Scenario, variantId: string): boolean =>
  Object.keys(scenario.variants[variantId]?.set ?? {}).length === 0;

/** What a scenario's variant does until its recovery begins. */
export function aimOfVariant(scenario: Scenario, variantId: string): Aim {
  const variant = scenario.variants[variantId];
  if (variant === undefined) throw new Error(`scenario ${scenario.id} has no variant ${variantId}`);
  const actions = variant.steps.filter((step) => step.phase !== 'after').flatMap((step) => step.do);
  return { title: variant.title, actions: actions.filter((one) => !('heal' in one)).map(namedByPart) };
}
/** A scenario names a rollout by its revision, a person by what is rolled out. */
const namedByPart = (action: Action): Action =>
  'operate' in action && action.as !== undefined ? { ...action, as: partOf(action) ?? action.as } : action;
function aimOfScenario(scenario: Scenario, { flags, params, on }: BreakWords): Aim {
  const variants = Object.keys(scenario.variants);
  // "--hung", "hung", "--variant=hung" and "--variant hung" are one.
  const said = new Set([params['variant'], on, ...flags.filter((flag) => flag !== 'variant')]);
  said.delete(undefined);
  const [variant = variants.length === 1 ? variants[0] : undefined, ...others] = said;
  if (others.length > 0)
    throw usage(
      `one variant at a time, not ${[...said].join(' and ')}`,
      `npx twin break ${scenario.id} ${variants.map((one) => `--${one}`).join(' | ')}`,
    );
  if (variant !== undefined && variants.includes(variant)) {
    if (fitsWhatIsUp(scenario, variant)) return aimOfVariant(scenario, variant);
    const changed = Object.keys(scenario.variants[variant]?.set ?? {}).join(', ');
    throw usage(
      `${scenario.id} ${variant} changes ${changed}, which a cluster that is up keeps`,
      `npx twin rehearse ${scenario.id}`,
    );
  }
  const choices = `npx twin break ${scenario.id} ${variants.map((one) => `--${one}`).join(' | ')}`;
  throw usage(
    variant === undefined ? `which variant of ${scenario.id}?` : `${scenario.id} has no variant "${variant}"`,
    choices,
  );
}

export const faultsOf = (actions: readonly Action[]): FaultAction[] =>
  actions.filter((one): one is FaultAction => 'fault' in one);
/** The part an action hits, where it hits one. */
export const partOf = (action: Action): string | undefined =>
  'params' in action ? (action.params as { workload?: string }).workload : undefined;
