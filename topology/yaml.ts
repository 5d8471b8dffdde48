/** A topology written in YAML: the same data as `defineTopology` takes, each fault told with its line and column. */
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Node } from 'yaml';
import { problemsError, type Problem } from '../sim/errors.ts';
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
  // One bracket too many makes errors of all that follows: only the first is told. A key that stands twice harms nothing else.
  const [first] = document.errors.filter(({ code }) => code !== 'DUPLICATE_KEY');
  if (first !== undefined) throw problemsError(file, [invalid(place(first.pos[0]), first.message)]);
  const twice = document.errors.map(({ pos }): Located => {
    const key = /^(?:"[^"\n]*"|'[^'\n]*'|[^:\n]*)/.exec(text.slice(pos[0]))?.[0].trim() ?? '';
    return { at: pos[0], code: 'SIM_TOPOLOGY_INVALID', message: `${key} stands twice: one of them would be lost` };
  });
  let input: unknown;
  try {
    input = document.toJS();
  } catch (cause) {
    // Aliases that would unfold without end.
    throw problemsError(file, [invalid('1:1', (cause as Error).message)]);
  }
  const root = document.contents;
  const offsetOf = (where: string): number => (root === null ? undefined : nodeAt(root, where).range?.[0]) ?? 0;
  const { topology, problems } = checkTopology(input);
  const faults = [...twice, ...problems.map((one): Located => ({ ...one, at: offsetOf(one.where) }))];
  if (topology !== undefined && faults.length === 0) return topology;
  throw problemsError(
    file,
    faults
      .toSorted((a, b) => a.at - b.at)
      .map(({ at, where, ...one }) => ({
        ...one,
        where: [place(at), ...(where === undefined ? [] : [where])].join('  '),
      })),
  );
}
