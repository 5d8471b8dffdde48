/** Which columns of a table say what fails, what users see and how it ends: by their titles, and by what stands below them. */
import { TWIN_COLUMNS } from '../scenario/checked.ts';
import { howLongMs } from './amounts.ts';
import { COLUMN_TITLES, HISTORY, OF_FAILURES } from './column-titles.ts';
import { aboutOf, type About, type Lexicon } from './concepts.ts';
import { inEnglish } from './languages.ts';
import type { DocumentTable, TableRow } from './markdown.ts';
import { plainText } from './plain-text.ts';
import { readSentence } from './readings.ts';

export interface Columns {
  /** What fails: one column, or that of the part and that of the way in which it fails. */
  readonly layer: readonly [number] | readonly [number, number];
  readonly sees: number;
  /** -1 where there is none. */
  readonly recovers: number;
  /** How long until then, in a column beside that; -1 where there is none. */
  readonly lasts: number;
}

/** The column whose title fits the earliest of these patterns. */
function columnOf(header: readonly string[], patterns: readonly RegExp[], taken: readonly number[]): number {
  for (const pattern of patterns) {
    const found = header.findIndex((title, index) => !taken.includes(index) && pattern.test(title));
    if (found >= 0) return found;
  }
  return -1;
}

const namesPart = ({ parts, others }: About): boolean => parts.size + others.size > 0;
const saysHow = ({ ways }: About): boolean => ways.size > 0;
const isWhole = (one: About): boolean => namesPart(one) && saysHow(one);

/** The column that brings what the first one lacks, in most rows: "Redis" and "hangs". The part stands first. */
function halvesOf({ header, rows }: DocumentTable, first: number, taken: readonly number[], lexicon: Lexicon) {
  const titles = [...COLUMN_TITLES.layer, ...COLUMN_TITLES.half];
  const isTitled = (index: number): boolean => titles.some((title) => title.test(header[index] ?? ''));
  const candidates = [...header.keys()].filter((index) => index !== first && !taken.includes(index));
  const aboutAll = (index: number): About[] => rows.map((row) => aboutOf(row.cells[index] ?? '', lexicon));
  const own = aboutAll(first);
  const [best] = candidates
    .map((index) => ({ index, about: aboutAll(index) }))
    .map(({ index, about }) => ({
      index,
      about,
      brings: own.filter((mine, row) => {
        const other = about[row];
        return other !== undefined && !isWhole(mine) && (saysHow(mine) ? namesPart(other) : saysHow(other));
      }).length,
    }))
    .filter(({ index, brings }) => brings > (isTitled(index) ? 0 : Math.max(SHOWN_BY.least - 1, rows.length / 2)))
    .toSorted((a, b) => b.brings - a.brings);
  if (best === undefined) return [first] as const;
  const partsMore = (about: readonly About[]): number => about.filter(namesPart).length - about.filter(saysHow).length;
  return partsMore(own) >= partsMore(best.about) ? ([first, best.index] as const) : ([best.index, first] as const);
}

/** Whether a cell says how long something takes. */
export const isTime = (cell: string): boolean => howLongMs(plainText(inEnglish(cell)), true) !== undefined;
/** Whether a cell says what is done, or that nothing has to be; a time alone says neither. */
function isAct(cell: string): boolean {
  const lasts = howLongMs(plainText(inEnglish(cell)), true);
  return isRead('recovers')(plainText(inEnglish(cell)).replace(lasts?.words ?? /$^/, ' '));
}
const isRead =
  (about: 'sees' | 'recovers') =>
  (cell: string): boolean =>
    readSentence(cell, about).predicates.length > 0;
/** A longer cell that holds a time tells a story. */
const TIME_CHARS = 24;

/** So many rows show what a column is of; fewer show nothing, and only titles count. */
const SHOWN_BY = { least: 3, most: 12 } as const;
/** Titles of what is shown, timed or noticed for another reason. */
const OTHER_TITLES =
  /\b(?:alerts?|alarm|pages?|notif\w*|targets?|objectives?|tickets?|before|after|was|now|expected|actual|options?|detect\w*|gives? up|time-?outs?|retr\w+|intervals?|last|rpo|sl[aoi])\b/iu;
/** The column of most cells of a kind, when these are more than half of it, and no other column has as many. */
function shownBy(
  { header, rows }: DocumentTable,
  taken: readonly number[],
  isOfKind: (cell: string) => boolean,
): number {
  const shown = rows.slice(0, SHOWN_BY.most);
  if (shown.length < SHOWN_BY.least) return -1;
  const [best, second] = [...header.keys()]
    .filter((index) => !taken.includes(index) && !OTHER_TITLES.test(header[index] ?? ''))
    .map((index) => ({ index, count: shown.filter(({ cells }) => isOfKind(cells[index] ?? '')).length }))
    .toSorted((a, b) => b.count - a.count);
  if (best === undefined || best.count * 2 <= shown.length || best.count === second?.count) return -1;
  return best.index;
}
const RATING =
  /^(?:(?:very )?(?:high|medium|low)|critical|severe|major|moderate|minor|hoch|mittel|niedrig|gering|alto|medio|bajo|élevée?|moyen(?:ne)?|faible|[ps]?[0-5]|sev-?\d|[a-f])?$/iu;
/** "Impact: high" is a grade, nothing that anybody saw. */
const gradesOf = ({ header, rows }: DocumentTable): number[] =>
  [...header.keys()].filter((index) => rows.every(({ cells }) => RATING.test(cells[index]?.trim() ?? '')));

/** Those that --write has added: what stands there is not the document's. */
const oursIn = ({ header }: DocumentTable): number[] =>
  [...header.keys()].filter((index) => TWIN_COLUMNS.some((title) => title === header[index]));

/** The columns of a failure table, or undefined when it has not both of what fails and what users see. */
export function columnsOf(table: DocumentTable, lexicon: Lexicon): Columns | undefined {
  const { header } = table;
  if (HISTORY.test(header[0] ?? '')) return undefined;
  const ours = oursIn(table);
  const leftOut = [...gradesOf(table), ...ours];
  // A title that says "users see" is that column, whatever other words it holds; a weaker one leaves the layer its title.
  const sure = columnOf(header, COLUMN_TITLES.sees.slice(0, 2), leftOut);
  const titled = columnOf(header, COLUMN_TITLES.layer, [sure, ...leftOut]);
  const layer = titled < 0 ? shownBy(table, [sure, ...leftOut], (cell) => isWhole(aboutOf(cell, lexicon))) : titled;
  if (layer < 0) return undefined;
  const weak = sure < 0 ? columnOf(header, COLUMN_TITLES.sees, [layer, ...leftOut]) : sure;
  const sees = weak < 0 ? shownBy(table, [layer, ...leftOut], isRead('sees')) : weak;
  if (sees < 0) return undefined;
  const taken = [layer, sees, ...leftOut];
  const time = columnOf(header, COLUMN_TITLES.lasts, taken);
  const act = columnOf(header, COLUMN_TITLES.recovers, [...taken, time]);
  const shown = shownBy(table, [...taken, time], isAct);
  const acted = act >= 0 ? act : shown >= 0 ? shown : shownBy(table, [...taken, time], isRead('recovers'));
  const isShortTime = (cell: string): boolean => cell.length <= TIME_CHARS && isTime(cell);
  const timed = time < 0 ? shownBy(table, [...taken, acted], isShortTime) : time;
  // A time alone says how it ends.
  const [recovers, lasts] = acted < 0 ? [timed, -1] : [acted, timed];
  return { layer: halvesOf(table, layer, [sees, recovers, lasts, ...ours], lexicon), sees, recovers, lasts };
}

/** What users have of something that is not there. */
const DEGRADED =
  /\bdegraded\b|\bfallback\b|\b(?:when|if|while) (?:it is |it's )?(?:down|gone|unavailable|lost|missing)\b/iu;
/** Whether a table says of all it lists that it fails: in a title, or in the heading above. */
export const isOfFailing = ({ heading, header }: DocumentTable, { layer, sees }: Columns, lexicon: Lexicon): boolean =>
  OF_FAILURES.test(heading) ||
  DEGRADED.test(header[sees] ?? '') ||
  layer.some((index) => aboutOf(header[index ?? -1] ?? '', lexicon).ways.has('down'));
/** What fails, as a row says it: the cell of the part where that says all of it, else both halves. */
export function layerOf({ cells }: TableRow, { layer: [part, way] }: Columns, lexicon: Lexicon): string {
  const halves = [cells[part] ?? '', way === undefined ? '' : (cells[way] ?? '')];
  return isWhole(aboutOf(halves[0] ?? '', lexicon)) ? (halves[0] ?? '') : halves.filter((one) => one !== '').join(': ');
}
