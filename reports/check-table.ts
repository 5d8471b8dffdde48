/** The document's tables as they should read: `check.md` of a run, and the columns that --write fills between markers. */
import { TWIN_COLUMNS, type Checked, type CheckedFigure, type CheckedRow } from '../sim/scenario/checked.ts';
import { verdictWord } from './check.ts';
import { escapeMarkdown } from './inert.ts';

/** A sentence as it stands where it is right or open; what users saw where it is wrong. */
function corrected(row: CheckedRow, about: 'sees' | 'recovers'): string {
  const one = row.sentences.find((sentence) => sentence.about === about);
  if (one === undefined) return about === 'sees' ? row.sentence : row.recovery;
  return one.verdict === 'refuted' ? one.seen : one.sentence;
}
const line = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(' | ')} |`;

export function correctedDocument(checked: Checked): string {
  const tables = [...Map.groupBy(checked.rows, (row) => row.table)].map(([at, rows]) => [
    `Failure table at line ${at}:`,
    '',
    '| What fails | What users see | Recovery | Verdict |',
    '|---|---|---|---|',
    ...rows.map((row) =>
      line([row.layer, corrected(row, 'sees'), corrected(row, 'recovers'), verdictWord(row.verdict)]),
    ),
    '',
  ]);
  const wrong = checked.figures.filter((one) => one.verdict === 'refuted' || one.physics === 'impossible');
  const figures =
    wrong.length === 0
      ? []
      : [
          '| Line | Figure | Instead |',
          '|---|---|---|',
          ...wrong.map((one) => line([String(one.line), one.sentence, saysFigure(one)])),
          '',
        ];
  return `${[`# ${escapeMarkdown(checked.file)}, corrected`, '', ...tables.flat(), ...figures].join('\n').trimEnd()}\n`;
}
const saysFigure = (one: CheckedFigure): string =>
  [one.seen, one.floors ?? ''].filter((text) => text !== '').join('; ');

const MARKER = /<!--\s*twin:(begin|end)\s*-->/;
const DELIMITER = /^[\s>]*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;

/** A row's cells as written, and what stands around them, also where a list begins with it. A pipe after a backslash is text. */
function split(row: string): { lead: string; cells: string[] } {
  const before = DELIMITER.test(row) ? /^([\s>]*\|?)(.*)$/s : /^((?:[\s>]|[-*+]\s|\d{1,9}[.)]\s)*\|?)(.*)$/s;
  const [, lead = '', body = ''] = before.exec(row) ?? [];
  return { lead, cells: body.replace(/(?<!\\)\|\s*$/, '').split(/(?<!\\)\|/) };
}
/** The row with our two cells put in the place of the columns that bear our titles, or behind its last. */
function withCells(row: string, { columns, isFilled }: Own, values: readonly [string, string], gap = ' '): string {
  const { lead, cells } = split(row);
  // What stands behind the last title is nobody's column, and stays.
  const beyond = cells.slice(columns + (isFilled ? values.length : 0)).map((cell) => `${cell}|`);
  const missing = Array.from({ length: Math.max(0, columns - cells.length) }, () => gap || '---');
  const own = [...cells.slice(0, columns), ...missing].join('|');
  const end = own.endsWith(' ') ? '' : gap;
  return `${lead}${own}${end}|${values.map((value) => `${gap}${value}${gap}`).join('|')}|${beyond.join('')}`;
}
/** Columns of a table that are the document's own, and whether ours stand behind them already. */
interface Own {
  readonly columns: number;
  readonly isFilled: boolean;
}
function ownColumns(header: string): Own {
  const titles = split(header).cells.map((cell) => cell.trim());
  const at = titles.findIndex((title, index) => title === TWIN_COLUMNS[0] && titles[index + 1] === TWIN_COLUMNS[1]);
  return at < 0 ? { columns: titles.length, isFilled: false } : { columns: at, isFilled: true };
}

/** What a line of a table is told: verdict and what was seen; a dash where nothing is to say. */
function valuesAt(checked: Checked, at: number): [string, string] {
  const row = checked.rows.find((one) => one.line === at);
  if (row !== undefined)
    return [verdictWord(row.verdict), escapeMarkdown(row.seen === '' ? (row.because ?? '') : row.seen)];
  // Of several on a line the worst is told.
  const figures = checked.figures.filter((one) => one.line === at);
  const figure =
    figures.find((one) => one.physics === 'impossible') ??
    figures.find((one) => one.verdict === 'refuted') ??
    figures.find((one) => one.verdict !== 'confirmed') ??
    figures[0];
  if (figure === undefined) return ['–', '–'];
  const word = figure.physics === 'impossible' ? 'IMPOSSIBLE' : verdictWord(figure.verdict);
  return [word, escapeMarkdown(saysFigure(figure)) || '–'];
}

/**
 * The document with two columns more in each judged table between `<!-- twin:begin -->` and `<!-- twin:end -->`; what is
 * there of them is replaced, every other byte stays. undefined where there is no pair of markers.
 */
export function filledIn(document: string, checked: Checked): string | undefined {
  const parts = document.split(/(\r\n|\n|\r)/);
  const isJudged = new Set([...checked.rows.map((row) => row.table), ...checked.figures.map((one) => one.table ?? 0)]);
  let [isInside, pairs] = [false, 0];
  let own: Own | undefined;
  for (let index = 0; index < parts.length; index += 2) {
    const text = parts[index] ?? '';
    const at = index / 2 + 1;
    const marker = MARKER.exec(text)?.[1];
    if (marker !== undefined) {
      if (marker === 'end' && isInside) pairs++;
      isInside = marker === 'begin';
      own = undefined;
    } else if (/<!--\s*twin:/.test(text) && !text.includes('|')) continue;
    else if (!isInside || !text.includes('|')) own = undefined;
    else if (isJudged.has(at)) {
      own = ownColumns(text);
      parts[index] = withCells(text, own, TWIN_COLUMNS);
    } else if (own !== undefined)
      parts[index] = DELIMITER.test(text)
        ? withCells(text, own, ['---', '---'], '')
        : withCells(text, own, valuesAt(checked, at));
  }
  return pairs === 0 ? undefined : parts.join('');
}
