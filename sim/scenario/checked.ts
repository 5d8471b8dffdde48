/** What a check of somebody's document comes to: one entry a row of its failure tables, a figure, a sum. Data for reports. */
/** Titles of the columns that --write fills: what stands there is ours, and is not read as the document's. */
export const TWIN_COLUMNS = ['Twin', 'Twin saw'] as const;

export type CheckVerdict = 'confirmed' | 'refuted' | 'inconclusive' | 'not-judged' | 'not-played' | 'planned';
/** One sentence of a row, about one variant or about all that were played. */
export interface CheckedSentence {
  readonly about: 'sees' | 'recovers';
  readonly sentence: string;
  readonly reading: readonly string[];
  readonly unread: readonly string[];
  readonly verdict: CheckVerdict;
  readonly seen: string;
  /** Why it is neither right nor wrong, or why it is not played. */
  readonly because?: string;
}
export interface CheckedRow {
  readonly line: number;
  /** Line of the title row of its table. */
  readonly table: number;
  readonly layer: string;
  /** What users see, as the document says it. */
  readonly sentence: string;
  /** How it ends, as the document says it; empty where it does not. */
  readonly recovery: string;
  readonly reading: readonly string[];
  readonly unread: readonly string[];
  readonly scenario?: string;
  readonly variants?: readonly string[];
  readonly confidence: number;
  readonly verdict: CheckVerdict;
  readonly seen: string;
  readonly because?: string;
  readonly sentences: readonly CheckedSentence[];
}
export interface CheckedFigure {
  readonly line: number;
  /** Line of the title row of its table; absent in a sentence. */
  readonly table?: number;
  readonly sentence: string;
  /** Milliseconds as read; without a most: more than. */
  readonly minMs: number;
  readonly maxMs?: number;
  /** Two figures were read where the document has one: it has lost its dashes. */
  readonly mended?: true;
  readonly reading: readonly string[];
  readonly physics?: 'impossible' | 'faster than straight fibre' | 'possible';
  readonly floors?: string;
  readonly scenario?: string;
  readonly verdict: CheckVerdict;
  readonly seen: string;
  readonly because?: string;
}
export interface CheckedSum {
  readonly line: number;
  readonly sentence: string;
  /** How many figures it is the total of, and where these stand. */
  readonly rows: number;
  readonly of: 'table' | 'sentence';
  readonly forwardMs: readonly [number, number];
  readonly thereAndBackMs: readonly [number, number];
  readonly fits: 'one way' | 'there and back' | 'neither';
}
export interface Checked {
  readonly version: 1;
  readonly file: string;
  readonly topology: string;
  /** Absent where nothing was played. */
  readonly runtime?: string;
  readonly seed?: number;
  readonly tables: number;
  readonly rows: readonly CheckedRow[];
  readonly figures: readonly CheckedFigure[];
  readonly sums: readonly CheckedSum[];
  readonly notes: readonly string[];
}

/** How many of each: sentences and figures that are right or wrong, what light forbids, and what nobody could judge. */
export interface CheckTotals {
  readonly right: number;
  readonly wrong: number;
  readonly impossible: number;
  readonly notJudged: number;
  readonly notPlayed: number;
}
const OPEN: readonly CheckVerdict[] = ['inconclusive', 'not-judged'];
export function totalsOf({ rows, figures, sums }: Checked): CheckTotals {
  const judged = [...rows.flatMap((row) => row.sentences), ...figures];
  const count = (verdict: CheckVerdict): number => judged.filter((one) => one.verdict === verdict).length;
  const impossible = figures.filter((one) => one.physics === 'impossible');
  return {
    right: count('confirmed') + sums.filter((sum) => sum.fits !== 'neither').length,
    // What light forbids is told as that, whatever the play says of it too.
    wrong:
      count('refuted') -
      impossible.filter((one) => one.verdict === 'refuted').length +
      sums.filter((sum) => sum.fits === 'neither').length,
    impossible: impossible.length,
    notJudged: judged.filter((one) => OPEN.includes(one.verdict) && !impossible.includes(one as CheckedFigure)).length,
    notPlayed: rows.filter((row) => row.verdict === 'not-played').length,
  };
}
/** 1 a sentence wrong or a figure impossible, 2 something could not be judged, else 0. */
export function checkExitOf(checked: Checked): 0 | 1 | 2 {
  const { wrong, impossible, notJudged, notPlayed } = totalsOf(checked);
  return wrong + impossible > 0 ? 1 : notJudged + notPlayed > 0 ? 2 : 0;
}
