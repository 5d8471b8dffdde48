/** Predicates and counts in words. Reports add their own frame; these are the facts inside it. */
import type { Leg } from '../../topology/legs.ts';
import { WAITED_MS } from '../checkers/led-away.ts';
import type { Measured } from '../checkers/measures.ts';
import { legCounts, type LegCount, type Sight } from '../checkers/ways.ts';
import type { Figure, PlayEntry, Predicate } from '../runtimes/entries.ts';

/** "Some" of them: a share that a single one has. */
export const SOME_SHARE = 1e-6;
type Journeys = PlayEntry['journeys'];
export const nameOf = (journeys: Journeys, journey: string | undefined): string =>
  journey === undefined ? 'requests' : (journeys[journey]?.title ?? journey);

/** Whom a predicate speaks of: "lists", "requests that needed a new connection", "requests for what the edge had". */
const whoOf = ({ where }: Predicate, journeys: Journeys): string =>
  [
    nameOf(journeys, where?.journey),
    ...(where?.connection === 'new' ? ['that needed a new connection'] : []),
    ...(where?.name === 'asked' ? ['that needed the name looked up'] : []),
    ...(where?.cache === 'edge' ? ['for what the edge had'] : []),
    ...(where?.afterMs === undefined ? [] : [`sent ${duration(where.afterMs)} after the fault and later`]),
  ].join(' ');

/** "41 %", "0.5 %", "99.9 %": near its ends a share is told finer, for nearly all is not all. */
export const percent = (share: number): string => {
  const isNearAnEnd = (share > 0 && share < 0.1) || (share > 0.99 && share < 1);
  return `${(share * 100).toFixed(isNearAnEnd ? 1 : 0).replace(/\.0$/, '')} %`;
};
const HOURS_FROM_MS = 2 * 3_600_000;
/** "96 ms", "19 s", "1.3 s", "48 h". */
export function duration(ms: number): string {
  if (ms === Infinity) return 'never';
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms >= HOURS_FROM_MS) return `${(ms / 3_600_000).toFixed(0)} h`;
  return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0).replace(/\.0$/, '')} s`;
}
export const number = (n: number): string => n.toLocaleString('en-US');
export const ofN = (hits: number, n: number): string => `${number(hits)} of ${number(n)}`;

/** "7 of 2,410 requests got 502"; of several kinds each is told. @param codes  status or what was seen instead → how many */
export function failuresText(codes: Readonly<Record<string, number>>, n: number, who: string): string {
  const kinds = Object.entries(codes).toSorted(([, a], [, b]) => b - a);
  const [first, ...others] = kinds;
  const all = kinds.reduce((sum, [, count]) => sum + count, 0);
  if (first !== undefined && others.length === 0 && /^\d+$/.test(first[0]))
    return `${ofN(all, n)} ${who} got ${first[0]}`;
  return `${ofN(all, n)} ${who} failed: ${kinds.map(([code, count]) => `${number(count)} with ${code}`).join(', ')}`;
}

const LEDGER = { 'writes-lost': 'writes', 'jobs-lost': 'jobs' } as const;
/** What a predicate asks, in words: "at least 99 % of lists answered". */
export function readingOf(predicate: Predicate, journeys: Journeys): string {
  const who = whoOf(predicate, journeys);
  const bound = predicate.min === undefined ? predicate.max : predicate.min;
  const told = predicate.unit === 'share' ? percent : duration;
  const amount = told(bound ?? 0);
  const isBoth = predicate.min !== undefined && predicate.max !== undefined;
  const limit = `${predicate.min === undefined ? 'at most' : 'at least'} ${amount}${isBoth ? ` and at most ${told(predicate.max ?? 0)}` : ''}`;
  const some = isBoth ? `some, at most ${told(predicate.max ?? 0)}, of` : 'some';
  switch (predicate.measure) {
    case 'share-ok':
      return predicate.min === 1 ? `all ${who} answered right` : `${limit} of ${who} answered right`;
    case 'share-failed':
      return `${predicate.min === SOME_SHARE ? some : predicate.max === 0 ? 'none of' : `${limit} of`} ${who} not answered right in time`;
    case 'share-status':
      return `${predicate.min === SOME_SHARE ? some : `${limit} of`} ${who} end with ${predicate.where?.status ?? '?'}`;
    case 'longest-spell':
      return `${predicate.where?.status === undefined ? 'failing' : `a ${predicate.where.status}`} lasts ${limit} at a stretch`;
    case 'share-cache-hit':
      return `${limit} of ${who} come from the cache`;
    case 'share-at-edge':
      return `${limit} of ${who} come from the edge's cache`;
    case 'share-led-away':
      return `${limit} of ${who} answered right and hardly slower than before`;
    case 'share-by-each-revision':
      return `${limit} of ${who} answered by old pods and as many by new ones, as long as there are both`;
    case 'latency-p95':
      return `95 % of ${who} within ${amount}`;
    case 'latency-added-p50':
      return `${who} ${limit} slower at the median`;
    case 'recovery-time':
      return `95 % of requests right again within ${amount} of ${{ itself: 'its end, by itself', fallback: 'it, while the cause lasts', hand: 'it' }[predicate.where?.by ?? 'hand']}`;
    case 'writes-lost':
    case 'jobs-lost':
      return `${predicate.max === 0 ? 'no' : predicate.min === SOME_SHARE ? 'some' : `${limit} of`} acknowledged ${LEDGER[predicate.measure]} lost`;
  }
}

/** What came in the place of a status that nobody got, where it was no success: ", 320 with 522". */
const insteadOf = (codes: Readonly<Record<string, number>>): string =>
  Object.entries(codes)
    .filter(([code]) => !/^[23]/.test(code))
    .toSorted(([, a], [, b]) => b - a)
    .map(([code, count]) => `, ${number(count)} with ${code}`)
    .join('');
/** What was measured, in words: "374 of 374 lists answered right". */
export function seenOf(
  predicate: Predicate,
  { value, isCut, hits, n, questions, misses = {}, byRevision }: Omit<Measured, 'interval95' | 'requestIds'>,
  journeys: Journeys,
): string {
  const who = whoOf(predicate, journeys);
  if (value === undefined) return `no ${who} to measure`;
  switch (predicate.measure) {
    case 'share-ok':
      return predicate.min === 1 && hits < n ? failuresText(misses, n, who) : `${ofN(hits, n)} ${who} answered right`;
    case 'share-failed':
      return `${ofN(hits, n)} ${who} failed${questions === undefined ? '' : `, each after up to ${questions.during} DNS questions (up to ${questions.usual} before)`}`;
    case 'share-status':
      return `${ofN(hits, n)} ${who} ended with ${predicate.where?.status ?? '?'}${hits === 0 ? insteadOf(misses) : ''}`;
    case 'longest-spell':
      return hits === 0
        ? `no ${predicate.where?.status ?? 'failure'} at all`
        : `${predicate.where?.status ?? 'failures'} for ${duration(value)} at the longest${isCut === true ? ', not over when the fault was ended' : ''}`;
    case 'share-cache-hit':
      return `${ofN(hits, n)} ${who} came from the cache`;
    case 'share-at-edge':
      return `${ofN(hits, n)} ${who} came from the edge's cache${insteadOf(misses)}`;
    case 'share-led-away':
      if (hits === n) return `all ${number(n)} ${who} served as before`;
      return `${ofN(n - hits, n)} ${who} failed or took over ${duration(WAITED_MS)} longer than usual`;
    case 'share-by-each-revision':
      return `${number(byRevision?.old ?? 0)} of ${number(n)} ${who} answered by old pods and ${number(byRevision?.new ?? 0)} by new ones meanwhile`;
    case 'latency-p95':
      return value === Infinity
        ? `fewer than 95 % of ${who} were answered right at all`
        : `95 % of ${who} within ${duration(value)}`;
    case 'latency-added-p50':
      if (value === Infinity) return `not even half of ${who} were answered right`;
      return `${who} ${duration(value)} slower at the median`;
    case 'recovery-time':
      if (hits === n) return `${ofN(n, n)} requests right from the start`;
      return isCut === true
        ? `${ofN(hits, n)} requests right, never 95 % and more in ${duration(value)}`
        : `${ofN(hits, n)} requests right, 95 % and more from ${duration(value)} on`;
    case 'writes-lost':
    case 'jobs-lost':
      return `${ofN(hits, n)} acknowledged ${LEDGER[predicate.measure]} lost`;
  }
}

/** "createTask" as words. */
export const nameWords = (id: string): string => id.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
/** Short durations with one decimal: a millisecond is much there. */
export const fine = (ms: number): string => (ms < 9.95 ? `${Number(ms.toFixed(1))} ms` : `${Math.round(ms)} ms`);
/** A figure's range as it was meant: "20 to 60 ms", "less than 10 ms". */
const range = ({ minMs, maxMs }: Pick<Figure, 'minMs' | 'maxMs'>): string =>
  maxMs === undefined
    ? `more than ${fine(minMs)}`
    : minMs === maxMs
      ? `about ${fine(maxMs)}`
      : minMs === 0
        ? `less than ${fine(maxMs)}`
        : `${Number(minMs.toFixed(1))} to ${fine(maxMs)}`;

/** How a figure may be meant: one way (true), there and back (false), or, unsaid, either. */
export const waysOf = ({ way }: Pick<Figure, 'way'>): readonly boolean[] =>
  way === 'unsaid' ? [false, true] : [way === 'one-way'];
/** "20 to 60 ms there and back on a warm connection". */
export const figureReading = (figure: Figure, oneWay: boolean): string =>
  `${range(figure)}${figure.per === 'trip' ? ' a trip' : ''}${oneWay ? ' one way' : ' there and back'} on a ${figure.connection} connection`;

/** A place by its name: "external:neon" is Neon, any node the node. */
const placeName = (place: string): string => {
  const [kind = '', name = ''] = place.split(':');
  return kind === 'node' ? 'the node' : `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
};
/** Whom a leg leads to: a place far away by its name, on the same site the part. */
const goal = (leg: Leg): string => (leg.km > 0 ? placeName(leg.between[1]) : leg.to);
export const legName = (leg: Leg): string => `${leg.from} → ${leg.to}`;

/** "4 trips to Neon at 95 ms (assumed)" */
export const tripsTo = ({ leg, trips, handshakes }: LegCount): string =>
  `${trips} ${trips === 1 ? 'trip' : 'trips'}${handshakes > 0 ? `, ${handshakes} of them to connect,` : ''} to ${goal(leg)} at ${fine(leg.rttMs)} (assumed)`;

/** The trips on each long leg, or on the short ones where there is no long one; how many requests needed so many, where not all. */
export function tripsText(sights: readonly Sight[]): string {
  const all = legCounts(sights);
  const long = all.filter((one) => one.leg.km > 0);
  return (long.length > 0 ? long : all)
    .map((one) => `${tripsTo(one)}${one.hits === one.n ? '' : ` in ${ofN(one.hits, one.n)} requests`}`)
    .join(', ');
}
