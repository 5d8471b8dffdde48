/** A topology written in YAML: the same data as `defineTopology` takes, each fault told with its line and column. */
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit, type Node } from 'yaml';
import { MOST_TOLD, problemsError, type Problem } from '../sim/errors.ts';
import { checkTopology } from './load.ts';
import type { Topology } from './schema.ts';
import { excessOf } from './yaml-limits.ts';

/** The value under a key, where the rest of a dotted path begins with it; names may hold dots themselves. */
function step(
  node: Node,
  path: string,
): { readonly at: Node; readonly value: unknown; readonly rest: string } | undefined {
  const pairs = isMap(node)
    ? node.items.map(({ key, value }) => ({ at: key, name: isScalar(key) ? String(key.value) : '', value }))
    : isSeq(node)
      ? node.items.map((value, index) => ({ at: value, name: String(index), value }))
      : [];
  // Of a name that begins with another the longer is meant; of one that stands twice the last holds.
  const found = pairs
    .filter(({ name }) => path === name || path.startsWith(`${name}.`))
    .reduce<(typeof pairs)[number] | undefined>(
      (best, one) => (best === undefined || one.name.length >= best.name.length ? one : best),
      undefined,
    );
  return found !== undefined && isNode(found.at)
    ? { at: found.at, value: found.value, rest: path.slice(found.name.length + 1) }
    : undefined;
}

/** The deepest node of the document that a dotted path leads to. */
function nodeAt(root: Node, path: string): Node {
  let found = root;
  for (let next = step(root, path); next !== undefined;) {
    found = next.at;
    next = isNode(next.value) && next.rest !== '' ? step(next.value, next.rest) : undefined;
  }
  return found;
}

/** A fault with the offset of what it is about. */
type Located = Omit<Problem, 'where'> & { readonly at: number; readonly where?: string };

/** Keys that stand twice in their map, at the later place; and those that are no names, but maps or lists. The parser's own look at them takes a minute for ten thousand keys. */
function strayKeys(root: Node | null): { readonly found: readonly Located[]; readonly isNamed: boolean } {
  const found: Located[] = [];
  let isNamed = true;
  visit(root, {
    Map: (_, { items }) => {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) {
          isNamed = false;
          const at = isNode(key) ? (key.range?.[0] ?? 0) : 0;
          found.push({ at, code: 'SIM_TOPOLOGY_INVALID', message: 'this key is no name' });
          continue;
        }
        const message = `"${String(key.value)}" stands twice: one of them would be lost`;
        if (seen.has(key.value)) found.push({ at: key.range?.[0] ?? 0, code: 'SIM_TOPOLOGY_INVALID', message });
        seen.add(key.value);
      }
    },
  });
  return { found, isNamed };
}

/** @throws SimError `SIM_TOPOLOGY_INVALID` when it is no YAML, else with every fault of its shape and references */
export function readTopologyYaml(text: string, file: string): Topology {
  const excess = excessOf(text);
  if (excess !== undefined) {
    const above = text.slice(0, excess.at).split('\n');
    const where = `${above.length}:${(above.at(-1)?.length ?? 0) + 1}`;
    throw problemsError(file, [{ where, code: 'SIM_TOPOLOGY_INVALID', message: excess.message }]);
  }
  const lines = new LineCounter();
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${line}:${col}`;
  };
  const invalid = (where: string, message: string) =>
    ({ where, code: 'SIM_TOPOLOGY_INVALID', message: `not YAML: ${message}` }) as const;
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  // One bracket too many makes errors of all that follows: only the first is told.
  const [first] = document.errors;
  if (first !== undefined) throw problemsError(file, [invalid(place(first.pos[0]), first.message)]);
  const root = document.contents;
  const { found: stray, isNamed } = strayKeys(root);
  let input: unknown;
  try {
    // Where a key is no name there is no data to look at.
    input = isNamed ? document.toJS() : {};
  } catch (cause) {
    // Aliases that would unfold without end.
    throw problemsError(file, [invalid('1:1', (cause as Error).message)]);
  }
  const offsetOf = (where: string): number => (root === null ? undefined : nodeAt(root, where).range?.[0]) ?? 0;
  const { topology, problems } = isNamed ? checkTopology(input) : { topology: undefined, problems: [] };
  if (topology !== undefined && problems.length + stray.length === 0) return topology;
  // Looking one up takes as long as its section: of a heap of faults only those that are told are.
  const faults = [
    ...stray.slice(0, MOST_TOLD),
    ...problems.slice(0, MOST_TOLD).map((one): Located => ({ ...one, at: offsetOf(one.where) })),
  ];
  throw problemsError(
    file,
    faults
      .toSorted((a, b) => a.at - b.at)
      .map(({ at, where, ...one }) => ({
        ...one,
        where: [place(at), ...(where === undefined ? [] : [where])].join('  '),
      })),
    problems.length + stray.length,
  );
}
