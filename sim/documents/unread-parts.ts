/** Parts of a sentence of which nothing was read, where something was read of the others: they are claims too, and nobody judges them. */
import { plainText } from './plain-text.ts';
import { BETWEEN, REASON, type Reading } from './readings.ts';
import { wordsLeft } from './words-left.ts';

/** A single word is an aside: "(AOF)", "Everyone." */
const LEAST_WORDS = 2;
/** What only the logs show, users do not see; and why it is so can not be measured: "for UFW lets anybody in", unlike "for 40 s". */
const ASIDE =
  /\bin (?:our|the|their|my) (?:own )?logs?\b|^ ?for\b(?!.*\b(?:\d+ ?(?:ms|s|m|min|h)|moments?|while|seconds?|minutes?|hours?|days?)\b)/u;

/** With the document's own capitals, where the text has them. */
function asWritten(part: string, sentence: string): string {
  const at = sentence.toLowerCase().indexOf(part);
  return at < 0 ? part : sentence.slice(at, at + part.length);
}

/** Each as the document has it, without its marks. None where nothing was read at all: then the whole is told as unread. */
export function unreadParts(sentence: string, { predicates, unread }: Reading): string[] {
  if (predicates.length === 0) return [];
  return plainText(sentence)
    .split(BETWEEN)
    .map((part) => part.trim())
    .filter((part) => {
      const words = wordsLeft(part);
      const isUnread = words.length >= LEAST_WORDS && words.every((word) => unread.includes(word));
      return isUnread && !REASON.test(part) && !ASIDE.test(part);
    })
    .map((part) => asWritten(part, sentence));
}
