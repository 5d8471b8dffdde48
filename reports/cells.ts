/** Text in columns of a terminal: measured in cells, cut or folded on purpose, so that the terminal never wraps by itself. */
import { glue } from './figures.ts';

/** Made when it is first needed: that takes ten milliseconds. */
let segmenter: Intl.Segmenter | undefined;
/** East Asian wide characters and pictures take two cells (the wide ranges of Unicode's EastAsianWidth). */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;
/** Most texts are of this kind, and need no segmenter. */
const PRINTABLE_ASCII = /^[ -~]*$/;
const MARK = /^\p{M}+$/u;

function graphemes(text: string): string[] {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return [...segmenter.segment(text)].map((one) => one.segment);
}
const cellsOf = (grapheme: string): number => (MARK.test(grapheme) ? 0 : WIDE.test(grapheme) ? 2 : 1);
/** How many cells of a terminal a line takes; it must hold no control characters (inert.ts). */
export const width = (text: string): number =>
  PRINTABLE_ASCII.test(text) ? text.length : graphemes(text).reduce((sum, one) => sum + cellsOf(one), 0);

/** Fills with blanks up to `cells`; a longer text stays as it is. */
export const pad = (text: string, cells: number): string => text + ' '.repeat(Math.max(0, cells - width(text)));

/** Rows as lines, each column as wide as its widest cell. */
export const columns = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => width(row[index] ?? ''))));
  const line = (row: readonly string[]): string => row.map((cell, index) => pad(cell, widths[index] ?? 0)).join('  ');
  return rows.map((row) => line(row).trimEnd()).join('\n');
};

/** Cuts to `cells`; an ellipsis says that something is missing. */
export function cut(text: string, cells: number): string {
  if (width(text) <= cells) return text;
  let kept = '';
  let used = 0;
  for (const one of graphemes(text)) {
    used += cellsOf(one);
    if (used > cells - 1) break;
    kept += one;
  }
  return `${kept}…`;
}

/** A word longer than a line is broken in it; nothing is lost. */
function pieces(word: string, cells: number): string[] {
  if (width(word) <= cells) return [word];
  const parts: string[] = [];
  let part = '';
  let used = 0;
  for (const one of graphemes(word)) {
    if (part !== '' && used + cellsOf(one) > cells) {
      parts.push(part);
      part = '';
      used = 0;
    }
    part += one;
    used += cellsOf(one);
  }
  return [...parts, part];
}

/** Folds at blanks into lines of at most `cells`. An empty text is one empty line. */
export function fold(text: string, cells: number): string[] {
  const lines = [''];
  for (const word of glue(text)
    .split(' ')
    .flatMap((one) => pieces(one, Math.max(2, cells)))) {
    const last = lines.at(-1) ?? '';
    const joined = last === '' ? word : `${last} ${word}`;
    if (last !== '' && width(joined) > cells) lines.push(word);
    else lines[lines.length - 1] = joined;
  }
  return lines.map((line) => line.replaceAll('\u00A0', ' '));
}
