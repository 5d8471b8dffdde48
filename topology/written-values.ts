/** A value as it is typed behind a path: "5ms", "512Mi", "3", "true", "a,b" or a text, as the schema wants it there. */
import { z } from 'zod';

export type Plain = string | number | boolean;
export interface Refused {
  readonly message: string;
  readonly hint: string;
}

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
const PERCENT = /^(\d+(?:\.\d+)?)\s*%$/u;
const NUMBER = /^-?\d+(?:\.\d+)?$/u;

/** What a name's end says of its unit: how a text is read, and what is wanted where it has another unit. */
interface Unit {
  readonly end: string;
  readonly read: (text: string) => number | undefined;
  readonly wanted: string;
  readonly example: string;
}
const amountIn = (shape: RegExp, units: Readonly<Record<string, number>>, text: string): number | undefined => {
  const [, amount, unit = ''] = shape.exec(text) ?? [];
  return amount === undefined ? undefined : Number(amount) * (units[unit] ?? 1);
};
const durationMs = (text: string): number | undefined => amountIn(DURATION, MS, text);
const UNITS: readonly Unit[] = [
  { end: 'Ms', read: durationMs, wanted: 'duration', example: '5ms or 1.5s' },
  {
    end: 'Seconds',
    read: (text) => {
      const ms = durationMs(text);
      return ms === undefined ? undefined : ms / 1_000;
    },
    wanted: 'duration',
    example: '90s or 5min',
  },
  {
    end: 'Bytes',
    read: (text) => {
      const bytes = amountIn(SIZE, BYTES, text);
      return bytes === undefined ? undefined : Math.round(bytes);
    },
    wanted: 'size',
    example: '256Mi',
  },
  { end: 'Percent', read: (text) => amountIn(PERCENT, {}, text), wanted: 'share', example: '25%' },
];
/** Ends that a name may be written without: "preStop" is preStopMs. */
export const UNIT_ENDS: readonly string[] = UNITS.map(({ end }) => end);
const hasUnit = (text: string): boolean => [DURATION, SIZE, PERCENT].some((shape) => shape.test(text));

/** A number at a name; a text that is none stays one, and the schema says so. */
function numberAt(name: string, text: string): Plain | Refused {
  if (NUMBER.test(text)) return Number(text);
  const unit = UNITS.find(({ end }) => name.endsWith(end));
  const value = unit?.read(text);
  if (value !== undefined) return value;
  if (!hasUnit(text)) return text;
  return unit === undefined
    ? { message: `"${text}" has a unit, and ${name} has none`, hint: 'write the number alone' }
    : { message: `"${text}" is no ${unit.wanted}`, hint: `for example ${unit.example}` };
}
const truthIn = (text: string): Plain => (text === 'true' ? true : text === 'false' ? false : text);

/**
 * @param keys    where it stands; timers are durations without an end of their names that says so
 * @param schema  of what stands there; undefined: as the text looks
 */
export function writtenValue(
  keys: readonly string[],
  schema: unknown,
  text: string,
): Plain | readonly Plain[] | Refused {
  const name = keys[0] === 'timers' ? `${keys.at(-1) ?? ''}Ms` : (keys.at(-1) ?? '');
  if (schema instanceof z.ZodNumber) return numberAt(name, text);
  if (schema instanceof z.ZodBoolean || schema instanceof z.ZodLiteral) return truthIn(text);
  if (schema instanceof z.ZodArray || schema instanceof z.ZodTuple) {
    const isOfNumbers = schema instanceof z.ZodArray && schema.element instanceof z.ZodNumber;
    return text.split(',').map((one) => (isOfNumbers && NUMBER.test(one.trim()) ? Number(one) : one.trim()));
  }
  // Settings of a role that no program of ours has: as they look.
  if (
    schema === undefined ||
    (schema instanceof z.ZodUnion && schema.options.some((one) => one instanceof z.ZodNumber))
  )
    return NUMBER.test(text) ? Number(text) : (durationMs(text) ?? truthIn(text));
  return text;
}
export const isRefused = (value: unknown): value is Refused =>
  typeof value === 'object' && value !== null && 'message' in value;
