/** What requests tell of the ways between parts: how long, how many round trips, on a new connection or a warm one. */
import type { Hop, Outcome } from '../runtimes/contract.ts';
import type { Figure, Leg, WayPart } from '../runtimes/entries.ts';
import type { Quantile } from './hops.ts';
import { ascending, medianInterval, percentile } from './statistics.ts';

/** How one request fared on one way. */
export interface Sight {
  readonly tookMs: number;
  /** Leg by leg, as counted. */
  readonly trips: readonly { readonly leg: Leg; readonly trips: number; readonly handshakes: number }[];
}

/** The hop under which the api tells what it spends towards a part; all other parts tell it themselves. */
const CALLED: Readonly<Partial<Record<WayPart, string>>> = { postgres: 'sql', redis: 'redis' };
const hopOf = (outcome: Outcome, part: string): Hop | undefined => outcome.hops.find((one) => one.part === part);
/** The hop that counts the trips of a leg. */
const counterOf = (outcome: Outcome, leg: Pick<Leg, 'from' | 'to'>): Hop | undefined =>
  hopOf(outcome, CALLED[leg.to] ?? leg.from);

function legSights(outcome: Outcome, legs: readonly Leg[]): Sight['trips'] {
  return legs.flatMap((leg) => {
    const { trips, handshakes = 0 } = counterOf(outcome, leg) ?? {};
    return trips === undefined || trips === 0 ? [] : [{ leg, trips, handshakes }];
  });
}

/** Legs from one part to another: of the chain, those in between; towards what the api calls, that call. */
export function legsBetween(legs: readonly Leg[], [from, to]: readonly [WayPart, WayPart]): Leg[] {
  const chain: Leg[] = [];
  for (let part = to; part !== from;) {
    const leg = legs.find((one) => one.to === part);
    if (leg === undefined) return [];
    chain.unshift(leg);
    part = leg.from;
  }
  return chain;
}

/** How a request fared between two parts; undefined where it did not come by, or nobody told. */
function sightBetween(outcome: Outcome, legs: readonly Leg[], ends: readonly [WayPart, WayPart]): Sight | undefined {
  const way = legsBetween(legs, ends);
  const trips = legSights(outcome, way);
  if (way.length === 0 || trips.length < way.length) return undefined;
  const [from, to] = ends;
  const outerMs = hopOf(outcome, from)?.tookMs;
  const calledMs = hopOf(outcome, CALLED[to] ?? '')?.tookMs;
  const last = way.at(-1);
  if (calledMs !== undefined && last !== undefined) {
    // A called part tells only how long the call took: what lies before the caller is added.
    const aheadMs =
      last.from === from ? 0 : (outerMs ?? Number.NaN) - (hopOf(outcome, last.from)?.tookMs ?? Number.NaN);
    return Number.isNaN(aheadMs) ? undefined : { tookMs: aheadMs + calledMs, trips };
  }
  const innerMs = hopOf(outcome, to)?.tookMs;
  return outerMs === undefined || innerMs === undefined ? undefined : { tookMs: outerMs - innerMs, trips };
}

const isWarm = ({ trips }: Sight): boolean => trips.every((one) => one.handshakes === 0);
/** Cold: every long way of it was opened for this request; on the same site a connection more is not felt. */
const isCold = ({ trips }: Sight): boolean => {
  const long = trips.filter((one) => one.leg.km > 0);
  return long.length > 0 && long.every((one) => one.handshakes > 0);
};

/** How the requests that a figure is about fared. */
export function sightsOf(
  requests: readonly Outcome[],
  legs: readonly Leg[],
  figure: Pick<Figure, 'between' | 'journey' | 'connection'>,
): { readonly outcome: Outcome; readonly sight: Sight }[] {
  return requests
    .filter((outcome) => figure.journey === undefined || outcome.journey === figure.journey)
    .flatMap((outcome) => {
      const sight =
        figure.between === undefined
          ? { tookMs: outcome.tookMs, trips: legSights(outcome, legs) }
          : sightBetween(outcome, legs, figure.between);
      if (sight === undefined || sight.trips.length === 0) return [];
      return (figure.connection === 'warm' ? isWarm : isCold)(sight) ? [{ outcome, sight }] : [];
    });
}

/** What the counted trips would take over the assumed delays alone. */
export const assumedMs = (sight: Sight): number =>
  sight.trips.reduce((sum, { leg, trips }) => sum + trips * leg.rttMs, 0);
/** The least that a delay which is in force can take: no link delivers earlier than its jitter allows. */
export const leastMs = (sight: Sight): number =>
  sight.trips.reduce((sum, { leg, trips }) => sum + trips * (leg.rttMs - leg.jitterMs), 0);
export const tripsOf = (sight: Sight): number => sight.trips.reduce((sum, one) => sum + one.trips, 0);

/** The median and how well it is known. */
export function middleOf(values: readonly number[]): Quantile | undefined {
  const sorted = ascending(values);
  const ms = percentile(sorted, 0.5);
  return ms === undefined ? undefined : { ms, interval95: medianInterval(sorted) };
}

/** The most frequent count of trips on one leg, and how many requests needed it. */
export interface LegCount {
  readonly leg: Leg;
  readonly trips: number;
  readonly handshakes: number;
  readonly hits: number;
  readonly n: number;
}
export function legCounts(sights: readonly Sight[]): LegCount[] {
  const byLeg = Map.groupBy(
    sights.flatMap((sight) => sight.trips),
    (one) => one.leg.to,
  );
  return [...byLeg.values()].flatMap((own) => {
    const kinds = Map.groupBy(own, (one) => `${one.trips} ${one.handshakes}`);
    const [usual] = [...kinds.values()].toSorted((a, b) => b.length - a.length);
    const first = usual?.[0];
    return first === undefined || usual === undefined ? [] : [{ ...first, hits: usual.length, n: own.length }];
  });
}
