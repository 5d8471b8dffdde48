/** What stands in a document beside its tables: paragraphs and list items as one line each, with their lines and heading. */

export interface ProseBlock {
  readonly text: string;
  readonly heading: string;
  /** Line of a character of `text`. */
  readonly lineAt: (index: number) => number;
  /** All prose of the section that stands before it: what it may refer to. */
  readonly before: string;
}
const FENCE = /^[\s>]*(```|~~~)/;
const HEADING = /^\s{0,3}#{1,6}\s(.*)$/;
const titleOf = (line: string): string | undefined => HEADING.exec(line)?.[1]?.trimEnd().replace(/#+$/, '').trim();
const ITEM = /^\s*(?:[-*+]|\d+[.)])\s+/;
/** Longer lines are data, not sentences. */
const LONGEST_LINE = 2_000;
/** So much of a section is remembered. */
const BEFORE_CHARS = 500;

const bare = (line: string): string =>
  line
    .replace(ITEM, '')
    .replaceAll(/<[^<>]{1,200}>/g, ' ')
    .replaceAll(/!?\[([^\][]{0,300})\]\([^()\s]{0,500}\)/g, '$1')
    .replaceAll(/[*`]+/g, '')
    .trim();

/** So much of a document's sentences is read: a book's chapter is shorter by far. */
export const READ_PROSE_CHARS = 256 * 1024;

/** @param lines  of the document */
export function readProse(lines: readonly string[]): ProseBlock[] {
  const blocks: ProseBlock[] = [];
  let [heading, before, inFence] = ['', '', ''];
  let open: { line: number; text: string }[] = [];
  const close = (): void => {
    if (open.length === 0) return;
    const parts = open;
    open = [];
    const text = parts.map((part) => part.text).join(' ');
    const lineAt = (index: number): number => {
      let [at, line] = [0, parts[0]?.line ?? 0];
      for (const part of parts) {
        if (at > index) break;
        line = part.line;
        at += part.text.length + 1;
      }
      return line;
    };
    blocks.push({ text, heading, lineAt, before });
    before = `${before} ${text}`.slice(-BEFORE_CHARS);
  };
  let used = 0;
  for (const [index, line] of lines.entries()) {
    used += line.length;
    if (used > READ_PROSE_CHARS) break;
    const fence = FENCE.exec(line)?.[1];
    if (fence !== undefined && (inFence === '' || inFence === fence)) {
      close();
      inFence = inFence === '' ? fence : '';
      continue;
    }
    const title = titleOf(line);
    const isNone =
      inFence !== '' || line.includes('|') || line.length > LONGEST_LINE || line.trim() === '' || line.includes('<!--');
    if (isNone || title !== undefined || ITEM.test(line)) close();
    if (title !== undefined && inFence === '') [heading, before] = [bare(title), ''];
    else if (!isNone) open.push({ line: index + 1, text: bare(line) });
  }
  close();
  return blocks;
}
