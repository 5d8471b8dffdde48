/** `twin check` in a terminal: a line a sentence, a figure, a sum, in the order of the document; then one head line. */
import { duration, fine } from '../sim/scenario/phrases.ts';
import {
  checkExitOf,
  totalsOf,
  type Checked,
  type CheckedFigure,
  type CheckedRow,
  type CheckedSum,
  type CheckVerdict,
} from '../sim/scenario/checked.ts';
import { fold, pad, width } from './cells.ts';
import { plain } from './inert.ts';
import { columnsOf, painter, type Style, type TerminalOptions } from './terminal.ts';

const VERDICT_WORDS: Readonly<Record<CheckVerdict, string>> = {
  confirmed: 'right',
  refuted: 'WRONG',
  inconclusive: 'not proven',
  'not-judged': 'not judged',
  'not-played': 'not played',
  planned: 'to be played',
};
const STYLES: Readonly<Record<string, Style>> = {
  WRONG: 'yellow',
  IMPOSSIBLE: 'yellow',
  right: 'dim',
  possible: 'dim',
};
export const verdictWord = (verdict: CheckVerdict): string => VERDICT_WORDS[verdict];

/** Line, what the document says, what is to say to it, verdict. */
interface Told {
  readonly line: number;
  readonly said: string;
  readonly told: string;
  readonly word: string;
}
const readAs = (reading: readonly string[]): string[] =>
  reading.length === 0 ? [] : [`read as: ${reading.join(', ')}`];

function ofRow(row: CheckedRow): Told[] {
  const { line, layer, scenario, variants } = row;
  if (row.verdict === 'not-played')
    return [{ line, said: `"${layer} | ${row.sentence}"`, told: row.because ?? '', word: verdictWord(row.verdict) }];
  return row.sentences.map((one) => {
    const by = `${scenario ?? ''}${variants === undefined ? '' : ` (${variants.join(', ')})`}, confidence ${row.confidence}`;
    const told = [
      ...(one.verdict === 'planned' ? [by] : []),
      ...(one.because === undefined ? [] : [one.because]),
      ...readAs(one.reading),
      ...(one.seen === '' || one.seen === one.because ? [] : [`seen: ${one.seen}`]),
    ];
    const said = one.about === 'sees' ? `"${layer} | ${one.sentence}"` : `… recovery "${one.sentence}"`;
    return { line, said, told: told.join('. '), word: verdictWord(one.verdict) };
  });
}
function wordOfFigure({ physics, scenario, verdict }: CheckedFigure): string {
  if (physics === 'impossible') return 'IMPOSSIBLE';
  return scenario === undefined && physics !== undefined ? physics : verdictWord(verdict);
}
function ofFigure(figure: CheckedFigure): Told {
  const { line, sentence, minMs, maxMs, mended, reading, floors, seen, because } = figure;
  const told = [
    ...(mended === undefined ? [] : [`its dash is lost, read as ${minMs}–${maxMs ?? ''} ms`]),
    ...(because === undefined ? [] : [because]),
    ...(reading.length === 0 ? [] : [`read as: ${reading.join(', or ')}`]),
    ...(seen === '' ? [] : [`seen: ${seen}`]),
    ...(floors === undefined || seen.includes('light in vacuum') ? [] : [floors]),
  ];
  return { line, said: `"${sentence}"`, told: told.join('. '), word: wordOfFigure(figure) };
}
const range = ([least, most]: readonly [number, number]): string =>
  `${least === most ? '' : `${Number(least.toFixed(1))}–`}${most < 1_000 ? fine(most) : duration(most)}`;
function ofSum({ line, sentence, rows, of, forwardMs, thereAndBackMs, fits }: CheckedSum): Told {
  // Where each figure is of what is asked and answered, there is no other way to add them.
  const isOne = forwardMs.every((ms, index) => ms === thereAndBackMs[index]);
  const both = isOne ? '' : ` one way${fits === 'one way' ? '' : `, there and back ${range(thereAndBackMs)}`}`;
  return {
    line,
    said: `"${sentence}"`,
    told: `the ${rows} figures of its ${of} add up to ${range(forwardMs)}${both}`,
    word: fits === 'neither' ? 'WRONG' : `adds up`,
  };
}

/** "3 right, 1 wrong, 1 impossible, 2 not judged, 1 not played." */
export function checkSentence(checked: Checked): string {
  const { right, wrong, impossible, notJudged, notPlayed } = totalsOf(checked);
  const parts: readonly (readonly [number, string])[] = [
    [right, 'right'],
    [wrong, 'wrong'],
    [impossible, 'impossible'],
    [notJudged, 'not judged'],
    [notPlayed, 'not played'],
  ];
  const told = parts.flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`]));
  if (checked.rows.length + checked.figures.length + checked.sums.length > 0) return `${told.join(', ')}.`;
  const tables = checked.tables === 0 ? 'it has no table' : `none of its ${checked.tables} tables is one`;
  return `nothing to judge in ${plain(checked.file)}: no failure table (${tables}), no latency figure.`;
}
/** What would be played, and what not. */
function planSentence({ rows, figures, file, tables, sums }: Checked): string {
  const played = rows.filter((row) => row.verdict === 'planned');
  const scenarios = new Set(
    [...played, ...figures.filter((one) => one.verdict === 'planned')].map((one) => one.scenario),
  );
  if (rows.length + figures.length + sums.length === 0)
    return checkSentence({ version: 1, file, topology: '', tables, rows, figures, sums, notes: [] });
  return `${played.length} of ${rows.length} rows and ${figures.filter((one) => one.verdict === 'planned').length} of ${figures.length} figures would be played, by ${[...scenarios].join(', ') || 'nothing'}. nothing was played.`;
}

export function renderCheck(checked: Checked, stream: TerminalOptions['stream'], isPlan: boolean): string {
  const paint = painter(stream);
  const told = [...checked.rows.flatMap(ofRow), ...checked.figures.map(ofFigure), ...checked.sums.map(ofSum)].toSorted(
    (a, b) => a.line - b.line,
  );
  const columns = columnsOf(stream);
  const first = Math.max(0, ...told.map((one) => `line ${one.line}`.length));
  const last = Math.max(0, ...told.map((one) => one.word.length));
  const left = columns - first - last - 6;
  const said = Math.min(Math.floor(left * 0.42), Math.max(0, ...told.map((one) => width(plain(one.said)))));
  const lines = told.flatMap((one) => {
    const cells = [fold(plain(one.said), said), fold(plain(one.told), left - said)] as const;
    return Array.from({ length: Math.max(cells[0].length, cells[1].length) }, (_, index) => {
      const word = index === 0 ? paint(STYLES[one.word] ?? 'reset', one.word) : '';
      return `${pad(index === 0 ? `line ${one.line}` : '', first)}  ${pad(cells[0][index] ?? '', said)}  ${pad(cells[1][index] ?? '', left - said)}  ${word}`.trimEnd();
    });
  });
  const notes = checked.notes.map((note) => `note: ${plain(note)}`);
  const end = isPlan
    ? planSentence(checked)
    : `${checkSentence(checked)} (exit ${checkExitOf(checked)}; what exit codes mean: npx twin help exit)`;
  return `${[...lines, ...notes, end].join('\n')}\n`;
}

/** check.json: the check as it is, with its totals and exit code. */
export const renderCheckJson = (checked: Checked): string =>
  `${JSON.stringify({ ...checked, totals: totalsOf(checked), exitCode: checkExitOf(checked) }, undefined, 2)}\n`;
