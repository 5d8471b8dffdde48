/** What would make a variant's statements come out otherwise, on the cluster at hand. */
import { isDeepStrictEqual } from 'node:util';
import { applySetTexts } from '../../topology/set-text.ts';
import type { Topology } from '../../topology/schema.ts';
import { SimError } from '../errors.ts';
import type { PlayEntry } from '../runtimes/entries.ts';
import { topologyOf, type Scenario } from './scenario.ts';

/** As a journal and its reports tell it. */
export type Flip = NonNullable<PlayEntry['flips']>[number];

/** False where the value is so already, where the variant sets it itself, or where this cluster has no such thing. */
function changes(topology: Topology, scenario: Scenario, variantId: string, set: string): boolean {
  const played = (one: Topology): object => {
    const { id: _id, title: _title, ...rest } = topologyOf(one, scenario, variantId);
    return rest;
  };
  try {
    return !isDeepStrictEqual(played(applySetTexts(topology, [set])), played(topology));
  } catch (error) {
    if (error instanceof SimError) return false;
    throw error;
  }
}

/** @param topology  as it is, or as the variant changes it */
export function flipsOf(topology: Topology, scenario: Scenario, variantId: string): Flip[] {
  if (scenario.variants[variantId]?.unsaid === true) return [];
  return scenario.flips
    .filter(({ variant = variantId, to, set }) => {
      if (variant !== variantId || to === variantId) return false;
      return set === undefined || changes(topology, scenario, variantId, set);
    })
    .map(({ says, set, to }) => ({
      says,
      ...(set === undefined ? {} : { set }),
      ...(to === undefined ? {} : { to }),
    }));
}
