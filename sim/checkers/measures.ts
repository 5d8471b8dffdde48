/** Each measure that a predicate can name, computed from the journal's requests. */
import type { Outcome } from '../runtimes/contract.ts';
import type { PlayedEntry, Predicate } from '../runtimes/entries.ts';
import type { Interval } from '../scenario/summary.ts';
import { isFromEdge, journeysAtEdge } from './edge-cache.ts';
import { ledgerOf } from './ledger.ts';
import { isUnhurt, sentLater } from './led-away.ts';
import { byRevision } from './revisions.ts';
import { askedForName, mostQuestions, neededConnection, type Questions } from './names.ts';
import { ascending, percentile, wilson } from './statistics.ts';
import { clusterMsBetween, entriesOf, requestsIn, requestsOfRecovery, tallyOf } from './window.ts';

export interface Measured {
  /** undefined: nothing to measure. */
  readonly value: number | undefined;
  readonly interval95: Interval | undefined;
  /** How many requests it rests on. */
  readonly n: number;
  readonly hits: number;
  /** It went on to the end of what was watched: the value is how long that was, and it may be longer. */
  readonly isCut?: boolean;
  /** The requests that speak against the predicate's usual direction, as evidence. */
  readonly requestIds: readonly string[];
  /** Told where the predicate is about new connections. */
  readonly questions?: Questions;
  /** Of a share: what became of those that are not in it, by status or what was seen instead. */
  readonly misses?: Readonly<Record<string, number>>;
  /** How many were answered by pods from before a rollout and by those that it brought. */
  readonly byRevision?: { readonly old: number; readonly new: number };
}

const shareOf = (requests: readonly Outcome[], hit: (o: Outcome) => boolean): Measured => {
  const hits = requests.filter(hit).length;
  const n = requests.length;
  const missed = requests.filter((o) => !hit(o));
  return {
    value: n === 0 ? undefined : hits / n,
    interval95: wilson(hits, n),
    n,
    hits,
    requestIds: missed.map((o) => o.requestId),
    misses: tallyOf(missed),
  };
};

/** How much of what was answered the revision with fewer answers had, as long as both could answer. */
function byEachRevision(entries: readonly PlayedEntry[], requests: readonly Outcome[]): Measured {
  const { old, new: brought } = byRevision(entries, requests) ?? { old: [], new: [] };
  const [hits, n] = [Math.min(old.length, brought.length), old.length + brought.length];
  return {
    value: n === 0 ? undefined : hits / n,
    interval95: wilson(hits, n),
    n,
    hits,
    requestIds: (old.length > brought.length ? old : brought).map((o) => o.requestId),
    byRevision: { old: old.length, new: brought.length },
  };
}

/** A request that never was answered right counts as endless. */
const latencies = (requests: readonly Outcome[]): number[] =>
  ascending(requests.map((o) => (o.end === 'ok' ? o.tookMs : Infinity)));

function latencyP95(requests: readonly Outcome[]): Measured {
  const value = percentile(latencies(requests), 0.95);
  return {
    value,
    interval95: undefined,
    n: requests.length,
    hits: requests.length,
    requestIds: requests.filter((o) => o.tookMs >= (value ?? Infinity)).map((o) => o.requestId),
  };
}
function addedP50(before: readonly Outcome[], during: readonly Outcome[]): Measured {
  const [a, b] = [percentile(latencies(before), 0.5), percentile(latencies(during), 0.5)];
  return {
    value: a === undefined || b === undefined ? undefined : b - a,
    interval95: undefined,
    n: during.length,
    hits: during.length,
    requestIds: [],
  };
}

/** Recovered means: from then on this share of requests is right and in time. */
export const RECOVERED_SHARE = 0.95;
/** Of fewer nobody can tell that share: the last of them may all be lucky. */
export const RECOVERED_NEEDS = Math.round(1 / (1 - RECOVERED_SHARE));

/**
 * From the recovery's act to the first request served from which on `RECOVERED_SHARE` of the requests are served; never: until
 * the first of those that are too few to tell, and cut. Idle waits until then count with their documented length.
 */
function recoveryTime(entries: readonly PlayedEntry[], patienceMs: number): Measured {
  const counted = requestsOfRecovery(entries).counted.toSorted((a, b) => a.atMs - b.atMs);
  const from = entriesOf(entries, 'step').find((step) => step.phase === 'after')?.atMs;
  const isGood = (o: Outcome): boolean => o.end === 'ok' && o.tookMs <= patienceMs;
  const bad = counted.filter((o) => !isGood(o));
  const latest = Math.max(0, counted.length - RECOVERED_NEEDS);
  let [good, first] = [0, counted.length];
  for (let index = counted.length - 1; index >= 0; index--) {
    const one = counted[index];
    if (one === undefined || !isGood(one)) continue;
    good++;
    if (index <= latest && good / (counted.length - index) >= RECOVERED_SHARE) first = index;
  }
  const at = counted[first];
  const told = at ?? counted[latest + 1] ?? counted[latest];
  const value =
    from === undefined || told === undefined ? undefined : first === 0 ? 0 : clusterMsBetween(entries, from, told.atMs);
  return {
    value,
    isCut: at === undefined,
    interval95: undefined,
    n: counted.length,
    hits: counted.length - bad.length,
    requestIds: bad.map((o) => o.requestId),
  };
}

/** Hits further apart than this are two spells, in milliseconds. */
const SPELL_GAP_MS = 5_000;
/**
 * How long it lasts at a stretch: from the first hit of a spell to its last, by when they were due; 0 for a single one, and
 * for none. Cut where it was not over when the last requests were due: the last hit was just now, and more of the last ones
 * hit than recovery lets pass.
 */
function longestSpell(requests: readonly Outcome[], isHit: (o: Outcome) => boolean): Measured {
  const due = requests.toSorted((a, b) => a.atMs - b.atMs);
  const hits = due.filter(isHit);
  let [value, fromMs, lastMs] = [0, -Infinity, -Infinity];
  for (const { atMs } of hits) {
    if (atMs - lastMs > SPELL_GAP_MS) fromMs = atMs;
    lastMs = atMs;
    value = Math.max(value, atMs - fromMs);
  }
  const last = due.slice(-RECOVERED_NEEDS);
  const isFresh = (last.at(-1)?.atMs ?? 0) - lastMs <= SPELL_GAP_MS;
  return {
    value: requests.length === 0 ? undefined : value,
    isCut: isFresh && last.filter(isHit).length > last.length * (1 - RECOVERED_SHARE),
    interval95: undefined,
    n: requests.length,
    hits: hits.length,
    requestIds: hits.map((o) => o.requestId),
  };
}

/** Of all that was acknowledged in the play, what was not there at its end. */
function lost(
  entries: readonly PlayedEntry[],
  journeys: Parameters<typeof ledgerOf>[1],
  what: 'writes' | 'jobs',
): Measured {
  const ledger = ledgerOf(entries, journeys);
  const [ids, n, isKnown] =
    what === 'writes'
      ? [ledger.lostWrites, ledger.acknowledgedWrites, ledger.foundWrites > 0]
      : [ledger.lostJobs, ledger.acceptedJobs, ledger.jobsSeen];
  return {
    value: isKnown ? ids.length / n : undefined,
    interval95: isKnown ? wilson(ids.length, n) : undefined,
    n,
    hits: ids.length,
    requestIds: ids,
  };
}

/** The measure a predicate names, over the requests due while the fault lasted (recovery: after it). */
export function measure(
  entries: readonly PlayedEntry[],
  predicate: Predicate,
  patienceMs: number,
  phase: 'before' | 'during' = 'during',
  journeysOf: Parameters<typeof ledgerOf>[1] = {},
): Measured {
  const { journey, status, connection, cache, name, afterMs = 0 } = predicate.where ?? {};
  const journeys = cache === 'edge' ? journeysAtEdge(entries) : journey === undefined ? undefined : [journey];
  const isNew = connection === 'new';
  const counted = requestsIn(entries, phase, journeys).counted.filter(
    (o) => (!isNew || neededConnection(o)) && (name === undefined || askedForName(o)),
  );
  switch (predicate.measure) {
    case 'share-ok':
      return shareOf(counted, (o) => o.end === 'ok');
    case 'share-failed': {
      const failed = shareOf(counted, (o) => o.end !== 'ok' || o.tookMs > patienceMs);
      return isNew ? { ...failed, questions: mostQuestions(entries) } : failed;
    }
    case 'share-status':
      return shareOf(counted, (o) => o.status === status);
    case 'longest-spell':
      return longestSpell(counted, (o) =>
        status === undefined ? o.end !== 'ok' || o.tookMs > patienceMs : o.status === status,
      );
    case 'share-cache-hit':
      return shareOf(counted, (o) => o.evidence.headers['x-cache'] === 'HIT');
    case 'share-at-edge':
      return shareOf(counted, (o) => o.end === 'ok' && isFromEdge(o));
    case 'share-led-away':
      return shareOf(sentLater(entries, counted, afterMs), isUnhurt(requestsIn(entries, 'before', journeys).counted));
    case 'share-by-each-revision':
      return byEachRevision(entries, counted);
    case 'latency-p95':
      return latencyP95(counted);
    case 'latency-added-p50':
      return addedP50(requestsIn(entries, 'before', journeys).counted, counted);
    case 'recovery-time':
      return recoveryTime(entries, patienceMs);
    case 'writes-lost':
      return lost(entries, journeysOf, 'writes');
    case 'jobs-lost':
      return lost(entries, journeysOf, 'jobs');
  }
}

/**
 * True when the measured value lies within the predicate's bounds; undefined when there was nothing to measure, and where
 * what went on to the end of what was watched may still come to lie within them or beyond.
 */
export function holds({ min = -Infinity, max = Infinity }: Predicate, measured: Measured): boolean | undefined {
  const { value, isCut = false } = measured;
  if (value === undefined) return undefined;
  if (value > max) return false;
  if (isCut && (value < min || max < Infinity)) return undefined;
  return value >= min;
}
