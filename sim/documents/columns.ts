/** Which columns of a table say what fails, what users see and how it ends: by their titles, and by what stands below them. */
import { COLUMN_TITLES, HISTORY } from './column-titles.ts';
import { aboutOf, type About, type Lexicon } from './concepts.ts';
import type { DocumentTable, TableRow } from './markdown.ts';

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
  const candidates = [...header.keys()].filter(
    (index) => index !== first && !taken.includes(index) && titles.some((title) => title.test(header[index] ?? '')),
  );
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
    .toSorted((a, b) => b.brings - a.brings);
  if (best === undefined || best.brings === 0) return [first] as const;
  const partsMore = (about: readonly About[]): number => about.filter(namesPart).length - about.filter(saysHow).length;
  return partsMore(own) >= partsMore(best.about) ? ([first, best.index] as const) : ([best.index, first] as const);
}

/** The columns of a failure table, or undefined when it has not both of what fails and what users see. */
export function columnsOf(table: DocumentTable, lexicon: Lexicon): Columns | undefined {
  const { header } = table;
  if (HISTORY.test(header[0] ?? '')) return undefined;
  // A title that says "users see" is that column, whatever other words it holds; a weaker one leaves the layer its title.
  const sure = columnOf(header, COLUMN_TITLES.sees.slice(0, 2), []);
  const layer = columnOf(header, COLUMN_TITLES.layer, [sure]);
  const sees = sure >= 0 ? sure : columnOf(header, COLUMN_TITLES.sees, [layer]);
  if (sees < 0 || layer < 0) return undefined;
  const time = columnOf(header, COLUMN_TITLES.lasts, [sees, layer]);
  const act = columnOf(header, COLUMN_TITLES.recovers, [sees, layer, time]);
  // A time alone says how it ends.
  const [recovers, lasts] = act < 0 ? [time, -1] : [act, time];
  return { layer: halvesOf(table, layer, [sees, recovers, lasts], lexicon), sees, recovers, lasts };
}

/** Whether a table says of all it lists that it fails: in the title of that column, or in the heading above. */
export const isOfFailing = ({ heading, header }: DocumentTable, { layer }: Columns, lexicon: Lexicon): boolean =>
  [heading, ...layer.map((index) => header[index ?? -1] ?? '')].some((said) => aboutOf(said, lexicon).ways.has('down'));
/** What fails, as a row says it: the cell of the part where that says all of it, else both halves. */
export function layerOf({ cells }: TableRow, { layer: [part, way] }: Columns, lexicon: Lexicon): string {
  const halves = [cells[part] ?? '', way === undefined ? '' : (cells[way] ?? '')];
  return isWhole(aboutOf(halves[0] ?? '', lexicon)) ? (halves[0] ?? '') : halves.filter((one) => one !== '').join(': ');
}
