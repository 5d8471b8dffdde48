/** A topology written in YAML: the same data as `defineTopology` takes, each fault told with its line and column. */
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Node } from 'yaml';
import { problemsError } from '../sim/errors.ts';
import { defineTopology } from './load.ts';
import type { Topology, TopologyInput } from './schema.ts';
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
  const found = pairs.find(({ name }) => path === name || path.startsWith(`${name}.`));
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
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  // One bracket too many makes errors of all that follows: only the first is told.
  const [first] = document.errors;
  if (first !== undefined) throw problemsError(file, [invalid(place(first.pos[0]), first.message)]);
  let input: unknown;
  try {
    input = document.toJS();
  } catch (cause) {
    // Aliases that would unfold without end.
    throw problemsError(file, [invalid('1:1', (cause as Error).message)]);
  }
  const root = document.contents;
  const locate = (where: string): string =>
    `${place((root === null ? undefined : nodeAt(root, where).range?.[0]) ?? 0)}  ${where}`;
  return defineTopology(input as TopologyInput, file, locate);
}
