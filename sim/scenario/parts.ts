/**
 * Which parts of a cluster a scenario is about. It names them as the reference cluster does and says what each is there; on
 * another cluster it is played with the parts that are that. A name without such a word means a part of exactly that name.
 */
import { z } from 'zod';
import { placesOf, roleBehind } from '../../topology/load.ts';
import type { Topology } from '../../topology/schema.ts';

const nth = z.number().int().nonnegative();
export const partSchema = z.union([
  /** The workload of a role; as a Service, the one before it. */
  z.strictObject({ workload: z.string() }),
  /** The place of the program of a role outside of the cluster; `of`: the one that only this journey needs; `id`: what the topology's externals call it. */
  z.strictObject({
    external: z.string(),
    spare: z.literal(true).optional(),
    of: z.string().optional(),
    id: z.literal(true).optional(),
  }),
  /** The nth POP that users are led to, counted from 0; and what runs there, as the topology's externals call it. */
  z.strictObject({ pop: nth }),
  z.strictObject({ edge: nth }),
  /** The last of the nodes: where a wrong target is wanted that is there. */
  z.strictObject({ node: z.literal('last') }),
  /** The public name of the api. */
  z.strictObject({ host: z.literal('api') }),
]);
export type Part = z.infer<typeof partSchema>;

const REFERENCE = {
  admin: { workload: 'admin' },
  api: { workload: 'api' },
  coredns: { workload: 'resolver' },
  redis: { workload: 'redis' },
  traefik: { workload: 'ingress' },
  worker: { workload: 'worker' },
  neon: { external: 'postgres', id: true },
  'external:neon': { external: 'postgres' },
  'external:backblaze': { external: 'object-store' },
  'external:cloudflare-dns': { external: 'resolver' },
  'external:second-dns': { external: 'resolver', spare: true },
  'pop:dallas': { pop: 0 },
  'pop:chicago': { pop: 1 },
  'pop:frankfurt': { external: 'edge', of: 'adminUsers' },
  'edge-dallas': { edge: 0 },
  'node:hetzner3': { node: 'last' },
  'api.myhoneydue.com': { host: 'api' },
} as const satisfies Readonly<Record<string, Part>>;
/** Parts of the reference cluster, by its names for them. */
export const parts = (...names: (keyof typeof REFERENCE)[]): Record<string, Part> =>
  Object.fromEntries(names.map((name) => [name, REFERENCE[name]]));

/** Public names that lead to a workload of a role, in the file's order. */
export const hostsOf = (topology: Topology, role: string): string[] =>
  Object.keys(topology.ingress).filter((host) => roleBehind(topology, host) === role);

const popsOf = (topology: Topology): readonly string[] =>
  Object.values(topology.anycast)[0]?.pops ?? placesOf(topology, 'pop');

/** What of a topology a part may be: one, none, or several between which nobody can choose. */
export function candidatesOf(topology: Topology, part: Part): string[] {
  const { workloads, externals } = topology;
  if ('workload' in part) return Object.keys(workloads).filter((id) => workloads[id]?.role === part.workload);
  if ('external' in part)
    return Object.entries(externals).flatMap(([id, { role, spare, journeys = [], place }]) => {
      const isIt = role === part.external && spare === part.spare;
      const found = part.id === true ? id : place;
      return isIt && (part.of === undefined || journeys.includes(part.of)) ? [found] : [];
    });
  const one = (name: string | undefined): string[] => (name === undefined ? [] : [name]);
  if ('pop' in part) return one(popsOf(topology)[part.pop]);
  if ('edge' in part) {
    const pop = popsOf(topology)[part.edge];
    return one(Object.keys(externals).find((id) => externals[id]?.role === 'edge' && externals[id].place === pop));
  }
  return 'node' in part ? one(placesOf(topology, 'node').at(-1)) : one(hostsOf(topology, 'api')[0]);
}

/** What a part is called in a topology: by its own name where that fits; undefined where there is none, or no telling which. */
export function nameIn(topology: Topology, name: string, part: Part): string | undefined {
  const found = candidatesOf(topology, part);
  return found.includes(name) ? name : found.length === 1 ? found[0] : undefined;
}
