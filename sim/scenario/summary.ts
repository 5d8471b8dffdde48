/**
 * What a run comes to: computed from its journal by `summarise.ts`, shown by every report, written as summary.json.
 * The three questions stay apart: pain (what users saw), the book (verdict), since last time.
 */
import type { PartIdentity } from '../runtimes/contract.ts';
import type { Claim, Phase, Predicate, RunEntry } from '../runtimes/entries.ts';

export type Verdict = 'confirmed' | 'refuted' | 'inconclusive';
/** How bad it was for users. `loss`: acknowledged data or jobs are gone. `unknown`: the play proves nothing. */
export type Pain = 'none' | 'low' | 'medium' | 'high' | 'outage' | 'loss' | 'unknown';
/** `unexpected`: not in the file of expectations; `recorded` kinds come from it. */
export type SinceLast =
  | { readonly kind: 'same'; readonly reason?: string; readonly since?: string }
  | { readonly kind: 'changed'; readonly was: string }
  | { readonly kind: 'new' }
  /** Played by hand: there is nothing to compare it with. */
  | { readonly kind: 'not-compared' };

export interface Counts {
  /** Requests that the statement is about: scheduled in the fault's window (or after it, for recovery). */
  readonly exposed: number;
  readonly ok: number;
  readonly fail: number;
  readonly unknown: number;
  /** Right answers within the users' patience. */
  readonly inTime: number;
  /** Left out of every share: scheduled while an idle wait that matters was shortened, or while the twin stood still. */
  readonly excluded: number;
  /** HTTP status or error → how many; who produced it → how many. */
  readonly byStatus: Readonly<Record<string, number>>;
  readonly byProducer: Readonly<Record<string, number>>;
}
export interface Interval {
  readonly low: number;
  readonly high: number;
}
/** One predicate held against what was seen. */
export interface Finding {
  /** Absent for a latency figure, which is read as a whole. */
  readonly predicate?: Predicate;
  /** The predicate in words: "at least 99 % of lists answered". */
  readonly reading: string;
  readonly seen: string;
  readonly value: number | undefined;
  readonly interval95: Interval | undefined;
  readonly holds: boolean | undefined;
}
export interface ProofLine {
  readonly atMs: number;
  readonly stage: 'before' | 'during' | 'after';
  readonly text: string;
  readonly holds: boolean;
}
export interface ProofOfFault {
  /** undefined: was not looked at. */
  readonly before: boolean | undefined;
  readonly during: boolean | undefined;
  readonly after: boolean | undefined;
  readonly lines: readonly ProofLine[];
}
export interface Statement {
  /** `scenario/variant/about`, of a figure its name instead; stable: the key of expectations. */
  readonly id: string;
  readonly scenario: string;
  readonly variant: string;
  readonly about: Claim['about'];
  /** The document's own words, and where they stand. */
  readonly sentence: string;
  readonly source: { readonly file: string; readonly line: number };
  readonly reading: readonly string[];
  readonly unread: readonly string[];
  readonly verdict: Verdict;
  /** False when the baseline was not steady: then nothing is judged. */
  readonly judged: boolean;
  /** Why, in one or two sentences, in the words of the reports. */
  readonly reason: string;
  /** What to do next when it is not proven or not judged. */
  readonly next: string | undefined;
  readonly findings: readonly Finding[];
  readonly counts: Counts;
  readonly interval95: Interval | undefined;
  readonly proofOfFault: ProofOfFault;
  readonly pain: Pain;
  readonly judgedOn: readonly string[];
  readonly since: SinceLast;
  readonly repro: string;
}
/** What users may see without the document mentioning it: the last part of its id. */
export const UNMENTIONED = [
  'jobs-lost',
  'jobs-still-lost',
  'jobs-doubled',
  'jobs-phantom',
  'writes-lost',
  'writes-doubled',
  'writes-phantom',
  'wrong-answers',
  'stale',
  'others-failed',
  'end-failed',
  'failed',
  'slower',
] as const;
/** Something users saw that the document does not mention. */
export interface Unmentioned {
  readonly id: string;
  readonly variant: string;
  readonly sentence: string;
  readonly pain: Pain;
  readonly since: SinceLast;
  readonly requestIds: readonly string[];
}
export interface Ledger {
  readonly acknowledgedWrites: number;
  readonly foundWrites: number;
  readonly lostWrites: readonly string[];
  readonly doubledWrites: readonly string[];
  /** In Postgres though the request certainly failed. */
  readonly phantomWrites: readonly string[];
  /** Requests whose end is unknown, and how many of them are in Postgres. */
  readonly unknownWrites: number;
  readonly unknownWritesFound: number;
  readonly acceptedJobs: number;
  /** One that was accepted before the fault ran: only then can any be called lost. */
  readonly jobsSeen: boolean;
  readonly lostJobs: readonly string[];
  readonly doubledJobs: readonly string[];
  readonly phantomJobs: readonly string[];
}
export interface PhaseStats {
  readonly phase: Phase;
  readonly fromMs: number;
  readonly toMs: number;
  readonly journeys: Readonly<Record<string, JourneyStats>>;
}
export interface JourneyStats {
  readonly counts: Counts;
  /** Milliseconds over right answers; undefined when there was none. */
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
  readonly maxMs: number | undefined;
  readonly cacheHits: number;
}
/** One way of a request: what the document says, what light needs, what the twin took. Milliseconds. */
export interface BudgetRow {
  /** The document's label, or the journey where it has no figure. */
  readonly way: string;
  readonly connection: 'warm' | 'cold';
  readonly book?: {
    /** Id of the statement about it. */
    readonly statement: string;
    readonly text: string;
    readonly physics?: 'impossible' | 'faster than straight fibre';
  };
  /** One round trip on each of its legs, along the great circle. */
  readonly floorsMs: { readonly vacuum: number; readonly fibre: number };
  /** Requests that came this way on such a connection. */
  readonly n: number;
  /** Their median; undefined when there was none. */
  readonly twinMs: number | undefined;
  readonly interval95: Interval | undefined;
  /** The counts in words. */
  readonly counted: string;
  /** Leg by leg: the usual count of round trips, in how many requests it was so, and the round trip that is assumed. */
  readonly trips: readonly {
    readonly between: string;
    readonly trips: number;
    readonly handshakes: number;
    readonly hits: number;
    readonly n: number;
    readonly rttMs: number;
    readonly source: string;
  }[];
}
/** One play: a variant of a scenario. */
export interface PlayResult {
  readonly play: string;
  readonly scenario: string;
  readonly variant: string;
  readonly title: string;
  readonly layer: string;
  readonly steady: boolean;
  /** Why it was not steady, or why the play broke off. */
  readonly trouble: string | undefined;
  /** Why its fault is not proven, where no statement is about it: then nothing is told of it. */
  readonly unproven?: string;
  /** "386 of 386 lists served, 96 ms slower": the cell WHAT USERS SAW. */
  readonly saw: string;
  readonly pain: Pain;
  readonly phases: readonly PhaseStats[];
  readonly ledger: Ledger;
  readonly load: {
    readonly scheduled: number;
    readonly sent: number;
    readonly dropped: number;
    readonly lagP99Ms: number;
  };
  readonly parts: readonly PartIdentity[];
  readonly readyMs: number;
  readonly notModelled: readonly string[];
  /** Absent where no latency figure is judged. */
  readonly budget?: readonly BudgetRow[];
}
export interface ScenarioResult {
  readonly id: string;
  readonly layer: string;
  readonly title: string;
  /** Nothing changed and nothing is new against the expectations. */
  readonly asExpected: boolean;
  readonly plays: readonly PlayResult[];
  readonly statements: readonly Statement[];
  readonly unmentioned: readonly Unmentioned[];
}
/** The newest whole run before this one of the same topology, runtime and api, stored in the same folder. */
export interface LastRun {
  readonly runId: string;
  readonly startedAt: string;
  /** How many statements, and things the document does not mention, both judged. */
  readonly compared: number;
  /** Those that came out otherwise; `was` in the words of a file of expectations. */
  readonly changes: readonly { readonly id: string; readonly was: string }[];
}
/** Whether users saw it: loss that is on file may be gone, or may be known no more, and is told too. */
export const isSeen = ({ pain }: Pick<Unmentioned, 'pain'>): boolean => pain !== 'none' && pain !== 'unknown';

/** What was run and where, as its journal's first entry says, and what that came to. */
export interface RunSummary extends Omit<RunEntry, 'kind' | 'atMs' | 'version' | 'host'> {
  readonly version: 1;
  readonly host: RunEntry['host'] & { readonly loadAverage: number; readonly lagP99Ms: number };
  readonly wallMs: number;
  readonly readyMs: number;
  readonly ended: 'complete' | 'interrupted' | 'failed';
  readonly scenarios: readonly ScenarioResult[];
  readonly totals: {
    readonly right: number;
    readonly wrong: number;
    readonly notProven: number;
    readonly notJudged: number;
    readonly missing: number;
    readonly changed: number;
    readonly fresh: number;
  };
  readonly exitCode: number;
  /** Absent where there was none, and for runs that hold nothing against the document. */
  readonly lastRun?: LastRun;
}
