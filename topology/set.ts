/**
 * Single values put over a topology: `workloads.api.preStopMs = 5000`. The result is checked as a file would be, and
 * what is wrong with paths, values and references is told at once.
 */
import { z } from 'zod';
import { problemsError, type ErrorCode, type Problem } from '../sim/errors.ts';
import { checkTopology } from './load.ts';
import { choicesHint } from './rules.ts';
import { keysAt, schemaAt } from './schema-keys.ts';
import type { Topology } from './schema.ts';

export const setSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
/** Dotted path → value. A key that holds dots itself (a host's name) is found among those that are there. */
export type TopologySet = Readonly<z.infer<typeof setSchema>>;
/** Who is told to be wrong: the file or option that holds the paths, and the error's code. */
export interface Blame {
  readonly where: string;
  readonly code: ErrorCode;
}

type Node = Record<string, unknown>;
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Keys that may be set at a path: all that the schema reads there; of a record (workloads, settings) those it has; of a value none. */
function choicesAt(path: readonly string[], node: Node, root: Node): string[] | undefined {
  const schema = schemaAt(path, root);
  return schema instanceof z.ZodObject
    ? keysAt(path, root)
    : schema instanceof z.ZodRecord
      ? Object.keys(node)
      : undefined;
}

type Astray = Omit<Problem, 'code'>;
/** The keys that a dotted path is made of, or where it goes astray. */
export function keysOf(root: object, path: string): readonly string[] | Astray {
  const found: string[] = [];
  let [node, rest]: [Node, readonly string[]] = [root as Node, path.split('.')];
  while (rest.length > 0) {
    const choices = choicesAt(found, node, root as Node);
    const here = found.join('.');
    if (choices === undefined)
      return { where: here, message: 'is a value: nothing lies below it', hint: `set ${here} itself` };
    const lengths = rest.map((_, index) => rest.length - index);
    const length = lengths.find((n) => choices.includes(rest.slice(0, n).join('.')));
    if (length === undefined) {
      // Where keys hold dots themselves (timers, hosts), all that is left may be meant.
      const wanted = choices.some((one) => one.includes('.')) ? rest.join('.') : (rest[0] ?? '');
      return { where: path, message: `there is no "${wanted}"`, hint: choicesHint(wanted, choices) };
    }
    const key = rest.slice(0, length).join('.');
    found.push(key);
    rest = rest.slice(length);
    const next = node[key];
    node = isNode(next) ? next : {};
  }
  return found;
}
export const isAstray = (found: readonly string[] | Astray): found is Astray => 'message' in found;

/** Puts one value in its place in `root`, or says where its path goes astray. What was left out above it is made. */
function put(root: Node, path: string, value: unknown): Astray | undefined {
  const found = keysOf(root, path);
  if (isAstray(found)) return found;
  const node = found.slice(0, -1).reduce<Node>((above, key) => {
    const next = above[key];
    if (isNode(next)) return next;
    const made: Node = {};
    above[key] = made;
    return made;
  }, root);
  node[found.at(-1) ?? ''] = value;
  return undefined;
}

/** Paths that lead nowhere in this topology. */
export const strayPaths = (topology: Topology, set: TopologySet): string[] =>
  Object.entries(set).flatMap(([path, value]) =>
    put(structuredClone(topology) as Node, path, value) === undefined ? [] : [path],
  );

/**
 * The topology with every value of `set` in its place; `topology` itself is left as it is.
 * @throws SimError with `blame.code` and every fault: a path that leads nowhere, with its nearest; a value the schema refuses;
 *         a reference that is broken now
 */
export function applySet(
  topology: Topology,
  set: Readonly<Record<string, unknown>>,
  blame: Blame = { where: 'set', code: 'SIM_TOPOLOGY_INVALID' },
): Topology {
  const changed = structuredClone(topology) as Node;
  const astray = Object.entries(set).flatMap(([path, value]) => put(changed, path, value) ?? []);
  const checked = checkTopology(changed);
  const problems = [...astray, ...checked.problems].map((one) => ({ ...one, code: blame.code }));
  if (checked.topology === undefined || problems.length > 0) throw problemsError(blame.where, problems);
  return checked.topology;
}
