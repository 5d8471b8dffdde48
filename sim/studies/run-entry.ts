/** The first entry of a run's journal: what is run, where, and how to run it again. */
import { placesOf } from '../../topology/load.ts';
import { JOURNAL_VERSION } from '../journal.ts';
import type { RunEntry } from '../runtimes/entries.ts';
import type { StagingOptions } from '../scenario/stage.ts';

export interface RunFacts extends Omit<StagingOptions, 'script'> {
  readonly runId: string;
  readonly api: string;
  readonly host: RunEntry['host'];
  /** Wall time of the start, ISO 8601. */
  readonly startedAt: string;
  readonly command: string;
  readonly fast?: boolean | undefined;
  readonly checked?: boolean | undefined;
  readonly shard?: string | undefined;
}

export function runEntry(facts: RunFacts, mode: RunEntry['mode'], rateRps: number): RunEntry {
  const { topology } = facts;
  return {
    kind: 'run',
    atMs: 0,
    version: JOURNAL_VERSION,
    runId: facts.runId,
    startedAt: facts.startedAt,
    runtime: facts.runtime.name,
    seed: facts.seed,
    tempo: facts.tempo,
    profile: facts.profile,
    rateRps,
    mode,
    ...(facts.fast === true ? { fast: true } : {}),
    ...(facts.checked === true ? { checked: true } : {}),
    ...(facts.shard === undefined ? {} : { shard: facts.shard }),
    api: facts.api,
    host: facts.host,
    command: facts.command,
    topology: {
      id: topology.id,
      title: topology.title,
      nodes: placesOf(topology, 'node').length,
    },
  };
}
