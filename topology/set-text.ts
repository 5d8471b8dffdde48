/**
 * `--set path=value`, as typed: `links.neon.rtt=5ms`, `workloads.api.replicas=1`. Units may be written with the value, and left
 * out of the name: `preStop=5s` is `preStopMs`. `links.NAME.rtt` sets every profile, its jitter in proportion.
 */
import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import { problemsError, type Problem } from '../sim/errors.ts';
import { keysAt, schemaAt } from './schema-keys.ts';
import type { Topology } from './schema.ts';
import { applySet, isAstray, keysOf, type TopologySet } from './set.ts';
import { isRefused, UNIT_ENDS, writtenValue, type Plain } from './written-values.ts';

/** The path with the unit that its last name was written without. */
function withUnit(topology: Topology, path: string): string {
  const at = path.lastIndexOf('.');
  const [above, last] = [path.slice(0, Math.max(0, at)), path.slice(at + 1)];
  const found = keysOf(topology, above);
  const keys = isAstray(found) ? [] : keysAt(found, topology);
  const full = keys.includes(last) ? undefined : UNIT_ENDS.map((unit) => last + unit).find((one) => keys.includes(one));
  return full === undefined ? path : `${above}.${full}`;
}

const LINK = /^links\.(.+)\.(rtt|jitter)(?:Ms)?$/;
const hasOwn = (object: object, key: string): boolean => Object.hasOwn(object, key);
/** `links.neon.rtt` in each of its profiles; undefined where the path is another. */
function ofLink(topology: Topology, path: string, value: Plain, text: string): TopologySet | undefined {
  const [, name = '', what] = LINK.exec(path) ?? [];
  const link = hasOwn(topology.links, name) ? topology.links[name] : undefined;
  if (link === undefined || typeof value !== 'number') return undefined;
  return Object.fromEntries(
    Object.entries(link.profiles).flatMap(([profile, { rttMs, jitterMs }]) => {
      const at = `links.${name}.profiles.${profile}`;
      const jitter = rttMs === 0 ? 0 : Math.min(value, (jitterMs * value) / rttMs);
      const values: [string, Plain][] =
        what === 'rtt'
          ? [
              ['rttMs', value],
              ['jitterMs', jitter],
            ]
          : [['jitterMs', value]];
      return [...values, ['source', `--set ${text}`] as const].map(([key, one]): [string, Plain] => [
        `${at}.${key}`,
        one,
      ]);
    }),
  );
}
/** A link has its own short names: a mistyped one is most likely one of these. */
function strayLink(topology: Topology, path: string): Problem | undefined {
  const [, name = '', key = ''] = /^links\.([^.]+)\.([^.]+)$/.exec(path) ?? [];
  const keys = ['rtt', 'jitter', ...keysAt(['links', name], topology)];
  if (!hasOwn(topology.links, name) || keys.includes(key) || LINK.test(path)) return undefined;
  return {
    where: path,
    code: 'SIM_USAGE',
    message: `there is no "${key}"`,
    hint: `declared: ${keys.join(', ')}; did you mean "${closest(key, keys)}"?`,
  };
}

const refused = (where: string, message: string, hint: string): Problem[] => [
  { where, code: 'SIM_USAGE', message, hint },
];
/** One option as paths and their values, or what is wrong with it. */
function readText(topology: Topology, text: string): Readonly<Record<string, unknown>> | Problem[] {
  const [, path = '', written] = /^\s*([^=]+?)\s*=\s*(.*?)\s*$/s.exec(text) ?? [];
  if (written === undefined || written === '')
    return refused(
      text,
      'a path and its value are wanted',
      `for example --set links.${Object.keys(topology.links)[0] ?? 'ID'}.rtt=5ms`,
    );
  const stray = strayLink(topology, path);
  if (stray !== undefined) return [stray];
  if (LINK.test(path)) {
    const rtt = writtenValue(['rttMs'], z.number(), written);
    if (typeof rtt !== 'number') return refused(path, `"${written}" is no duration`, 'for example 5ms or 1.5s');
    const ofAll = ofLink(topology, path, rtt, text);
    if (ofAll !== undefined) return ofAll;
  }
  const full = withUnit(topology, path);
  const keys = keysOf(topology, full);
  if (isAstray(keys)) return [{ ...keys, code: 'SIM_USAGE' }];
  const value = writtenValue(keys, schemaAt(keys, topology), written);
  return isRefused(value) ? refused(full, value.message, value.hint) : { [full]: value };
}

/**
 * The topology with what `--set` says in its place, and told so in its title and id: it is another cluster.
 * @throws SimError `SIM_USAGE` with every fault: no value, a path that leads nowhere with its nearest, a value that is refused
 */
export function applySetTexts(topology: Topology, texts: readonly string[]): Topology {
  if (texts.length === 0) return topology;
  const faults: Problem[] = [];
  const set: Record<string, unknown> = {};
  for (const text of texts) {
    const read = readText(topology, text);
    if (Array.isArray(read)) faults.push(...(read as Problem[]));
    else Object.assign(set, read);
  }
  if (faults.length > 0) throw problemsError('--set', faults);
  const changed = applySet(topology, set, { where: '--set', code: 'SIM_USAGE' });
  // Of two values for one path the later holds, and their order is nothing else.
  const held = new Map(texts.map((text) => [text.split('=')[0]?.trim(), text.trim()]));
  return {
    ...changed,
    id: `${topology.id} with ${[...held.values()].toSorted().join(' ')}`,
    title: `${topology.title}, with ${texts.join(', ')}`,
  };
}
