/** The rows of a report's table: one for each play, one for each thing users saw that the book does not mention. */
import type {
  Pain,
  PlayResult,
  RunSummary,
  ScenarioResult,
  SinceLast,
  Statement,
  Unmentioned,
} from '../sim/scenario/summary.ts';
import { slug } from './inert.ts';

/** `not-asked`: a person broke and healed by hand; no sentence of the document was held against it. */
export type Book = 'right' | 'wrong' | 'not-proven' | 'not-judged' | 'missing' | 'not-asked';
export interface Row {
  /** The row's address in the page: `redis-down-hung`; unique in a run. */
  readonly address: string;
  readonly scenario: string;
  readonly variant: string;
  readonly title: string;
  readonly saw: string;
  readonly pain: Pain;
  readonly book: Book;
  /** "n of m" statements have this verdict; told when the row holds more than one. */
  readonly share: { readonly n: number; readonly m: number } | undefined;
  readonly since: SinceLast;
  readonly statements: readonly Statement[];
  readonly play: PlayResult | undefined;
  readonly unmentioned: Unmentioned | undefined;
  readonly result: ScenarioResult;
}

/** What one statement comes to; not judged comes before any verdict. */
export const bookOf = (statement: Pick<Statement, 'judged' | 'verdict'>): Book =>
  statement.judged
    ? ({ confirmed: 'right', refuted: 'wrong', inconclusive: 'not-proven' } as const)[statement.verdict]
    : 'not-judged';

/** Refuted if any statement is, else unproven if any is: one row never says more than its weakest statement. */
const ORDER: readonly Book[] = ['wrong', 'not-judged', 'not-proven', 'right'];

/** What a play comes to that no statement is about: only what it proves can be missing in the document. */
export const bookOfUnsaid = ({ trouble, unproven, pain }: PlayResult): Book => {
  if (trouble !== undefined) return 'not-judged';
  return unproven !== undefined || pain === 'unknown' ? 'not-proven' : 'missing';
};

function bookOfAll(statements: readonly Statement[], play: PlayResult): Pick<Row, 'book' | 'share'> {
  const books = statements.map(bookOf);
  const book = ORDER.find((one) => books.includes(one)) ?? bookOfUnsaid(play);
  const share =
    statements.length > 1 ? { n: books.filter((one) => one === book).length, m: statements.length } : undefined;
  return { book, share };
}

/** CHANGED before new before same; undefined where there is none. */
const sinceOfAll = (all: readonly SinceLast[]): SinceLast | undefined =>
  all.find((one) => one.kind === 'changed') ?? all.find((one) => one.kind === 'new') ?? all[0];

/** That all of a play is not in the book. */
const tellsOf = ({ play }: Pick<PlayResult, 'play'>, { id }: Pick<Unmentioned, 'id'>): boolean =>
  id === `${play}/failed`;

/** What a row tells that the book does not mention: all that it is about, or that its play fails. */
export const unmentionedOf = ({ play, unmentioned, result }: Row): Unmentioned[] =>
  unmentioned !== undefined
    ? [unmentioned]
    : result.unmentioned.filter((one) => play !== undefined && tellsOf(play, one));

function rowsOfScenario(result: ScenarioResult): Omit<Row, 'address'>[] {
  const plays = result.plays.map((play) => {
    const statements = result.statements.filter((one) => one.variant === play.variant);
    // Where no statement is about the play, its own row tells what is news, and whether it was. What proves nothing can not
    // be compared.
    const told = bookOfAll(statements, play);
    const since: SinceLast = sinceOfAll(
      [...statements, ...result.unmentioned.filter((one) => tellsOf(play, one))].map((one) => one.since),
    ) ?? { kind: told.book === 'missing' ? 'same' : 'not-compared' };
    const { scenario, variant, title, saw, pain } = play;
    return {
      scenario,
      variant,
      title,
      saw,
      pain,
      ...told,
      since,
      statements,
      play,
      unmentioned: undefined,
      result,
    };
  });
  const others = result.unmentioned.filter((one) => !result.plays.some((play) => tellsOf(play, one)));
  const missing = others.map((one) => ({
    scenario: result.id,
    variant: one.variant,
    title: result.title,
    saw: one.sentence,
    pain: one.pain,
    book: 'missing' as const,
    share: undefined,
    since: one.since,
    statements: [],
    play: undefined,
    unmentioned: one,
    result,
  }));
  return [...plays, ...missing];
}

/** What a row played by hand says of the book, and of the last run: nothing. */
const BY_HAND = { book: 'not-asked', since: { kind: 'not-compared' } } as const;

/** All rows in the order they were played. */
export function rowsOf(summary: RunSummary): Row[] {
  const taken = new Set<string>();
  const asked = summary.mode === 'by-hand' ? BY_HAND : {};
  return summary.scenarios.flatMap(rowsOfScenario).map((row) => {
    const variants = row.result.plays.length > 1 || row.unmentioned !== undefined ? [row.variant] : [];
    const base =
      slug([row.scenario, ...variants, ...(row.unmentioned === undefined ? [] : ['not-in-book'])].join('-')) || 'row';
    let address = base;
    for (let n = 2; taken.has(address); n++) address = `${base}-${n}`;
    taken.add(address);
    return { address, ...row, ...asked };
  });
}

const PAIN_RANK: Readonly<Record<Pain, number>> = {
  loss: 6,
  outage: 5,
  high: 4,
  medium: 3,
  low: 2,
  unknown: 1,
  none: 0,
};

/** Changed rows on top, then worst pain first; equals keep the order they were played in. */
export function worstFirst(rows: readonly Row[]): Row[] {
  const changed = (row: Row): number => (row.since.kind === 'changed' ? 1 : 0);
  return rows.toSorted((a, b) => changed(b) - changed(a) || PAIN_RANK[b.pain] - PAIN_RANK[a.pain]);
}
