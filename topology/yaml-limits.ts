/** What no topology is: a file of megabytes, or one nested so deep that a parser would take minutes for it. Told before it is parsed. */

/** A cluster of a hundred workloads takes a tenth of this. */
export const LARGEST_CHARS = 512 * 1024;
/** A topology has five levels. */
export const DEEPEST = 50;

export interface Excess {
  /** Offset in the text. */
  readonly at: number;
  readonly message: string;
}
const deep = (at: number): Excess => ({ at, message: `nested deeper than ${DEEPEST} levels` });

/** Brackets in each other, whatever quotes they stand in: a text with fifty that stay open is no topology either way. */
function tooManyBrackets(text: string): Excess | undefined {
  let open = 0;
  for (let at = 0; at < text.length; at++) {
    const one = text[at];
    if (one === '[' || one === '{') open++;
    else if ((one === ']' || one === '}') && open > 0) open--;
    if (open > DEEPEST) return deep(at);
  }
  return undefined;
}
/** Lines that stand further in than those above them, and lists begun in one line: "- - -". */
function tooManyIndents(text: string): Excess | undefined {
  const indents: number[] = [];
  let at = 0;
  for (const line of text.split('\n')) {
    const [lead = ''] = /^(?: |- )*/.exec(line) ?? [];
    if (line.trim() !== '') {
      while ((indents.at(-1) ?? -1) >= lead.length) indents.pop();
      indents.push(lead.length);
      if (indents.length + (lead.split('- ').length - 1) > DEEPEST) return deep(at);
    }
    at += line.length + 1;
  }
  return undefined;
}

/** Why a text is not parsed at all; undefined where it may be. */
export function excessOf(text: string): Excess | undefined {
  if (text.length > LARGEST_CHARS)
    return {
      at: 0,
      message: `${text.length.toLocaleString('en-US')} characters: a topology has at most ${LARGEST_CHARS.toLocaleString('en-US')}`,
    };
  return tooManyBrackets(text) ?? tooManyIndents(text);
}
