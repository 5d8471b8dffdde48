/**
 * `--set path=value`, as typed: `links.neon.rtt=5ms`, `workloads.api.replicas=1`. Units may be written with the value, and left
 * out of the name: `preStop=5s` is `preStopMs`. `links.NAME.rtt` sets every profile, its jitter in proportion.
 */
import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import { problemsError, SimError, type Problem } from '../sim/errors.ts';
import { schemaAt } from './schema-keys.ts';
import type { Topology } from './schema.ts';
import { applySet, type TopologySet } from './set.ts';

type Value = TopologySet[string];
const DURATION = /^(\d+(?:\.\d+)?)\s*(us|µs|ms|s|m|min|h)$/u;
const MS: Readonly<Record<string, number>> = {
  us: 0.001,
  µs: 0.001,
  ms: 1,
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
};
const SIZE = /^(\d+(?:\.\d+)?)\s*(k|Ki|M|Mi|G|Gi)B?$/u;
const BYTES: Readonly<Record<string, number>> = { k: 1e3, Ki: 2 ** 10, M: 1e6, Mi: 2 ** 20, G: 1e9, Gi: 2 ** 30 };

/** "5ms", "512Mi", "3", "true" or a text, whichever it looks like. */
function valueOf(text: string): Value {
  const [, amount, unit] = DURATION.exec(text) ?? [];
  if (amount !== undefined && unit !== undefined) return Number(amount) * (MS[unit] ?? 1);
  const [, size, of] = SIZE.exec(text) ?? [];
  if (size !== undefined && of !== undefined) return Math.round(Number(size) * (BYTES[of] ?? 1));
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return Number(text);
  return text === 'true' ? true : text === 'false' ? false : text;
}

const shapeAt = (path: readonly string[]): string[] => {
  const schema = schemaAt(path);
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
};
/** The path with the unit that its last name was written without. */
function withUnit(path: string): string {
  const names = path.split('.');
  const [last = '', above] = [names.at(-1), names.slice(0, -1)];
  const keys = shapeAt(above);
  const full = keys.includes(last)
    ? undefined
    : ['Ms', 'Bytes', 'Percent'].map((unit) => last + unit).find((one) => keys.includes(one));
  return full === undefined ? path : [...above, full].join('.');
}

const LINK = /^links\.(.+)\.(rtt|jitter)(?:Ms)?$/;
const hasOwn = (object: object, key: string): boolean => Object.hasOwn(object, key);
/** `links.neon.rtt` in each of its profiles; undefined where the path is another. */
function ofLink(topology: Topology, path: string, value: Value, text: string): TopologySet | undefined {
  const [, name = '', what] = LINK.exec(path) ?? [];
  const link = hasOwn(topology.links, name) ? topology.links[name] : undefined;
  if (link === undefined || typeof value !== 'number') return undefined;
  return Object.fromEntries(
    Object.entries(link.profiles).flatMap(([profile, { rttMs, jitterMs }]) => {
      const at = `links.${name}.profiles.${profile}`;
      const jitter = rttMs === 0 ? 0 : Math.min(value, (jitterMs * value) / rttMs);
      const values: [string, Value][] =
        what === 'rtt'
          ? [
              ['rttMs', value],
              ['jitterMs', jitter],
            ]
          : [['jitterMs', value]];
      return [...values, ['source', `--set ${text}`] as const].map(([key, one]): [string, Value] => [
        `${at}.${key}`,
        one,
      ]);
    }),
  );
}
/** A link has its own short names: a mistyped one is most likely one of these. */
function strayLink(topology: Topology, path: string): Problem | undefined {
  const [, name = '', key = ''] = /^links\.([^.]+)\.([^.]+)$/.exec(path) ?? [];
  const keys = ['rtt', 'jitter', 'between', 'profiles'];
  if (!hasOwn(topology.links, name) || keys.includes(key) || LINK.test(path)) return undefined;
  return {
    where: path,
    code: 'SIM_USAGE',
    message: `there is no "${key}"`,
    hint: `declared: ${keys.join(', ')}; did you mean "${closest(key, keys)}"?`,
  };
}

/**
 * The topology with what `--set` says in its place, and told so in its title and id: it is another cluster.
 * @throws SimError `SIM_USAGE` with every fault: no value, a path that leads nowhere with its nearest, a value that is refused
 */
export function applySetTexts(topology: Topology, texts: readonly string[]): Topology {
  if (texts.length === 0) return topology;
  const set: Record<string, Value> = {};
  for (const text of texts) {
    const [, path = '', written] = /^\s*([^=]+?)\s*=\s*(.*?)\s*$/s.exec(text) ?? [];
    if (written === undefined || written === '')
      throw new SimError('SIM_USAGE', `--set ${text}: a path and its value are wanted`, {
        hint: 'for example --set links.neon.rtt=5ms',
      });
    const value = valueOf(written);
    if (LINK.test(path) && typeof value !== 'number')
      throw new SimError('SIM_USAGE', `--set ${text}: "${written}" is no duration`, {
        hint: 'for example 5ms or 1.5s',
      });
    const stray = strayLink(topology, path);
    if (stray !== undefined) throw problemsError('--set', [stray]);
    Object.assign(set, ofLink(topology, path, value, text) ?? { [withUnit(path)]: value });
  }
  const changed = applySet(topology, set, { where: '--set', code: 'SIM_USAGE' });
  // Of two values for one path the later holds, and their order is nothing else.
  const held = new Map(texts.map((text) => [text.split('=')[0]?.trim(), text.trim()]));
  return {
    ...changed,
    id: `${topology.id} with ${[...held.values()].toSorted().join(' ')}`,
    title: `${topology.title}, with ${texts.join(', ')}`,
  };
}
