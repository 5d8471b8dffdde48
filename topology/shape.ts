/** A fault of the shape of something written by hand, in words: where it is, what was found there, what is allowed. */
import { closest } from 'fastest-levenshtein';
import type { z } from 'zod';
import type { ErrorCode, Problem } from '../sim/errors.ts';
import { choicesHint } from './rules.ts';
import { valueAt } from './schema-keys.ts';
import { PLACE_KINDS } from './schema.ts';

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
/** The faults that one issue tells; each key that nobody reads is one of its own. @param input  what was checked */
export function shapeProblems(
  issue: z.core.$ZodIssue,
  input: unknown,
  { code, at = [], keysAt }: ShapeOptions,
): Problem[] {
  const path = [...at, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const choices = keysAt(issue.path);
    return issue.keys.map((key) => ({
      where: [...path, key].join('.'),
      code,
      message: `there is no "${key}"`,
      hint: choicesHint(key, choices),
    }));
  }
  return [{ where: path.join('.') || '(top level)', code, ...shapeWords(issue, valueAt(input, issue.path)) }];
}
function shapeWords(issue: z.core.$ZodIssue, value: unknown): Pick<Problem, 'message' | 'hint'> {
  const message =
    value === undefined ? issue.message : `${issue.message}, found ${JSON.stringify(value)?.slice(0, 60)}`;
  if (issue.code === 'custom' && issue.params?.['is'] === 'place') {
    const hint = placeHint(value);
    return { message, ...(hint === undefined ? {} : { hint }) };
  }
  if (issue.code !== 'invalid_value') return { message };
  const nearest = closest(String(value), issue.values.map(String));
  return { message, hint: value === undefined ? `for example "${nearest}"` : `did you mean "${nearest}"?` };
}
