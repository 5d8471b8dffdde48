/** What every run says of itself and checks before it starts anything. */
import { availableParallelism, totalmem } from 'node:os';
import type { Topology } from '../../topology/schema.ts';
import { SimError } from '../errors.ts';
import type { RunEntry } from '../runtimes/entries.ts';

export const hostFacts = (): RunEntry['host'] => ({
  cores: availableParallelism(),
  memoryBytes: totalmem(),
  platform: `${process.platform}-${process.arch}`,
  node: process.version,
});
/** When the command was typed, as far as it can be known: the bootstrap says it, else this process began then. */
const processStartMs = (): number => Number(process.env['TWIN_STARTED_MS'] ?? performance.timeOrigin);
export const sinceStartMs = (): number => performance.timeOrigin + performance.now() - processStartMs();

/** The latency profile that is played. @throws SimError `SIM_USAGE` when the topology has none of that name */
export function profileOf(
  topology: Topology,
  { profile = topology.defaultProfile }: { readonly profile?: string },
): string {
  const profiles = [...new Set(Object.values(topology.links).flatMap((link) => Object.keys(link.profiles)))];
  if (!profiles.includes(profile))
    throw new SimError('SIM_USAGE', `unknown latency profile "${profile}"`, {
      hint: `profiles of ${topology.id}: ${profiles.join(', ')}`,
    });
  return profile;
}
