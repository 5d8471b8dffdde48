/** The reference cluster with other names for its parts: what is found there is found by what it is. */
import { defineTopology } from '../../topology/load.ts';
import honeydue from '../../topology/honeydue.ts';
import type { Topology, TopologyInput } from '../../topology/schema.ts';

/** Words that say what a part is, or where its program looks for another one, stay; only names change. */
const KEPT = new Set(['role', 'source', 'title', 'document', 'oracle', 'kind']);
function renamed(value: unknown, names: ReadonlyMap<string, string>, key = ''): unknown {
  if (KEPT.has(key)) return value;
  if (typeof value === 'string') return names.get(value) ?? value;
  if (Array.isArray(value)) return value.map((one) => renamed(one, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([one, below]) => [names.get(one) ?? one, renamed(below, names, one)]),
  );
}
export const renamedTopology = (names: readonly (readonly [from: string, to: string])[]): Topology =>
  defineTopology(renamed(structuredClone(honeydue), new Map(names)) as TopologyInput);
