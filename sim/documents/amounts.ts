/** How many, and how long, as a sentence says it in plain text. */

/** "It works": at least this share of requests is right. */
export const WORKS_SHARE = 0.99;
/** "They fail", "they get a 521", without saying how many: at least this share. */
export const MOST_SHARE = 0.5;
/** "All fail", "every read returns 500": at least this share. */
export const ALL_SHARE = 0.95;

/** A share where one is said: "a third", "20 %". */
export type HowMany = 'all' | 'most' | 'some' | 'none' | number;

const NUMBERS = 'one two three four five six seven eight nine ten eleven twelve'.split(' ');
const NUMBER = String.raw`(\d{1,2}|${NUMBERS.join('|')})`;
/** "1/3", "two out of three", "1 of the 4". */
const RATIO = new RegExp(String.raw`\b${NUMBER} ?(?:\/|(?:of|in|out of)(?: the| every| each)?) ?${NUMBER}\b`);
const PARTS = ['half', 'third', 'quarter', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'];
/** "A third", "two thirds", "one sixth". */
const FRACTION = new RegExp(String.raw`\b(?:(an?|${NUMBERS.join('|')})[- ])(${PARTS.join('|')})s?\b`);
const HALF = /\bhalf\b|\bevery (?:other|second)\b/;
const numberOf = (said = ''): number => NUMBERS.indexOf(said) + 1 || Number(said) || 1;
function fractionIn(text: string): { readonly share: number; readonly words: RegExp } | undefined {
  const ratio = RATIO.exec(text);
  const [of, all] = [numberOf(ratio?.[1]), numberOf(ratio?.[2])];
  if (ratio !== null && of <= all) return { share: of / all, words: RATIO };
  const part = FRACTION.exec(text);
  if (part !== null) return { share: numberOf(part[1]) / (PARTS.indexOf(part[2] ?? '') + 2), words: FRACTION };
  return HALF.test(text) ? { share: 1 / 2, words: HALF } : undefined;
}
const WORDS: readonly (readonly [RegExp, Exclude<HowMany, number>])[] = [
  [/\b(?:nobody|no[ -]one|none|no|zero)\b/, 'none'],
  [
    /\b(?:some|a few|few|several|a handful|a (?:share|fraction|part) of|intermittent(?:ly)?|occasional(?:ly)?|sporadic(?:ally)?|sometimes|partial(?:ly)?)\b/,
    'some',
  ],
  [/\b(?:most|mostly|many|the majority|lots)\b/, 'most'],
  [/\b(?:all|every\w*|each|any|complete(?:ly)?|total(?:ly)?|full(?:y)?|entire(?:ly)?|whole|nothing)\b/, 'all'],
];

const PERCENT =
  /(?:(\d{1,3}(?:\.\d+)?) ?(?:%|percent)? ?(?:-|to|and) ?)?(\d{1,3}(?:\.\d+)?) ?(?:%|percent\b|per cent\b)/;

/** How many, and the words that say so; undefined where a sentence does not say: then most are meant. */
export function howMany(text: string): { readonly share: HowMany; readonly words: RegExp } | undefined {
  const percent = PERCENT.exec(text);
  const [from, to] = [Number(percent?.[1] ?? percent?.[2]), Number(percent?.[2])];
  // Of "20 to 40 %" the middle.
  const share = (from + to) / 200;
  if (share <= 1) return { share: share === 0 ? 'none' : share === 1 ? 'all' : share, words: PERCENT };
  const fraction = fractionIn(text);
  if (fraction !== undefined) return fraction;
  const found = WORDS.find(([words]) => words.test(text));
  return found && { words: found[0], share: found[1] };
}

const UNIT_MS: readonly (readonly [RegExp, number])[] = [
  [/^ms|^milli/, 1],
  [/^s/, 1_000],
  [/^m/, 60_000],
  [/^h/, 3_600_000],
];
const LASTS = new RegExp(
  String.raw`\b(?:for|within|in|lasting|takes?|after|under|less than|at most|up to)?(?: (?:up to|about|around|roughly|at most|less than|under))? ?[~<≤]? ?(?:\d+(?:[.,]\d+)? ?(?:-|to) ?)?(\d+(?:[.,]\d+)?|\b(?:${NUMBERS.join('|')})(?= [smh])) ?(ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hours?)\b`,
);
/** A time that something takes or lasts, the longer end of a range, and the words that say so. */
export function howLongMs(
  text: string,
  isOfRecovery = false,
): { readonly ms: number; readonly words: string } | undefined {
  const match = LASTS.exec(text);
  // Without a word before it a time says nothing: "500 ms slower" lasts no 500 ms.
  if (match === null) return undefined;
  if (!isOfRecovery && !/^(?:for|within|in|lasting|takes?|after|under|less|at most|up to|~|<|≤)/.test(match[0].trim()))
    return undefined;
  // A request that fails after 19 s waited so long; nothing lasts 19 s.
  if (!isOfRecovery && match[0].trim().startsWith('after')) return undefined;
  if (/^\s*(?:slower|longer|more|extra|added)\b/.test(text.slice(match.index + match[0].length))) return undefined;
  const factor = UNIT_MS.find(([unit]) => unit.test(match[2] ?? ''))?.[1] ?? 1;
  const spelt = NUMBERS.indexOf(match[1] ?? '') + 1;
  return { ms: (spelt > 0 ? spelt : Number(match[1]?.replace(',', '.'))) * factor, words: match[0] };
}
