/** Which requests count where: the windows of a play, and what is left out of every share. */
import { producedBy } from '../behaviour/attribution.ts';
import type { Outcome } from '../runtimes/contract.ts';
import type { Phase, PlayedEntry } from '../runtimes/entries.ts';
import type { Counts, JourneyStats, PhaseStats } from '../scenario/summary.ts';
import { ascending, percentile } from './statistics.ts';

export interface Window {
  readonly phase: Phase;
  /** When that was, in words, where its step says it. */
  readonly told?: string | undefined;
  readonly fromMs: number;
  readonly toMs: number;
}
type Of<K> = Extract<PlayedEntry, { kind: K }>;
/** Journals by kind, as long as they have grown no further: a verdict asks some dozens of times. */
const journals = new WeakMap<readonly PlayedEntry[], { length: number; kinds: Map<string, PlayedEntry[]> }>();
/** A play's entries of one kind. */
export function entriesOf<K extends PlayedEntry['kind']>(entries: readonly PlayedEntry[], kind: K): readonly Of<K>[] {
  let known = journals.get(entries);
  if (known?.length !== entries.length) {
    known = { length: entries.length, kinds: Map.groupBy(entries, (entry) => entry.kind) };
    journals.set(entries, known);
  }
  return (known.kinds.get(kind) ?? []) as Of<K>[];
}

/**
 * The windows of a play, from its steps; the last one ends when the play does. One with faults begins when they are in
 * force: what was sent while they were applied (an engine may need a second to kill) belongs to no window.
 */
export const windowsOf = (entries: readonly PlayedEntry[]): Window[] =>
  spellsOf(entries).flatMap(({ counts, ...window }) => (counts === false ? [] : [window]));

/** The same with those in which nothing counts. */
function spellsOf(entries: readonly PlayedEntry[]): (Window & { readonly counts: false | undefined })[] {
  const steps = entriesOf(entries, 'step');
  const begun = entriesOf(entries, 'fault').filter((fault) => fault.state !== 'healed');
  const endMs = entries.reduce((latest, entry) => Math.max(latest, entry.atMs), 0);
  return steps.map((step, index) => {
    const toMs = steps[index + 1]?.atMs ?? endMs + 1;
    const inForce = begun.filter((fault) => fault.atMs >= step.atMs && fault.atMs < toMs).map((fault) => fault.atMs);
    const { phase, told, counts } = step;
    return { phase, told, counts, fromMs: Math.max(step.atMs, ...inForce), toMs };
  });
}

/** Spells after the failure that are told apart: what its cause's own end did to users. */
export const endingsOf = (entries: readonly PlayedEntry[]): Window[] =>
  spellsOf(entries).filter(({ phase, told }) => phase === 'after' && told !== undefined);

/**
 * Spells in which the twin itself stood still: what was under way then says nothing about the cluster. Not those while it
 * was brought up, which has a clock of its own.
 */
export function stalls(entries: readonly PlayedEntry[]): { fromMs: number; toMs: number }[] {
  const all = entriesOf(entries, 'stall');
  const begun = all.length === 0 ? -1 : entries.findIndex(({ kind }) => kind === 'step');
  return all
    .filter((stall) => entries.indexOf(stall) > begun)
    .map((stall) => ({ fromMs: stall.atMs - stall.stalledMs, toMs: stall.atMs }));
}

/** How long it was in the cluster's time: idle waits that were shortened on the way count with their documented length. */
export const clusterMsBetween = (entries: readonly PlayedEntry[], fromMs: number, toMs: number): number =>
  entriesOf(entries, 'step')
    .filter((step) => step.atMs >= fromMs && step.atMs < toMs)
    .reduce((sum, step) => sum + (step.unlivedMs ?? 0), toMs - fromMs);

export interface WindowedRequests {
  readonly counted: readonly Outcome[];
  readonly excluded: number;
}
/** Who waits for more than so many times as long as the twin stood still would have waited all the same: 120 s with 1.5 s in them. */
const LONG_TIMES = 10;
/** Requests due in a phase or in some windows, without those that were under way while the twin stood still. */
export function requestsIn(
  entries: readonly PlayedEntry[],
  where: Phase | Window | readonly Window[],
  journeys?: readonly string[],
): WindowedRequests {
  const windows =
    typeof where === 'string' ? windowsOf(entries).filter(({ phase }) => phase === where) : [where].flat();
  const still = stalls(entries);
  const due = entriesOf(entries, 'request')
    .map((entry) => entry.outcome)
    .filter(
      (o) =>
        windows.some((w) => o.atMs >= w.fromMs && o.atMs < w.toMs) &&
        (journeys === undefined || journeys.includes(o.journey)),
    );
  const isOfIt = ({ atMs, tookMs }: Outcome, { fromMs, toMs }: { fromMs: number; toMs: number }): boolean =>
    atMs < toMs && atMs + tookMs > fromMs && tookMs < LONG_TIMES * (toMs - fromMs);
  const counted = due.filter((o) => !still.some((one) => isOfIt(o, one)));
  return { counted, excluded: due.length - counted.length };
}

/** Longer than a request takes on a cluster that is well: 0.5 s, 0.9 s where each connection on its way is new. */
export const UNDER_WAY_MS = 1_000;
const steady = new WeakMap<readonly PlayedEntry[], { length: number; rest: readonly PlayedEntry[] }>();
/**
 * The play without the requests of the last second before its fault: some of them were under way when it came, and what it
 * did to them says nothing about how steady the cluster was. All of that second are left out, whatever became of them; none
 * where nobody was sent earlier.
 */
export function withoutLastSecond(entries: readonly PlayedEntry[]): readonly PlayedEntry[] {
  const known = steady.get(entries);
  if (known?.length === entries.length) return known.rest;
  const toMs = entriesOf(entries, 'step').find(({ phase }) => phase === 'during')?.atMs ?? Infinity;
  const isOfIt = (atMs: number): boolean => atMs >= toMs - UNDER_WAY_MS && atMs < toMs;
  const kept = entries.filter((one) => one.kind !== 'request' || !isOfIt(one.outcome.atMs));
  const rest = requestsIn(kept, 'before').counted.length > 0 ? kept : entries;
  steady.set(entries, { length: entries.length, rest });
  return rest;
}

/** An old list from the cache, without what its user was told is saved: told as a pain of its own. */
export const isStale = (outcome: Outcome): boolean =>
  outcome.error === 'wrong-body' && outcome.evidence.headers['x-cache'] === 'HIT';

/** Requests that tell of recovery: all that are due after the fault, but for old lists, which may outlive it by far. */
export function requestsOfRecovery(entries: readonly PlayedEntry[]): WindowedRequests {
  const { counted, excluded } = requestsIn(entries, 'after');
  const fresh = counted.filter((one) => !isStale(one));
  return { counted: fresh, excluded: excluded + counted.length - fresh.length };
}

/** Requests of the whole play that were answered right, without those under way while the twin stood still. */
export const rightRequests = (entries: readonly PlayedEntry[]): Outcome[] =>
  requestsIn(entries, windowsOf(entries)).counted.filter((o) => o.end === 'ok');

/** What became of a request, in one word: its status, else what was seen instead. */
export const statusOf = (outcome: Outcome): string =>
  outcome.error === 'wrong-body'
    ? 'wrong body'
    : outcome.status === undefined
      ? (outcome.error ?? 'nothing')
      : String(outcome.status);

/** How many requests came to what. */
export function tallyOf(outcomes: readonly Outcome[], key: (o: Outcome) => string = statusOf): Record<string, number> {
  const out: Record<string, number> = {};
  for (const o of outcomes) out[key(o)] = (out[key(o)] ?? 0) + 1;
  return out;
}
export function countsOf({ counted, excluded }: WindowedRequests, patienceMs: number): Counts {
  const ended = (end: Outcome['end']): number => counted.filter((o) => o.end === end).length;
  return {
    exposed: counted.length,
    ok: ended('ok'),
    fail: ended('fail'),
    unknown: ended('unknown'),
    inTime: counted.filter((o) => o.end === 'ok' && o.tookMs <= patienceMs).length,
    excluded,
    byStatus: tallyOf(counted),
    byProducer: tallyOf(counted, producedBy),
  };
}

/** Windows of one phase that follow each other are one. */
function phasesOf(windows: ReturnType<typeof spellsOf>): Omit<Window, 'told'>[] {
  const merged: Omit<Window, 'told'>[] = [];
  for (const { told: _told, counts: _counts, ...window } of windows) {
    const last = merged.at(-1);
    if (last?.phase === window.phase) merged[merged.length - 1] = { ...last, toMs: window.toMs };
    else merged.push(window);
  }
  return merged;
}

export function phaseStats(
  entries: readonly PlayedEntry[],
  journeys: readonly string[],
  patienceMs: number,
): PhaseStats[] {
  const counting = windowsOf(entries);
  return phasesOf(spellsOf(entries)).map((window) => {
    const within = counting.filter((one) => one.fromMs >= window.fromMs && one.toMs <= window.toMs);
    const statsOf = (journey: string): JourneyStats => journeyStats(requestsIn(entries, within, [journey]), patienceMs);
    return { ...window, journeys: Object.fromEntries(journeys.map((journey) => [journey, statsOf(journey)])) };
  });
}

function journeyStats(requests: WindowedRequests, patienceMs: number): JourneyStats {
  const took = ascending(requests.counted.filter((o) => o.end === 'ok').map((o) => o.tookMs));
  return {
    counts: countsOf(requests, patienceMs),
    p50Ms: percentile(took, 0.5),
    p95Ms: percentile(took, 0.95),
    maxMs: took.at(-1),
    cacheHits: requests.counted.filter((o) => o.evidence.headers['x-cache'] === 'HIT').length,
  };
}
