/**
 * JSON as Go's encoding/json reads and writes it, as far as Toxiproxy's clients can tell: keys match without regard to
 * case, unknown keys are ignored, null leaves the default, and errors have Go's words.
 *
 * Not modelled: data after the first value (Go ignores it, here it is an error), and the exact place of a syntax error.
 */
import { badBody } from './api-error.ts';

/** Values by lower-case key; of two keys that differ in case only the last counts. */
export type JsonObject = ReadonlyMap<string, unknown>;

/** The kinds a Go struct field may have here, and what each gives. */
interface Kinds {
  string: string;
  bool: boolean;
  int64: number;
  int: number;
  float32: number;
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badBody(syntaxError(text, error instanceof Error ? error.message : ''));
  }
}

function syntaxError(text: string, message: string): string {
  if (text.trim() === '') return 'EOF';
  const character = /Unexpected token '(.+?)'/su.exec(message)?.[1];
  return character === undefined ? 'unexpected EOF' : `invalid character '${character}' looking for beginning of value`;
}

/** The fields of an object; null is an empty one. Throws a 400 naming `goType` for any other value. */
export function fieldsOf(value: unknown, goType: string, where = 'Go value of type'): JsonObject {
  if (value === null) return new Map();
  if (jsonKind(value) !== 'object') throw badBody(`json: cannot unmarshal ${jsonKind(value)} into ${where} ${goType}`);
  return new Map(Object.entries(value as object).map(([key, field]) => [key.toLowerCase(), field]));
}

/** A list; null is an empty one. */
export function listOf(value: unknown, goType: string): readonly unknown[] {
  if (value === null) return [];
  if (!Array.isArray(value)) throw badBody(`json: cannot unmarshal ${jsonKind(value)} into Go value of type ${goType}`);
  return value;
}

/** One field, or undefined if absent or null. Throws a 400 with Go's message if it is of another kind. */
export function optional<K extends keyof Kinds>(
  fields: JsonObject,
  name: string,
  kind: K,
  struct: string,
): Kinds[K] | undefined {
  const value = fields.get(name.toLowerCase());
  if (value === undefined || value === null) return undefined;
  if (!fits(value, kind)) {
    const seen =
      typeof value === 'number' && kind !== 'string' && kind !== 'bool' ? `number ${value}` : jsonKind(value);
    throw badBody(`json: cannot unmarshal ${seen} into Go struct field ${struct}.${name} of type ${kind}`);
  }
  return (kind === 'float32' ? Math.fround(value as number) : value) as Kinds[K];
}

function fits(value: unknown, kind: keyof Kinds): boolean {
  if (kind === 'string') return typeof value === 'string';
  if (kind === 'bool') return typeof value === 'boolean';
  if (typeof value !== 'number') return false;
  return kind === 'float32'
    ? Number.isFinite(Math.fround(value))
    : Number.isInteger(value) && Math.abs(value) < 2 ** 63;
}

function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value;
}

/** Go's name of a toxic's struct: `slow_close` is a SlowCloseToxic; `reset_peer` alone is a ResetToxic. */
export function goTypeOf(toxicType: string): string {
  if (toxicType === 'reset_peer') return 'ResetToxic';
  const words = toxicType.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}Toxic`;
}

/** Writes JSON with Go's escapes; numbers under `toxicity` have the fewest digits that name the same float32. */
export function goJson(value: unknown): string {
  const shortest = (key: string, field: unknown): unknown =>
    key === 'toxicity' && typeof field === 'number' ? shortestFloat32(field) : field;
  return JSON.stringify(value, shortest).replaceAll(
    /[<>&\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function shortestFloat32(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return shorter;
  }
  return value;
}
