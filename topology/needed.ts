/** What a play needs of a topology: a program that none of its journeys uses costs time and shows nothing. */
import type { Topology } from './schema.ts';

/** The topology without those externals that only other journeys need. */
export const neededBy = (topology: Topology, journeys: Iterable<string>): Topology => {
  const played = new Set(journeys);
  const needed = Object.entries(topology.externals).filter(
    ([, { journeys: users }]) => users === undefined || users.some((one) => played.has(one)),
  );
  return { ...topology, externals: Object.fromEntries(needed) };
};
