/** What a play needs of a topology: a program or a way that nobody uses in it costs time and shows nothing. */
import type { Place, Topology } from './schema.ts';

/** POPs that serve nobody while the nearest one stands. */
const fallbacksOf = ({ anycast }: Topology): Set<string> =>
  new Set(Object.values(anycast).flatMap(({ pops }) => pops.slice(1)));

/** Nobody is led to a fallback POP as long as no POP is broken. */
function withoutFallbacks(topology: Topology): Topology {
  const idle = fallbacksOf(topology);
  const { places, externals, anycast } = topology;
  return {
    ...topology,
    places: Object.fromEntries(Object.entries(places).filter(([place]) => !idle.has(place))),
    externals: Object.fromEntries(Object.entries(externals).filter(([, one]) => !idle.has(one.place))),
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
  const idle = new Set(
    Object.values(topology.externals).flatMap(({ spare, place }) =>
      spare === true && !spares.includes(place) ? [place] : [],
    ),
  );
  const places = Object.fromEntries(
    Object.entries(needed(topology.places)).filter(([place]) => !idle.has(place as Place)),
  );
  const externals = Object.fromEntries(
    Object.entries(needed(topology.externals)).filter(([, { place }]) => !idle.has(place)),
  );
  const links = Object.fromEntries(
    Object.entries(needed(topology.links)).filter(([, { between }]) => !between.some((end) => idle.has(end as Place))),
  );
  const rest = { ...topology, places, externals, links, workloads, services, ingress };
  return fallbacks ? rest : withoutFallbacks(rest);
};
