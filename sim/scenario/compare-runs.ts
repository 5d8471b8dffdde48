/**
 * Two runs held against each other, statement by statement and hop by hop. Pure. `sinceRun` is the line about the last run
 * in every report, `compareRuns` is `twin compare`; both rest on `pairsOf`.
 *
 *   worse     right became WRONG, or pain rose by a degree or more (none and low are one), or a hop became slower than
 *             the tolerance below
 *   unproven  it was judged, and can no longer be proven
 */
import { hopTimes, type HopTime, type Quantile } from '../checkers/hops.ts';
import type { Entry } from '../runtimes/entries.ts';
import { bookWord, type ExpectedEntry } from './expectations.ts';
import { painDegree } from './pain.ts';
import type { LastRun, Ledger, Pain, RunSummary, ScenarioResult } from './summary.ts';
import { isKnown } from './unmentioned.ts';

/** A time is longer when it rose by both and the 95 % intervals of the two have nothing in common; a hop is slower when its p50 or p95 is. */
export const SLOWER_BY = { share: 0.2, ms: 50 } as const;

export interface Seen {
  readonly book: ExpectedEntry['book'] | 'not judged';
  readonly pain: Pain;
  readonly saw: string;
  /** Requests it was judged on, and how many were served right in time; absent for what no document says. */
  readonly counts?: { readonly inTime: number; readonly exposed: number };
}
export type Turn = 'same' | 'worse' | 'better' | 'unproven' | 'proven';
export interface Pair {
  readonly id: string;
  readonly before: Seen;
  readonly after: Seen;
  readonly turn: Turn;
}

/** Statement, or what no document says, by id. */
const seenIn = (scenarios: readonly ScenarioResult[]): Map<string, Seen> =>
  new Map(
    scenarios.flatMap((one) => [
      ...one.statements.map((s): [string, Seen] => {
        const counts = { inTime: s.counts.inTime, exposed: s.counts.exposed };
        return [s.id, { book: s.judged ? bookWord(s.verdict) : 'not judged', pain: s.pain, saw: s.reason, counts }];
      }),
      ...one.unmentioned.map((u): [string, Seen] => {
        // Whether it is still lost is not known any more.
        const book = u.pain === 'unknown' ? 'not proven' : 'not in book';
        return [u.id, { book, pain: u.pain, saw: u.sentence }];
      }),
    ]),
  );
/** Plays in which what no document says would have been told, and what they know of jobs and writes. */
const provenPlays = ({ scenarios }: RunSummary): Map<string, Ledger> =>
  new Map(
    scenarios.flatMap((one) =>
      one.plays.filter((play) => play.pain !== 'unknown').map((play): [string, Ledger] => [play.play, play.ledger]),
    ),
  );

const isOpen = ({ book }: Seen): boolean => book === 'not proven' || book === 'not judged';
function turnOf(before: Seen, after: Seen): Turn {
  if (isOpen(before) || isOpen(after))
    return isOpen(before) === isOpen(after) ? 'same' : isOpen(after) ? 'unproven' : 'proven';
  const [was, is] = [painDegree(before.pain), painDegree(after.pain)];
  if ((before.book === 'right' && after.book === 'WRONG') || is > was) return 'worse';
  return (before.book === 'WRONG' && after.book === 'right') || is < was ? 'better' : 'same';
}

/** All that both runs judged, in the order of the later one; what only one of them played is left out. */
export function pairsOf(earlier: RunSummary, later: RunSummary): Pair[] {
  const [were, are] = [seenIn(earlier.scenarios), seenIn(later.scenarios)];
  const [playedThen, playedNow] = [provenPlays(earlier), provenPlays(later)];
  return [...new Set([...are.keys(), ...were.keys()])].flatMap((id) => {
    const end = id.lastIndexOf('/');
    const [play, kind] = [id.slice(0, end), id.slice(end + 1)];
    const [was, is] = [were.get(id), are.get(id)];
    // What no document says is told only where it is seen: not told is then not there.
    const absent = (other: Seen | undefined, played: Map<string, Ledger>): Seen | undefined => {
      const ledger = played.get(play);
      if (other?.book !== 'not in book' || ledger === undefined) return undefined;
      return isKnown(kind, ledger)
        ? { book: 'not in book', pain: 'none', saw: 'nothing of the kind' }
        : { book: 'not proven', pain: 'unknown', saw: 'nothing that tells whether there is any' };
    };
    const [before, after] = [was ?? absent(is, playedThen), is ?? absent(was, playedNow)];
    return before === undefined || after === undefined ? [] : [{ id, before, after, turn: turnOf(before, after) }];
  });
}

/** "right, pain low: 374 of 374 lists served" */
export const seenWords = ({ book, pain, saw }: Seen): string => `${book}, pain ${pain}: ${saw}`;

/** What changed since an earlier run. */
export function sinceRun(earlier: RunSummary, later: RunSummary): LastRun {
  const pairs = pairsOf(earlier, later);
  const changed = pairs.filter((one) => one.turn !== 'same');
  return {
    runId: earlier.runId,
    startedAt: earlier.startedAt,
    compared: pairs.length,
    changes: changed.map(({ id, before }) => ({ id, was: seenWords(before) })),
  };
}

export interface HopPair extends Pick<HopTime, 'play' | 'phase' | 'journey' | 'hop'> {
  readonly before: HopTime;
  readonly after: HopTime;
  readonly turn: Extract<Turn, 'same' | 'worse' | 'better'>;
}
/** `b` is longer than `a`, by more than the tolerance and beyond what chance explains. */
export const isSlower = (a: Quantile, b: Quantile): boolean =>
  b.ms - a.ms > SLOWER_BY.ms &&
  b.ms > a.ms * (1 + SLOWER_BY.share) &&
  a.interval95 !== undefined &&
  b.interval95 !== undefined &&
  b.interval95.low > a.interval95.high;
const slower = (a: HopTime, b: HopTime): boolean => isSlower(a.p50, b.p50) || isSlower(a.p95, b.p95);

export function hopPairs(earlier: readonly HopTime[], later: readonly HopTime[]): HopPair[] {
  const key = (one: HopTime): string => [one.play, one.phase, one.journey, one.hop].join(' ');
  const were = new Map(earlier.map((one) => [key(one), one]));
  return later.flatMap((after) => {
    const before = were.get(key(after));
    if (before === undefined) return [];
    const { play, phase, journey, hop } = after;
    const turn = slower(before, after) ? 'worse' : slower(after, before) ? 'better' : 'same';
    return [{ play, phase, journey, hop, before, after, turn }];
  });
}

type RunName = Pick<RunSummary, 'runId' | 'startedAt' | 'command'>;
export interface RunComparison {
  readonly before: RunName;
  readonly after: RunName;
  /** What was set otherwise: `seed 7, then 8`. */
  readonly settings: readonly string[];
  readonly statements: readonly Pair[];
  /** Ids that only one of the runs judged. */
  readonly onlyBefore: readonly string[];
  readonly onlyAfter: readonly string[];
  readonly hops: readonly HopPair[];
  readonly worse: number;
  readonly unproven: number;
}
export interface ToCompare {
  readonly summary: RunSummary;
  readonly entries: readonly Entry[];
}
const SETTINGS = ['runtime', 'seed', 'tempo', 'profile', 'rateRps', 'fast', 'shard'] as const;

export function compareRuns(earlier: ToCompare, later: ToCompare): RunComparison {
  const [a, b] = [earlier.summary, later.summary];
  const statements = pairsOf(a, b);
  const hops = hopPairs(hopTimes(earlier.entries), hopTimes(later.entries));
  const paired = new Set(statements.map((one) => one.id));
  const only = ({ scenarios }: RunSummary): string[] => [...seenIn(scenarios).keys()].filter((id) => !paired.has(id));
  const name = ({ runId, startedAt, command }: RunSummary): RunName => ({ runId, startedAt, command });
  const count = (turn: Turn): number => [...statements, ...hops].filter((one) => one.turn === turn).length;
  return {
    before: name(a),
    after: name(b),
    settings: SETTINGS.filter((key) => a[key] !== b[key]).map(
      (key) => `${key} ${String(a[key] ?? 'no')}, then ${String(b[key] ?? 'no')}`,
    ),
    statements,
    onlyBefore: only(a),
    onlyAfter: only(b),
    hops,
    worse: count('worse'),
    unproven: count('unproven'),
  };
}
