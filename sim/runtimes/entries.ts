/** What a journal holds, typed. Written by the player, the control plane and the faults; read by checkers and reports. */
import type { Leg, WayPart } from '../../topology/legs.ts';
import type { Journey } from '../../topology/schema.ts';
import type { ActEntry, ContractEntry } from './outside.ts';
import type { Answer, ClusterMs, DriveReport, Outcome, PartIdentity, Place, PodId, Question } from './contract.ts';

export type { Leg, WayPart };

/** First entry of a journal: what was run, where, and how to run it again. */
export interface RunEntry {
  readonly kind: 'run';
  readonly atMs: 0;
  readonly version: number;
  readonly runId: string;
  /** Wall time, ISO 8601. */
  readonly startedAt: string;
  readonly runtime: string;
  readonly seed: number;
  readonly tempo: number;
  readonly profile: string;
  readonly rateRps: number;
  /** `by-hand`: a person broke and healed; the document was not asked. */
  readonly mode: 'normal' | 'placebo' | 'sabotage' | 'by-hand';
  /** Phases were cut to what proofs, users' patience and counts need. */
  readonly fast?: true;
  /** Somebody's document was checked: no expectations are on file for it, so nothing is compared. */
  readonly checked?: true;
  /** `2/3`: which part of all plays this is. */
  readonly shard?: string;
  readonly topology: { readonly id: string; readonly title: string; readonly nodes: number };
  /** Which api answered: `reference` or the user's own. Expectations hold for one identity only. */
  readonly api: string;
  readonly host: {
    readonly cores: number;
    readonly memoryBytes: number;
    readonly platform: string;
    readonly node: string;
  };
  readonly command: string;
}
/** A statement of the document, as read. */
export interface ClaimEntry {
  readonly kind: 'claim';
  readonly atMs: 0;
  readonly claim: Claim;
}
export interface Claim {
  readonly source: { readonly file: string; readonly line: number; readonly text: string };
  readonly scenario: string;
  /** The variants that the statement is about; absent: all. */
  readonly variants?: readonly string[];
  /** What the statement is about: what users see while the failure lasts, how it ends, or how long a way takes. */
  readonly about: 'sees' | 'recovers' | 'figure';
  /** Tells several statements about one thing apart; stable as long as their labels are. */
  readonly name?: string;
  /** A latency as read; absent where no way was read. */
  readonly figure?: Figure;
  readonly predicates: readonly Predicate[];
  /** Words of the sentence that were not read. */
  readonly unread: readonly string[];
}
/** A latency figure of a document. Milliseconds. */
export interface Figure {
  /** What it is a figure of, and the figure, both as written. */
  readonly label: string;
  readonly text: string;
  /** As written; without a maximum: "more than". */
  readonly minMs: number;
  readonly maxMs?: number;
  /** All that would be written so when rounded: 120 stands for 115 to 125. */
  readonly lowMs: number;
  readonly highMs?: number;
  /** The two ends of the way; absent: the whole way, from the user and back. */
  readonly between?: readonly [WayPart, WayPart];
  readonly journey?: string;
  readonly connection: 'warm' | 'cold';
  /** `trip`: of one statement or command, however many a request needs. */
  readonly per: 'request' | 'trip';
  readonly way: 'round-trip' | 'one-way' | 'unsaid';
}
/** One measurable reading. `min` and `max` are inclusive, in `unit`. */
export interface Predicate {
  readonly measure:
    | 'share-ok'
    | 'share-failed'
    | 'share-status'
    | 'longest-spell'
    | 'share-cache-hit'
    | 'share-at-edge'
    | 'share-led-away'
    | 'share-by-each-revision'
    | 'latency-p95'
    | 'latency-added-p50'
    | 'recovery-time'
    | 'writes-lost'
    | 'jobs-lost';
  /** Which requests: also those for which a part behind the edge needed a new connection, or that the edge's cache had. Absent: all. */
  readonly where?: {
    readonly journey?: string;
    readonly status?: number;
    readonly connection?: 'new';
    readonly cache?: 'edge';
    /** Of those whose phone had to ask for the public name. */
    readonly name?: 'asked';
    readonly afterMs?: number; // those due so long after the fault came, and later
    /** Of a recovery that needs nobody's hand, or that leads users elsewhere while the cause lasts. */
    readonly by?: 'itself' | 'fallback';
  };
  readonly min?: number;
  readonly max?: number;
  readonly unit: 'share' | 'ms';
}
/** The start of one play of a scenario's variant. All later entries with this `play` belong to it. */
export interface PlayEntry {
  readonly kind: 'play';
  readonly atMs: ClusterMs;
  readonly play: string;
  readonly scenario: string;
  readonly variant: string;
  /** Of the variant, and of the scenario. */
  readonly title: string;
  /** No statement of the document is about this variant. */
  readonly unsaid?: true;
  /** What the variant changes in the topology: dotted path → value. */
  readonly set?: Readonly<Record<string, string | number | boolean>>;
  readonly flips?: readonly { readonly says: string; readonly set?: string; readonly to?: string }[]; // a value as --set takes it, or a variant
  readonly scenarioTitle: string;
  readonly layer: string;
  readonly minHits: number;
  readonly patienceMs: ClusterMs;
  readonly hypothesis: readonly Predicate[];
  /** Which journeys the statements about what users see are judged on. */
  readonly exposed: readonly string[];
  readonly parts: readonly PartIdentity[];
  /** Journeys whose title, writes and jobs the reports tell. */
  readonly journeys: Readonly<Record<string, Readonly<Pick<Journey, 'title' | 'enqueues' | 'writes'>>>>;
  /** Expected number of exposed requests in the fault window, computed before the play. */
  readonly expectedExposed: number;
  /** The ways between the parts: distance, and the round trip that is assumed. */
  readonly legs?: readonly Leg[];
  readonly shortened: readonly { readonly timer: string; readonly ms: number; readonly shortenedMs: number }[];
}
interface InPlay {
  readonly atMs: ClusterMs;
  readonly play: string;
}
export interface ReadyEntry extends InPlay {
  readonly kind: 'ready';
  readonly pods: number;
  readonly nodes: number;
  /** From the start of the process to all pods Ready, wall time. */
  readonly readyMs: number;
}
export interface PodEntry extends InPlay {
  readonly kind: 'pod';
  readonly pod: PodId;
  readonly workload: string;
  readonly node: Place;
  readonly event:
    | 'Scheduled'
    | 'Started'
    | 'Ready'
    | 'NotReady'
    | 'Exited'
    | 'BackOff'
    | 'Terminating'
    | 'Deleted'
    | 'Unschedulable'
    | 'ProbeFailed';
  readonly detail: string;
  readonly exitCode?: number;
  readonly reason?: string;
}
/** What the control plane makes of a node's leases. */
export interface NodeEntry extends InPlay {
  readonly kind: 'node';
  readonly node: Place;
  readonly event: 'NotReady' | 'Ready' | 'Tainted';
  readonly detail: string;
}
export interface EndpointsEntry extends InPlay {
  readonly kind: 'endpoints';
  readonly service: string;
  readonly ready: readonly PodId[];
}
/** Routes to a shared address lead to a place from now on. */
export interface RouteEntry extends InPlay {
  readonly kind: 'route';
  readonly address: string;
  readonly place: Place;
  readonly detail: string;
}
/** A Deployment's new revision: begun, in full force, or without progress past its deadline. */
export interface RolloutEntry extends InPlay {
  readonly kind: 'rollout';
  readonly workload: string;
  readonly revision: string;
  readonly state: 'started' | 'complete' | 'stalled';
  readonly detail: string;
}
/** A step of the method begins. `phase` says to which of the three windows what is scheduled from now on belongs. */
export interface StepEntry extends InPlay {
  readonly kind: 'step';
  readonly step: string;
  /** When that was, in words; what users saw is told for such a step apart. */
  readonly told?: string;
  /** Set where what is sent from here on would be helped by the fault's end: it counts for no share. */
  readonly counts?: false;
  /** How much longer its idle waits are by their documents than they were here. */
  readonly unlivedMs?: ClusterMs;
  readonly phase: Phase;
}
export type Phase = 'warm-up' | 'before' | 'during' | 'after';
export interface FaultEntry extends InPlay {
  readonly kind: 'fault';
  readonly as: string;
  readonly fault: string;
  readonly params: unknown;
  readonly state: 'applied' | 'healed' | 'withheld';
}
export interface OperationEntry extends InPlay {
  readonly kind: 'operation';
  /** Set when the operation has to be proven. */
  readonly as?: string;
  readonly operation: string;
  /** In words. */
  readonly title: string;
  readonly params: unknown;
  readonly state: 'done' | 'withheld';
}
/** One look at whether the fault is really in force, with other eyes than the fault's own. */
export interface ProofEntry extends InPlay {
  readonly kind: 'proof';
  readonly as: string;
  readonly stage: 'before' | 'during' | 'after';
  readonly from: Place;
  readonly about: string;
  /** `status`: nobody was asked, what the cluster itself reported of its pods. */
  readonly question: Question | { readonly ask: 'status' };
  readonly expected: readonly string[];
  readonly answer: Omit<Answer, 'saw'> & { readonly saw: Answer['saw'] | 'not-reported' | 'reported' | 'recovered' };
  readonly holds: boolean;
}
export interface RequestEntry extends InPlay {
  readonly kind: 'request';
  readonly outcome: Outcome;
}
export interface LoadEntry extends InPlay {
  readonly kind: 'load';
  readonly report: DriveReport;
}
export interface ReadbackEntry extends InPlay {
  readonly kind: 'readback';
  readonly writes: Readonly<Record<string, number>>;
  readonly jobs: Readonly<Record<string, number>>;
}
/** The twin itself stood still or ran late: nothing that was measured then is the cluster's. */
export interface StallEntry extends InPlay {
  readonly kind: 'stall';
  readonly stalledMs: number;
}
export interface HostEntry extends InPlay {
  readonly kind: 'host';
  readonly loadAverage: number;
  readonly cores: number;
  readonly lagP99Ms: number;
}
export interface PlayEndEntry extends InPlay {
  readonly kind: 'play-end';
  /** Set when the play could not be carried to its end. */
  readonly error?: string;
}
export interface RunEndEntry {
  readonly kind: 'run-end';
  readonly atMs: number;
  readonly wallMs: number;
  readonly ended: 'complete' | 'interrupted' | 'failed';
}
export type PlayedEntry =
  | ReadyEntry
  | ContractEntry
  | PodEntry
  | NodeEntry
  | EndpointsEntry
  | RouteEntry
  | RolloutEntry
  | StepEntry
  | FaultEntry
  | OperationEntry
  | ActEntry
  | ProofEntry
  | RequestEntry
  | LoadEntry
  | ReadbackEntry
  | StallEntry
  | HostEntry
  | PlayEndEntry;
export type Entry = RunEntry | ClaimEntry | PlayEntry | PlayedEntry | RunEndEntry;
