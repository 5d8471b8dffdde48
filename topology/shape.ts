/** A fault of the shape of something written by hand, in words: where it is, what was found there, what is allowed. */
import { closest } from 'fastest-levenshtein';
import type { z } from 'zod';
import type { ErrorCode, Problem } from '../sim/errors.ts';
import { choicesHint } from './rules.ts';
import { PLACE_KINDS } from './schema.ts';

/** The value at a path of the input, for the message; undefined where there is none. */
const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined | null)?.[key], input);

/** "did you mean "external:neon"?" for a place whose kind is none. */
function placeHint(value: unknown): string | undefined {
  const [kind = '', name] = typeof value === 'string' ? value.split(':') : [];
  if (name === undefined || name === '') return undefined;
  return `did you mean "${closest(kind.toLowerCase(), [...PLACE_KINDS])}:${name.toLowerCase()}"?`;
}

export interface ShapeOptions {
  readonly code: ErrorCode;
  /** The path of `input` itself, which stands before those of its parts. */
  readonly at?: readonly PropertyKey[];
  /** Keys that are right at a path of it. */
  readonly keysAt: (path: readonly PropertyKey[]) => readonly string[];
}
export function shapeProblem(
  issue: z.core.$ZodIssue,
  input: unknown,
  { code, at = [], keysAt }: ShapeOptions,
): Problem {
  const where = [...at, ...issue.path].join('.') || '(top level)';
  const problem = { where, code };
  if (issue.code === 'unrecognized_keys') {
    const hints = issue.keys.map((key) => choicesHint(key, keysAt(issue.path)));
    return { ...problem, message: issue.message, hint: hints.join('; ') };
  }
  const value = valueAt(input, issue.path);
  const message =
    value === undefined ? issue.message : `${issue.message}, found ${JSON.stringify(value)?.slice(0, 60)}`;
  if (issue.code === 'custom' && issue.params?.['is'] === 'place') {
    const hint = placeHint(value);
    return { ...problem, message, ...(hint === undefined ? {} : { hint }) };
  }
  if (issue.code !== 'invalid_value') return { ...problem, message };
  const nearest = closest(String(value), issue.values.map(String));
  return { ...problem, message, hint: value === undefined ? `for example "${nearest}"` : `did you mean "${nearest}"?` };
}
