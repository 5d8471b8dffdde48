/** How many, and how long, as a sentence says it in plain text. */
import { valueOf } from './digits.ts';

/** "It works": at least this share of requests is right. */
export const WORKS_SHARE = 0.99;
/** "They fail", "they get a 521", without saying how many: at least this share. */
export const MOST_SHARE = 0.5;
/** "All fail", "every read returns 500": at least this share. */
export const ALL_SHARE = 0.95;

/** A share where one is said, in its bounds: "a third" is said of anything from half of it to half as much again. */
export type HowMany = 'all' | 'most' | 'some' | 'none' | { readonly min?: number; readonly max?: number };

const NUMBERS = 'one two three four five six seven eight nine ten eleven twelve'.split(' ');
const UNIT = '(?:ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hours?)';
/** "In 10 s" tells a time. */
const NO_TIME = String.raw`(?! ?${UNIT}\b)`;
const DIGITS_OF_COUNT = String.raw`\d{1,3}(?:,\d{3})+|\d{1,6}`;
const NUMBER = String.raw`(?<![\d.,])\b(${DIGITS_OF_COUNT}|${NUMBERS.join('|')})\b(?![.,]?\d)`;
/** "One request in ten". */
export const ONE_IN = new RegExp(
  String.raw`\b(${DIGITS_OF_COUNT}|an?|one|two|three) requests? (?:in|out of) (?:every )?(${DIGITS_OF_COUNT}|two|three|four|five|six|seven|eight|nine|ten)\b(?![.,]?\d)${NO_TIME}`,
  'gu',
);
/** "1 in 100", also where it is no share: "41 of 7". */
export const COUNT_OF_COUNT = `(?:${DIGITS_OF_COUNT}) (?:in|of|out of) (?:${DIGITS_OF_COUNT})`;
/** "1/3", "two out of three", "1 of the 4"; "80/443" are two ports, and "5 in 10 s" no share. */
const RATIO = new RegExp(
  String.raw`${NUMBER} ?(?:\/(?! ?\d{3})|(?:of|in|out of)(?: the| every| each)?) ?${NUMBER}${NO_TIME}`,
);
const PARTS = ['half', 'third', 'quarter', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'];
/** "A third", "two thirds", "one sixth". */
const FRACTION = new RegExp(String.raw`\b(?:(an?|${NUMBERS.join('|')})[- ])(${PARTS.join('|')})s?\b`);
const HALF = /\bhalf\b|\bevery (?:other|second)\b/;
const numberOf = (said = '1'): number => {
  const spelt = NUMBERS.indexOf(said);
  return spelt >= 0 ? spelt + 1 : valueOf(said);
};
/** "A" third is one. */
const partsOf = (said = ''): number => (/^an?$/.test(said) ? 1 : numberOf(said));
function fractionIn(text: string): { readonly share: number; readonly words: RegExp } | undefined {
  const ratio = RATIO.exec(text);
  const [of, all] = [numberOf(ratio?.[1]), numberOf(ratio?.[2])];
  if (ratio !== null && of <= all && all > 0) return { share: of / all, words: RATIO };
  const part = FRACTION.exec(text);
  if (part !== null) return { share: partsOf(part[1]) / (PARTS.indexOf(part[2] ?? '') + 2), words: FRACTION };
  return HALF.test(text) ? { share: 1 / 2, words: HALF } : undefined;
}
/** Stands where words were read already. */
export const READ = '◦';
/** Whom "no" is said of: "no healthy backend" says nothing of how many. */
const COUNTED = String.raw`(?:(?:failed|more|further) )?(?:requests?|users?|customers?|clients?|errors?(?! (?:page|message|code))|failures?|[45]xx|[45]\d\d)`;
const WORDS: readonly (readonly [RegExp, Exclude<HowMany, object>])[] = [
  [
    new RegExp(
      String.raw`\b(?:nobody|no[ -]one|none)\b|\bnothing(?= +(?:\w+ +){0,2}${READ})|\b(?:no|zero|0)(?= +(?:visible |user |http |failed |more )?(?:${COUNTED}\b|${READ}))`,
    ),
    'none',
  ],
  [
    /\b(?:some|a few|few|several|a handful|a (?:share|fraction|part) of|intermittent(?:ly)?|occasional(?:ly)?|sporadic(?:ally)?|sometimes|partial(?:ly)?)\b/,
    'some',
  ],
  [/\b(?:most|mostly|many|the majority|lots)\b/, 'most'],
  [/\b(?:all|every\w*|each|any|complete(?:ly)?|total(?:ly)?|entire(?:ly)?|whole)\b|\bfull(?:y)? (?!of\b)/, 'all'],
];

const DIGITS = String.raw`(\d{1,3}(?:[.,]\d+)?)`;
/** Of requests or of users; "90 % full" is a share of something else. */
const PERCENT = new RegExp(
  String.raw`(?:${DIGITS} ?(?:%|percent)? ?(?:-|to|and) ?)?${DIGITS} ?(?:%|percent\b|per cent\b)(?! (?:full|cpu|load|memory|slower|faster|used|busy)\b)`,
);
const MOST_SAID =
  /\b(?:up to|at most|at worst|(?:no|never) more than|less than|fewer than|under|below|not even|max(?:imum)?(?: of)?)(?: (?:about|around))?[ <]*$|[<≤] ?$/;
const LEAST_SAID = /\b(?:more than|at least|over|above|no less than)(?: (?:about|around))?[ >]*$|[>≥] ?$/;
/** What a figure bounds, by what stands before it. */
function boundsOf(
  text: string,
  found: { readonly share: number; readonly words: RegExp },
): { readonly share: HowMany; readonly words: string } {
  const match = found.words.exec(text);
  const before = text.slice(0, match?.index ?? 0);
  const [most, least] = [MOST_SAID.exec(before)?.[0], LEAST_SAID.exec(before)?.[0]];
  const words = (most ?? least ?? '') + (match?.[0] ?? '');
  if (most !== undefined) return { share: { max: found.share }, words };
  if (least !== undefined) return { share: { min: found.share }, words };
  if (found.share === 0 || found.share === 1) return { share: found.share === 0 ? 'none' : 'all', words };
  return { share: { min: found.share / 2, max: Math.min(1, found.share * 1.5) }, words };
}

/** "150 % of requests", "1 of 0": nobody knows how many are meant. */
export function isNoShare(text: string): boolean {
  const percent = PERCENT.exec(text);
  const ratio = RATIO.exec(text);
  return (
    (percent !== null && valueOf(percent[2] ?? '') > 100) ||
    (ratio !== null && (numberOf(ratio[2]) === 0 || numberOf(ratio[1]) > numberOf(ratio[2])) && /\bof\b/.test(text))
  );
}

/** 99.9 / 100 is 0.9990000000000001, and 999 of 1,000 would be too few. */
const DIGITS_KEPT = 12;
/** How many, and the words that say so; undefined where a sentence does not say: then most are meant. */
export function howMany(text: string): { readonly share: HowMany; readonly words: RegExp | string } | undefined {
  const percent = PERCENT.exec(text);
  const [from, to] = [percent?.[1] ?? percent?.[2], percent?.[2]].map((one = 'none') => valueOf(one));
  // Of "20 to 40 %" the middle.
  const share = Number((((from ?? NaN) + (to ?? NaN)) / 200).toPrecision(DIGITS_KEPT));
  if (share <= 1) return boundsOf(text, { share, words: PERCENT });
  const fraction = fractionIn(text);
  if (fraction !== undefined) return boundsOf(text, fraction);
  const found = WORDS.find(([words]) => words.test(text));
  return found && { words: found[0], share: found[1] };
}

const OF_WHAT = '(?: (?:the|its|our|their|queued|pending|ever|users?|customers?|clients?))*';
const NEXT_TO = new RegExp(`#(?: of(?: \\w+){0,2})?${OF_WHAT} ?${READ}|${READ} ?:?(?: (?:for|by|to|at|in|of))? ?#`);
/** As `howMany` of what stands next to words that were found, as "none of the jobs ◦", "data loss: none"; what stands elsewhere is of others. */
export function howManyNextTo(before: string, behind: string): ReturnType<typeof howMany> {
  const [own, more] = [before.split(/\b(?:and|or)\b/).at(-1) ?? '', behind.split(/\b(?:and|or)\b/)[0] ?? ''];
  const text = `${own}${READ}${more}`;
  const many = howMany(text);
  return many !== undefined && NEXT_TO.test(text.replace(many.words, '#')) ? many : undefined;
}

/** "3 requests", "a dozen more users"; "10 s users" tells a time, and "1016 errors" one of the edge's own codes. */
const COUNT = new RegExp(
  String.raw`(?<![\d.,]|[a-z]/)\b(?!10(?:01|16|33) )(?:\d|(?:${NUMBERS.join('|')}|dozens?|hundreds?|thousands?)\b)[\d.,]*(?: (?:or so|more|further|other|http|user|client|of|our|the|\w+(?:al|ed|ent|ing|ive|ous)))* (?:requests?|users?|customers?|clients?|visitors?|errors?|failures?)\b`,
);
/** Whether a text counts requests and does not say of how many: nobody knows which share that is. */
export const isCountAlone = (text: string): boolean => COUNT.test(text) && howMany(text) === undefined;

const UNIT_MS: readonly (readonly [RegExp, number])[] = [
  [/^ms|^milli/, 1],
  [/^s/, 1_000],
  [/^m/, 60_000],
  [/^h/, 3_600_000],
];
const FIGURE = String.raw`(?:\d{1,3}(?:,\d{3}){1,4}|\d{1,12}(?:[.,]\d{1,6})?)`;
const LASTS = new RegExp(
  String.raw`\b(?:for|within|in|lasting|takes?|after|under|less than|at most|up to)?(?: (?:up to|about|around|roughly|at most|less than|under))? ?[~<≤]? ?(?:${FIGURE} ?${UNIT}? ?(?:-|to) ?)?(${FIGURE}|\b(?:${NUMBERS.join('|')})(?= [smh])) ?(${UNIT})\b`,
);
const RANGE = new RegExp(`(${FIGURE}) ?(?:-|to) ?\\d`);
/** "More than 5 min", ">5 min" bound it from below; "1 h 30 min" and "30 s + 60 s" are two times. */
const NO_END =
  /(?:\b(?:more than|over|at least|longer than|from|every|each)|[>≥+:]|(?<![\d\p{L}] ?)-) ?(?:about |around )?$/u;
/** How long one request waits, not how long requests fail. */
const WAITS = /\b(?:hangs?|hanging|tim(?:es?|ed|ing)[ -]?outs?|waits?|waiting|per request|fails? fast)\b/;
/** "5 min or more", "30 s+": nobody knows how long. */
const OR_MORE = /^ ?(?:\+|or (?:more|longer)\b)/;
/** "1 min 30 s" is one time. */
const AND_SECONDS = /^ ?(?:and )?(\d{1,2}) ?(?:s|secs?|seconds?)\b/;
/** How slow it is, not how long that lasts. */
const OF_SLOWNESS = /\b(?:slow(?:er|ly|ness)?|latency|latencies)\b/;
/** "502s for 3 s": several answers, not as many seconds. */
const CODES = /(?<!\bfor )\b[45]\d\ds\b/g;
/** "Fails for 30 s or longer". */
export const isOpenEnded = (text: string): boolean => {
  const match = LASTS.exec(text);
  return match !== null && OR_MORE.test(text.slice(match.index + match[0].length));
};
/** A time that something takes or lasts, the longer end of a range, and the words that say so. */
export function howLongMs(
  text: string,
  isOfRecovery = false,
): { readonly ms: number; readonly words: string } | undefined {
  const timed = text.replaceAll(CODES, ' ');
  const match = LASTS.exec(timed);
  if (match === null) return undefined;
  const [said, rest] = [match[0].trim(), timed.slice(match.index + match[0].length)];
  if (OR_MORE.test(rest)) return undefined;
  if (isOfRecovery) {
    if (NO_END.test(timed.slice(0, match.index)) || LASTS.test(/^[^;.]*/.exec(rest)?.[0] ?? '')) return undefined;
  } else {
    // Without a word before it a time says nothing: "500 ms slower" lasts no 500 ms.
    if (!/^(?:for|lasting|up to|~|<|≤)/.test(said) || WAITS.test(text)) return undefined;
    if (OF_SLOWNESS.test(text) && !said.startsWith('for')) return undefined;
    if (/^\s*(?:slower|longer|more|extra|added)\b/.test(rest)) return undefined;
  }
  const factor = UNIT_MS.find(([unit]) => unit.test(match[2] ?? ''))?.[1] ?? 1;
  const spelt = NUMBERS.indexOf(match[1] ?? '') + 1;
  // "10-5 min": the longer end, whichever stands first.
  const [, first = '0'] = RANGE.exec(said) ?? [];
  const value = spelt > 0 ? spelt : Math.max(valueOf(match[1] ?? ''), valueOf(first));
  const [more = '', seconds = '0'] = (isOfRecovery ? null : AND_SECONDS.exec(rest)) ?? [];
  return { ms: value * factor + Number(seconds) * 1_000, words: match[0] + more };
}
