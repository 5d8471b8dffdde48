/**
 * The way of a request through the topology: which parts speak with each other, how far apart they stand, and which round
 * trip is assumed between them. Distances are great circles between the named places.
 */
import { latencyBetween, placesOf } from './load.ts';
import type { Place, Topology } from './schema.ts';

/** Parts on a request's way, as hops name them, from the user inwards; the api calls the last two. */
export const WAY = ['phone', 'edge', 'ingress', 'api', 'postgres', 'redis'] as const;
export type WayPart = (typeof WAY)[number];

/** Two parts that speak with each other. `rttMs` and `jitterMs` are assumed, by `source`. */
export interface Leg {
  readonly from: WayPart;
  readonly to: WayPart;
  readonly between: readonly [Place, Place];
  readonly km: number;
  readonly rttMs: number;
  readonly jitterMs: number;
  readonly source: string;
}

const EARTH_RADIUS_KM = 6_371;
/** Light in vacuum, and in glass (refractive index 1.5): kilometres in a millisecond. */
export const KM_PER_MS = { vacuum: 299.792_458, fibre: 200 } as const;
/** There and back over a distance: nothing is faster than `vacuum`, nothing laid in glass faster than `fibre`. */
export const floorsMs = (km: number): { readonly vacuum: number; readonly fibre: number } => ({
  vacuum: (2 * km) / KM_PER_MS.vacuum,
  fibre: (2 * km) / KM_PER_MS.fibre,
});

type Site = Pick<Topology['places'][string], 'latitude' | 'longitude'>;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;
/** Haversine. */
export function greatCircleKm(a: Site, b: Site): number {
  const [lat, lon] = [radians(b.latitude - a.latitude), radians(b.longitude - a.longitude)];
  const h =
    Math.sin(lat / 2) ** 2 + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * Math.sin(lon / 2) ** 2;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(h)));
}

const CALLS: readonly (readonly [WayPart, WayPart])[] = [
  ['phone', 'edge'],
  ['edge', 'ingress'],
  ['ingress', 'api'],
  ['api', 'postgres'],
  ['api', 'redis'],
];

/** Where a part may stand: users' place, an external's place, or any node. */
export function placesOfPart(topology: Topology, part: WayPart): Place[] {
  if (part === 'phone') return [topology.users.place];
  const external = Object.values(topology.externals).find((one) => one.role === part);
  if (external !== undefined) return [external.place];
  const isDeployed = Object.values(topology.workloads).some((one) => one.role === part);
  return isDeployed ? placesOf(topology, 'node') : [];
}

/** All legs that this topology has; between kinds of places the longest assumed way, and the shortest distance. */
export function legsOf(topology: Topology, profile: string): Leg[] {
  return CALLS.flatMap(([from, to]) => {
    const pairs = placesOfPart(topology, from).flatMap((a) => placesOfPart(topology, to).map((b) => [a, b] as const));
    const legs = pairs.flatMap((between): Leg[] => {
      const [a, b] = between.map((place) => topology.places[place]);
      if (a === undefined || b === undefined) return [];
      const { rttMs, jitterMs, source } = latencyBetween(topology, ...between, profile);
      return [{ from, to, between, km: greatCircleKm(a, b), rttMs, jitterMs, source }];
    });
    const longest = legs.toSorted((x, y) => y.rttMs - x.rttMs)[0];
    return longest === undefined ? [] : [{ ...longest, km: Math.min(...legs.map((leg) => leg.km)) }];
  });
}
