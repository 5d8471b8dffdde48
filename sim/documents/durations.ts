/** Durations as people write them: "5–15 ms", "<1 ms", "~40 ms", and "515 ms" where a copy has lost its dashes. */
import { valueOf } from './digits.ts';

const UNIT_MS = { us: 0.001, µs: 0.001, μs: 0.001, ms: 1, millisecond: 1, milliseconds: 1, s: 1_000 } as const;
const NUMBER = String.raw`\d{1,3}(?:,\d{3}){1,4}|\d{1,12}(?:[.,]\d{1,6})?`;
const UNIT = 'us|µs|μs|ms|milliseconds?|s';
/** Blanks within a figure. Of more than a few none is one, and looking for it in long stretches of them would never end. */
const GAP = String.raw`\s{0,4}`;
const MOST = ['under', 'less than', 'at most', 'no more than', 'not more than', 'unter', 'weniger als', 'höchstens'];
const LEAST = ['over', 'more than', 'at least', 'no less than', 'über', 'mehr als', 'mindestens'];
/** At the head of a cell with a capital. */
const said = (words: readonly string[]): string =>
  words.map(([first = '', ...rest]) => `[${first}${first.toUpperCase()}]${rest.join('')}`).join('|');
const NOT = String.raw`\b(?:not|never|nicht|nie)\s`;
const BOUND = String.raw`(?:(?<most>[<≤]|(?<!\p{L}|${NOT})(?:${said(MOST)})\s)|(?<least>[>≥]|(?<!\p{L}|${NOT})(?:${said(LEAST)})\s))`;
/** Any dash that people type between two figures, or a word; "and" only behind "between". */
const TO = String.raw`(?:[\p{Pd}−]|(?<=\s)(?:to|bis|à|a)(?=\s)|(?<=\b(?:[Bb]etween|[Zz]wischen|[Ee]ntre)\s{1,4}[\d.,]{1,12}\s?(?:ms|s)?\s)(?:and|und|y|et)(?=\s))`;
/** A unit may stand after the first of two too. */
const FIGURE = String.raw`(?<about>[~≈]|\b(?:about|around|roughly|approx\.?|circa|ca\.?|c\.|etwa|rund|environ|env\.|aprox\.?)\s)?${GAP}${BOUND}?${GAP}(?<one>${NUMBER})(?:${GAP}(?<unitOfOne>${UNIT})?${GAP}${TO}${GAP}(?<other>${NUMBER}))?${GAP}(?<unit>${UNIT})\b`;
const AT_START = new RegExp(`^${FIGURE}`, 'u');
const ANYWHERE = new RegExp(String.raw`(?<![\p{L}\p{N}.,\p{Pd}−]|(?:±|\+\/-)\s{0,4})${FIGURE}`, 'gu');

/** "About 80" is said of anything from 64 to 96. */
const ABOUT = 0.2;
/** Half of the last digit that counts: "120" was rounded to tens, "15" to ones, "0.5" to tenths; round figures not beyond a tenth. */
function roundingOf(digits: string): number {
  const [, fraction = ''] = /[.,](\d+)$/.exec(valueOf(digits).toString()) ?? [];
  if (fraction !== '') return 0.5 * 10 ** -fraction.length;
  const zeros = /0*$/.exec(String(valueOf(digits)))?.[0].length ?? 0;
  return valueOf(digits) === 0 ? 0 : Math.min(0.5 * 10 ** zeros, Math.max(0.5, valueOf(digits) / 10));
}

export interface Duration {
  readonly minMs: number;
  readonly maxMs: number;
  /** All that would be written so when rounded; a bound ("<1 ms") is not rounded. */
  readonly lowMs: number;
  readonly highMs: number;
  /** Two figures were read where the text has one: its dash was lost. */
  readonly mended?: true;
}
export interface FoundDuration extends Duration {
  readonly text: string;
  readonly index: number;
}

/** How far apart the ends of a range are that somebody writes down. */
const WIDEST = 10;
/** "90120" as 90 and 120: the one way to cut it into a smaller and a larger figure of about the same size. */
export function cutInTwo(digits: string): readonly [string, string] | undefined {
  const cuts = Array.from(digits, (_, at): [string, string] => [digits.slice(0, at), digits.slice(at)]);
  const fitting = cuts.filter(
    ([a, b]) => a !== '' && !b.startsWith('0') && Number(a) < Number(b) && Number(b) <= WIDEST * Number(a),
  );
  const [first, ...others] = fitting;
  return others.length === 0 ? first : undefined;
}
/** So much of a text is looked at: enough of any document to tell. */
const READ_CHARS = 256 * 1024;
/** After a word for a timer so long a time is one. */
const OF_A_TIMER = /\b(?:after|every|each|within|time-?outs?|interval|ttl|for|up to|grace|lease|period)\b[^.;|]*$/iu;
/** No hop of a request takes so long; a figure above it was two. */
const TOO_LONG_MS = 10_000;
/**
 * Whether a text has lost the dashes of its ranges, as copies out of some viewers do: no figure has one, and a latency
 * stands there that can only be two figures.
 */
export function hasLostDashes(text: string): boolean {
  const read = text.slice(0, READ_CHARS);
  const found = [...read.matchAll(ANYWHERE)].map(({ index, groups }) => ({
    first: groups?.['one'] ?? '',
    second: groups?.['other'],
    unit: groups?.['unit'],
    before: read.slice(Math.max(0, index - 40), index),
  }));
  return (
    found.every(({ second }) => second === undefined) &&
    found.some(
      ({ first, unit, before }) =>
        !OF_A_TIMER.test(before) &&
        unit === 'ms' &&
        /^\d+$/.test(first) &&
        Number(first) >= TOO_LONG_MS &&
        cutInTwo(first) !== undefined,
    )
  );
}

function durationOf(match: RegExpExecArray, dashesLost: boolean): Duration {
  const {
    about,
    most,
    least,
    one: written = '',
    unitOfOne: firstUnit,
    other: writtenSecond,
    unit,
  } = match.groups ?? {};
  const isOne =
    most === undefined && least === undefined && writtenSecond === undefined && unit === 'ms' && /^\d+$/.test(written);
  const cut = dashesLost && isOne ? cutInTwo(written) : undefined;
  const [one, other] = cut ?? [written, writtenSecond];
  const inMs = (digits: string, of = unit): number => valueOf(digits) * UNIT_MS[of as keyof typeof UNIT_MS];
  // "120–90 ms" is from 90 to 120.
  const isTurned = other !== undefined && inMs(one, firstUnit) > inMs(other);
  const [first, firstOf, second, secondOf] = isTurned ? [other, unit, one, firstUnit] : [one, firstUnit, other, unit];
  const low = inMs(first, firstOf);
  const high = second === undefined ? low : inMs(second, secondOf);
  if (most !== undefined) return { minMs: 0, maxMs: high, lowMs: 0, highMs: high };
  if (least !== undefined) return { minMs: low, maxMs: Infinity, lowMs: low, highMs: Infinity };
  const slack = (digits: string, ms: number, of = unit): number =>
    Math.max(roundingOf(digits) * UNIT_MS[of as keyof typeof UNIT_MS], about === undefined ? 0 : ABOUT * ms);
  return {
    minMs: low,
    maxMs: high,
    lowMs: Math.max(0, low - slack(first, low, firstOf)),
    highMs: high + slack(second ?? first, high, second === undefined ? firstOf : secondOf),
    ...(cut === undefined ? {} : { mended: true }),
  };
}

/** A longer cell is no figure. */
const CELL_CHARS = 200;
/** "5–15 ms", "<1 ms", "~40 ms" as a range in milliseconds; undefined when the cell is no duration. */
export function readDuration(text: string, dashesLost = false): Duration | undefined {
  const match = AT_START.exec(text.slice(0, CELL_CHARS).trim());
  return match === null ? undefined : durationOf(match, dashesLost);
}
/** All durations of a sentence, in its order. */
export const durationsIn = (text: string, dashesLost = false): FoundDuration[] =>
  [...text.matchAll(ANYWHERE)].map((match) => ({
    ...durationOf(match, dashesLost),
    text: match[0].trim(),
    index: match.index + (match[0].length - match[0].trimStart().length),
  }));
