/**
 * What a document tells this tool in comments:
 *
 *   <!-- twin: scenario=redis-down expect='status=500 share>=95%' -->   on or above a row, or above a table for all its rows
 *   <!-- twin:begin --> … <!-- twin:end -->                             tables between them are filled in by --write
 */
import type { Predicate } from '../runtimes/entries.ts';

export interface Annotation {
  readonly scenario?: string;
  /** Predicates in the place of what the sentence would be read as. */
  readonly expect?: readonly Predicate[];
  /** What in it can not be read: it is told, and nothing of it is taken. */
  readonly faults: readonly string[];
}
const COMMENT = /<!--\s*twin:\s*(?!begin\b|end\b)([\s\S]*?)-->/u;
/** A longer comment says nothing to us, and looking through it for what may end it would take for ever. */
const COMMENT_CHARS = 2_000;
const COMMENT_LINE = /^[ \t>]*<!--\s*twin:\s*(?!begin\b|end\b)(?:(?!-->).)*-->\s*$/u;

/** Whether a line is such a comment and nothing else. */
export const isCommentLine = (line: string): boolean => line.length <= COMMENT_CHARS && COMMENT_LINE.test(line);

const PAIR = /([a-z]+)\s*=\s*(?:'([^']*)'|"([^"]*)"|(\S+))/gu;
const TERM = /^([a-z0-9-]+)\s*(>=|<=|=)\s*(\d+(?:\.\d+)?)\s*(%|ms|s)?$/u;
const KEYS = 'scenario, expect';
const TERMS =
  'status=500, share>=95%, ok>=99%, failed<=1%, cached<=1%, p95<=3s, added<=200ms, spell<=5s, recovery<=10s';

type Measure = Predicate['measure'];
/** Term → measure and unit. `share` is of the status when one is named, else of requests that failed. */
const MEASURES: Readonly<Record<string, readonly [Measure, Predicate['unit']]>> = {
  ok: ['share-ok', 'share'],
  failed: ['share-failed', 'share'],
  cached: ['share-cache-hit', 'share'],
  'at-edge': ['share-at-edge', 'share'],
  p95: ['latency-p95', 'ms'],
  added: ['latency-added-p50', 'ms'],
  spell: ['longest-spell', 'ms'],
  recovery: ['recovery-time', 'ms'],
};

/** Half of the requests and more, where a status is expected and no share is said. */
const MOST = 0.5;

/** "status=500 share>=95%" as predicates. @param journey  the one that the scenario exposes; absent: all */
export function readExpect(text: string, journey?: string): { predicates: Predicate[]; faults: string[] } {
  const of = journey === undefined ? {} : { journey };
  const faults: string[] = [];
  const predicates: Predicate[] = [];
  const terms = text.split(/[\s,;]+(?=[a-z])/u).filter((term) => term.trim() !== '');
  const parsed = terms.map((term) => ({ term, match: TERM.exec(term.trim()) }));
  const status = parsed.find(({ match }) => match?.[1] === 'status' && match[2] === '=')?.match?.[3];
  const where = status === undefined ? of : { ...of, status: Number(status) };
  for (const { term, match } of parsed) {
    const [, name = '', sign, digits = '', unit] = match ?? [];
    if (name === 'status' && sign === '=') continue;
    const known: readonly [Measure, Predicate['unit']] | undefined =
      name === 'share' ? [status === undefined ? 'share-failed' : 'share-status', 'share'] : MEASURES[name];
    const value = unit === '%' ? Number(digits) / 100 : Number(digits) * (unit === 's' ? 1_000 : 1);
    const fits =
      known?.[1] === 'share' ? (unit === '%' || unit === undefined) && value <= 1 : unit === 'ms' || unit === 's';
    if (known === undefined || !fits) {
      faults.push(`"${term}" is none of ${TERMS}`);
      continue;
    }
    const bounds = { ...(sign === '<=' ? {} : { min: value }), ...(sign === '>=' ? {} : { max: value }) };
    const isOfStatus = name === 'share' || name === 'spell';
    for (const [bound, limit] of Object.entries(bounds))
      predicates.push({ measure: known[0], where: isOfStatus ? where : of, [bound]: limit, unit: known[1] });
  }
  if (status !== undefined && !predicates.some((one) => one.measure === 'share-status'))
    predicates.unshift({ measure: 'share-status', where, min: MOST, unit: 'share' });
  return { predicates, faults };
}

/** The first annotation in a text; undefined where there is none. */
export function annotationIn(text: string, journey?: string): Annotation | undefined {
  const inner = COMMENT.exec(text.slice(0, COMMENT_CHARS))?.[1];
  if (inner === undefined) return undefined;
  const pairs = [...inner.matchAll(PAIR)].map(
    ([, key = '', single, double, bare]) => [key, single ?? double ?? bare ?? ''] as const,
  );
  const faults = pairs
    .filter(([key]) => key !== 'scenario' && key !== 'expect')
    .map(([key]) => `"${key}" is none of ${KEYS}`);
  if (pairs.length === 0) faults.push(`nothing in it is one of ${KEYS}`);
  const said = new Map(pairs);
  const [scenario, expect] = [said.get('scenario'), said.get('expect')];
  const read = expect === undefined ? undefined : readExpect(expect, journey);
  return {
    ...(scenario === undefined ? {} : { scenario }),
    ...(read === undefined || read.faults.length > 0 ? {} : { expect: read.predicates }),
    faults: [...faults, ...(read?.faults ?? [])],
  };
}
