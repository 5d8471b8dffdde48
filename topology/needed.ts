/** What a play needs of a topology: a program or a way that nobody uses in it costs time and shows nothing. */
import type { Place, Topology } from './schema.ts';

/** POPs that serve nobody while the nearest one stands. */
const fallbacksOf = ({ anycast }: Topology): Place[] => Object.values(anycast).flatMap(({ pops }) => pops.slice(1));

/** Places that stand ready, but for those that are named. */
const sparesOf = ({ externals }: Topology, but: readonly Place[]): Place[] =>
  Object.values(externals).flatMap(({ spare, place }) => (spare === true && !but.includes(place) ? [place] : []));

/** The topology without some places: what runs there, what leads there, and the ways to them alone. */
function withoutPlaces(topology: Topology, idle: ReadonlySet<string>): Topology {
  const { places, externals, links, anycast } = topology;
  const kept = <T>(all: Readonly<Record<string, T>>, endsOf: (one: T, key: string) => readonly string[]) =>
    Object.fromEntries(Object.entries(all).filter(([key, one]) => !endsOf(one, key).some((end) => idle.has(end))));
  return {
    ...topology,
    places: kept(places, (_, place) => [place]),
    externals: kept(externals, ({ place }) => [place]),
    links: kept(links, ({ between }) => between),
    anycast: Object.fromEntries(
      Object.entries(anycast).map(([id, one]) => [id, { ...one, pops: one.pops.filter((pop) => !idle.has(pop)) }]),
    ),
  };
}

/** What is done in a play that needs more than users do. */
export interface Needs {
  /** Users may be led to a fallback POP; default true. */
  readonly fallbacks?: boolean;
  /** Spare places that users are led to; default none. */
  readonly spares?: readonly Place[];
}

/** The topology without what only other journeys need, without spares, and without fallback POPs where no POP is broken. */
export const neededBy = (topology: Topology, journeys: Iterable<string>, needs: Needs = {}): Topology => {
  const { fallbacks = true, spares = [] } = needs;
  const played = new Set(journeys);
  const needed = <T extends { readonly journeys?: string[] | undefined }>(all: Readonly<Record<string, T>>) =>
    Object.fromEntries(
      Object.entries(all).filter(([, { journeys: users }]) => users?.some((one) => played.has(one)) ?? true),
    );
  const workloads = needed(topology.workloads);
  const services = Object.fromEntries(
    Object.entries(topology.services).filter(([, { workload }]) => Object.hasOwn(workloads, workload)),
  );
  const ingress = Object.fromEntries(
    Object.entries(topology.ingress).filter(([, { service }]) => Object.hasOwn(services, service)),
  );
  const [places, externals, links] = [needed(topology.places), needed(topology.externals), needed(topology.links)];
  const rest = { ...topology, places, externals, links, workloads, services, ingress };
  // Nobody is led to a fallback POP as long as no POP is broken.
  return withoutPlaces(rest, new Set([...sparesOf(rest, spares), ...(fallbacks ? [] : fallbacksOf(rest))]));
};
