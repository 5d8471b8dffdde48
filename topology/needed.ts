/** What a play needs of a topology: a program or a way that none of its journeys uses costs time and shows nothing. */
import type { Topology } from './schema.ts';

/** The topology without those externals and links that only other journeys need. */
export const neededBy = (topology: Topology, journeys: Iterable<string>): Topology => {
  const played = new Set(journeys);
  const needed = <T extends { readonly journeys?: string[] | undefined }>(all: Readonly<Record<string, T>>) =>
    Object.fromEntries(
      Object.entries(all).filter(([, { journeys: users }]) => users?.some((one) => played.has(one)) ?? true),
    );
  return { ...topology, externals: needed(topology.externals), links: needed(topology.links) };
};
