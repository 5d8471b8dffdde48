/**
 * What an app shows of itself while nothing is broken. What it never does cannot fail either: whoever wrote the app,
 * statements about that are not proven.
 */
import type { Clause } from '../runtimes/outside.ts';
import type { Outcome } from '../runtimes/contract.ts';
import type { PlayedEntry, PlayEntry, Predicate } from '../runtimes/entries.ts';
import type { Ledger } from '../scenario/summary.ts';
import { journeysAtEdge } from './edge-cache.ts';
import { entriesOf, windowsOf } from './window.ts';

/** Says what an app must do to be judged, and what each enables. */
const PAGE = 'docs/own-api.md';
export interface Silence {
  readonly reason: string;
  /** What to do or to read. */
  readonly next: string;
}

/** Requests that were due before anything was broken. */
export function beforeFaults(entries: readonly PlayedEntry[]): Outcome[] {
  const fromMs = windowsOf(entries).find((window) => window.phase === 'during')?.fromMs ?? Infinity;
  return entriesOf(entries, 'request')
    .map((entry) => entry.outcome)
    .filter((outcome) => outcome.atMs < fromMs);
}

/** Why nothing can be said about an app's cache, from its answers before the fault; undefined when something can. */
export function cacheSilence(outcomes: readonly Outcome[]): Silence | undefined {
  const told = outcomes.map((one) => one.evidence.headers['x-cache']).filter((one) => one !== undefined);
  if (told.length === 0) return { reason: 'the api sends no X-Cache header', next: `send it: ${PAGE}#cache` };
  if (told.includes('HIT')) return undefined;
  return { reason: `none of ${told.length} answers came from the cache before the fault`, next: `${PAGE}#cache` };
}
/** The same for one predicate, which may be about something else. */
export function silenceAbout({ measure, where }: Predicate, entries: readonly PlayedEntry[]): Silence | undefined {
  if (where?.cache === 'edge' && journeysAtEdge(entries).length === 0)
    return {
      reason: "nothing came from the edge's cache before the fault",
      next: 'look at the Cache-Control of what is served',
    };
  if (measure !== 'share-cache-hit') return undefined;
  return cacheSilence(beforeFaults(entries).filter((one) => one.journey === (where?.journey ?? one.journey)));
}

/** Why a faulty resolver cannot reach a foreign app; undefined when it can, or when the play breaks something else. */
export function namesSilence(play: PlayEntry, entries: readonly PlayedEntry[]): Silence | undefined {
  const isForeign = play.parts.some((part) => part.kind === 'own-app');
  // Whom users ask is another matter than whom the nodes ask.
  const breaksNames = entriesOf(entries, 'proof').some(
    (proof) => proof.question.ask === 'name' && proof.from.startsWith('node:'),
  );
  const asks = beforeFaults(entries).some((one) =>
    one.hops.some((hop) => hop.part === 'api' && (hop.questions ?? 0) > 0),
  );
  return isForeign && breaksNames && !asks
    ? { reason: "the api does not ask the cluster's DNS: it is given addresses", next: `${PAGE}#names` }
    : undefined;
}

const unkeptIn = (entries: readonly PlayedEntry[]): Clause[] =>
  entriesOf(entries, 'contract').flatMap(({ clauses }) => clauses.filter((one) => !one.kept));
/** Which journey a foreign app does not serve at all, so that it cannot take part in this play; undefined when it serves all. */
export function absenceOf(entries: readonly PlayedEntry[]): Silence | undefined {
  const saw = unkeptIn(entries).flatMap((one) => (one.clause === 'journey' ? [one.saw] : []));
  return saw.length === 0
    ? undefined
    : { reason: `the api does not take part in it: ${saw.join(', ')}`, next: `serve it: ${PAGE}#journeys` };
}
/** By which question each service that an app may not use at all is seen to be broken. */
const ASKED_BY = { REDIS_URL: 'ping', DATABASE_URL: 'sql' } as const;
/** Why what breaks a service cannot reach a foreign app: nobody saw it connect there. */
export function serviceSilence(entries: readonly PlayedEntry[]): Silence | undefined {
  const asked = new Set(entriesOf(entries, 'proof').map(({ question }) => question.ask));
  const [unused] = unkeptIn(entries).filter(
    ({ clause }) => (clause === 'REDIS_URL' || clause === 'DATABASE_URL') && asked.has(ASKED_BY[clause]),
  );
  return unused && { reason: `the api does not take part in it: ${unused.saw}`, next: `connect there: ${PAGE}#env` };
}

/** What the ledger cannot tell of this app, in words. */
export const ledgerSilences = (ledger: Ledger): string[] => [
  ...(ledger.acknowledgedWrites > 0 && ledger.foundWrites === 0
    ? [`no write of this api was found in task_task: lost writes are not judged (${PAGE}#writes)`]
    : []),
  ...(ledger.acceptedJobs > 0 && !ledger.jobsSeen
    ? [`no job of this api ran before the fault: lost jobs are not judged (${PAGE}#queue)`]
    : []),
];
