/** Acknowledged writes against Postgres, accepted jobs against the worker's record. */
import type { Outcome } from '../runtimes/contract.ts';
import type { PlayedEntry } from '../runtimes/entries.ts';
import type { Ledger } from '../scenario/summary.ts';
import { beforeFaults } from './traits.ts';
import { entriesOf } from './window.ts';

type Journeys = Readonly<Record<string, { readonly enqueues: boolean; readonly writes: boolean }>>;

/**
 * A write is lost when it was acknowledged and is not there, doubled when it is there twice, a phantom when it is there
 * though it certainly failed. What ended unknown may be there or not: it is counted, never blamed. An app that keeps its
 * writes and jobs where nobody looks loses nothing that could be known: one of each must have been found.
 */
export function ledgerOf(entries: readonly PlayedEntry[], journeys: Journeys): Ledger {
  const outcomes = entriesOf(entries, 'request').map((entry) => entry.outcome);
  const readback = entriesOf(entries, 'readback').at(-1);
  const writes = readback?.writes ?? {};
  const jobs = readback?.jobs ?? {};
  const writing = outcomes.filter((o) => journeys[o.journey]?.writes === true);
  const acknowledged = writing.filter((o) => o.end === 'ok').map((o) => o.requestId);
  const acceptedIn = (some: readonly Outcome[]): string[] =>
    some.filter((o) => journeys[o.journey]?.enqueues === true && o.end === 'ok').map((o) => o.requestId);
  const accepted = acceptedIn(outcomes);
  const unknown = writing.filter((o) => o.end === 'unknown').map((o) => o.requestId);
  const failed = writing.filter((o) => o.end === 'fail' && o.error !== 'wrong-body').map((o) => o.requestId);
  const count = (table: Readonly<Record<string, number>>, id: string): number => table[id] ?? 0;
  const found = acknowledged.filter((id) => count(writes, id) > 0).length;
  const jobsSeen = acceptedIn(beforeFaults(entries)).some((id) => count(jobs, id) > 0);
  return {
    acknowledgedWrites: acknowledged.length,
    foundWrites: found,
    lostWrites: found > 0 ? acknowledged.filter((id) => count(writes, id) === 0) : [],
    doubledWrites: writing.map((o) => o.requestId).filter((id) => count(writes, id) > 1),
    phantomWrites: failed.filter((id) => count(writes, id) > 0),
    unknownWrites: unknown.length,
    unknownWritesFound: unknown.filter((id) => count(writes, id) > 0).length,
    acceptedJobs: accepted.length,
    jobsSeen,
    lostJobs: jobsSeen ? accepted.filter((id) => count(jobs, id) === 0) : [],
    doubledJobs: accepted.filter((id) => count(jobs, id) > 1),
    phantomJobs: failed.filter((id) => count(jobs, id) > 0),
  };
}
