/** What users saw and the document is silent about: jobs, writes and answers that were not what users had been told. */
import { speaksOf } from './expectations.ts';
import { countsOf, endingsOf, entriesOf, isStale, requestsIn, statusOf, tallyOf } from '../checkers/window.ts';
import type { Outcome } from '../runtimes/contract.ts';
import type { Claim, PlayedEntry, PlayEntry } from '../runtimes/entries.ts';
import { ascending, percentile } from '../checkers/statistics.ts';
import { PAIN_FROM, painOf } from './pain.ts';
import { duration, failuresText, nameOf, ofN } from './phrases.ts';
import type { Ledger, Pain, UNMENTIONED } from './summary.ts';

export interface Told {
  /** The last part of its id. */
  readonly id: (typeof UNMENTIONED)[number];
  readonly sentence: string;
  readonly pain: Pain;
  readonly requestIds: readonly string[];
}
interface Seen {
  readonly play: PlayEntry;
  readonly entries: readonly PlayedEntry[];
  readonly ledger: Ledger;
  /** What the document says of this variant. */
  readonly claims: readonly Claim[];
}

/** Jobs accepted from the fault's first moment on, and those that were lost of before: what the loss is a share of. */
function jobsAccepted({ play, entries, ledger }: Seen): number {
  const during = requestsIn(entries, 'during', enqueuing(play)).counted.filter((o) => o.end === 'ok');
  return new Set([...during.map((o) => o.requestId), ...ledger.lostJobs]).size;
}
const enqueuing = ({ journeys }: PlayEntry): string[] =>
  Object.entries(journeys).flatMap(([id, journey]) => (journey.enqueues ? [id] : []));

/** Says that jobs are lost, in words that were not read: naming jobs is not enough. */
const TELLS_OF_LOST_JOBS =
  /\b(?:jobs?|notifications?|messages?)\b[^.;,]{0,40}\b(?:lost|gone|dropped|never (?:run|ran|sent|come))\b/i;
const DENIES = /\b(?:no|not|none|nothing|without|zero|never (?:lost|gone|dropped))\b/i;
/** Whether a statement is judged on it, or says it. */
const isSaid = ({ claims }: Seen): boolean =>
  claims.some(
    ({ predicates, source: { text } }) =>
      predicates.some((one) => one.measure === 'jobs-lost') || (TELLS_OF_LOST_JOBS.test(text) && !DENIES.test(text)),
  );

function ofJobs(seen: Seen): Told[] {
  const { lostJobs, doubledJobs, phantomJobs } = seen.ledger;
  const lost: Told = {
    id: 'jobs-lost',
    sentence: `${ofN(lostJobs.length, jobsAccepted(seen))} notification jobs were accepted and never ran`,
    pain: 'loss',
    requestIds: lostJobs,
  };
  const doubled: Told = {
    id: 'jobs-doubled',
    sentence: `${doubledJobs.length} notification jobs ran more than once`,
    pain: 'medium',
    requestIds: doubledJobs,
  };
  const phantom: Told = {
    id: 'jobs-phantom',
    sentence: `${phantomJobs.length} notification jobs ran though their request had failed`,
    pain: 'medium',
    requestIds: phantomJobs,
  };
  return [...(isSaid(seen) ? [] : [lost]), ...stillLost(seen), doubled, phantom];
}

/** Loss that the fault's end did not end: of the jobs accepted after it the later half, for which all should be well. */
function stillLost({ play, entries, ledger }: Seen): Told[] {
  const lost = new Set(ledger.lostJobs);
  // Recovery may begin before the fault's own end: what is lost until then is no surprise.
  const healedMs = entriesOf(entries, 'fault').reduce((last, one) => (one.state === 'healed' ? one.atMs : last), 0);
  const accepted = requestsIn(entries, 'after', enqueuing(play))
    .counted.filter((o) => o.end === 'ok' && o.atMs >= healedMs)
    .toSorted((a, b) => a.atMs - b.atMs);
  const later = accepted.slice(Math.ceil(accepted.length / 2));
  const requestIds = later.filter((o) => lost.has(o.requestId)).map((o) => o.requestId);
  const sentence = `${ofN(requestIds.length, later.length)} notification jobs accepted well after the fault never ran either`;
  return [{ id: 'jobs-still-lost', sentence, pain: 'loss', requestIds }];
}

function ofWrites({ ledger }: Seen): Told[] {
  const { lostWrites, doubledWrites, phantomWrites, acknowledgedWrites } = ledger;
  return [
    {
      id: 'writes-lost',
      sentence: `${ofN(lostWrites.length, acknowledgedWrites)} acknowledged writes are gone`,
      pain: 'loss',
      requestIds: lostWrites,
    },
    {
      id: 'writes-doubled',
      sentence: `${doubledWrites.length} writes were done twice`,
      pain: 'medium',
      requestIds: doubledWrites,
    },
    {
      id: 'writes-phantom',
      sentence: `${phantomWrites.length} writes were done though their request had failed`,
      pain: 'medium',
      requestIds: phantomWrites,
    },
  ];
}

function ofAnswers({ play, entries, claims }: Seen): Told[] {
  const said = claims.map((claim) => claim.source.text.toLowerCase()).join(' ');
  const told = (['during', 'after'] as const).flatMap((phase) => requestsIn(entries, phase).counted);
  const wrong = told.filter((o) => o.error === 'wrong-body');
  const [stale, false200] = [wrong.filter(isStale), wrong.filter((o) => !isStale(o))];
  const lists = told.filter((o) => play.exposed.includes(o.journey)).length;
  const who = nameOf(play.journeys, play.exposed[0]);
  const old: Told = {
    id: 'stale',
    sentence: `${ofN(stale.length, lists)} ${who} lacked a task that the user had been told was saved`,
    pain: 'medium',
    requestIds: stale.map((o) => o.requestId),
  };
  return [
    {
      id: 'wrong-answers',
      sentence: `${false200.length} answers looked well and were wrong, the first: ${false200[0]?.detail ?? ''}`,
      pain: 'high',
      requestIds: false200.map((o) => o.requestId),
    },
    ...(/\bstale\b|outdated|\bold (?:lists?|tasks?|data)\b/.test(said) ? [] : [old]),
  ];
}

/** A right answer that came when nobody waited for it any more is a failure by its time, not by its status. */
const toldOf = (one: Outcome): string => (one.end === 'ok' ? 'a right answer, too late' : statusOf(one));
/** A variant that no statement is about: what failed in it is news as a whole. */
function ofUnsaid(seen: Seen): Told[] {
  const { play, entries } = seen;
  if (seen.claims.length > 0) return [];
  const requests = requestsIn(entries, 'during', play.exposed);
  const failed = requests.counted.filter((o) => o.end !== 'ok' || o.tookMs > play.patienceMs);
  const who = nameOf(play.journeys, play.exposed.length === 1 ? play.exposed[0] : undefined);
  return [
    {
      id: 'failed',
      sentence: failuresText(tallyOf(failed, toldOf), requests.counted.length, who),
      pain: painOf(countsOf(requests, play.patienceMs), 0),
      requestIds: failed.map((o) => o.requestId),
    },
    ...slower(seen, failed.length),
  ];
}

/** So many times what was usual: more than a new connection, which anybody may need (1.1 s of 0.5 in the reference cluster). */
const NOTICED = 2.5;
/** Where nobody failed: who waited far longer than the half of them did before. */
function slower({ play, entries }: Seen, failures: number): Told[] {
  const rightIn = (phase: 'before' | 'during') =>
    requestsIn(entries, phase, play.exposed).counted.filter((o) => o.end === 'ok');
  const [before, during] = [rightIn('before'), rightIn('during')];
  const usualMs = percentile(ascending(before.map((o) => o.tookMs)), 0.5) ?? Infinity;
  const slow = during.filter((o) => o.tookMs >= NOTICED * usualMs).toSorted((a, b) => b.tookMs - a.tookMs);
  if (failures > 0 || before.length === 0) return [];
  const who = nameOf(play.journeys, play.exposed.length === 1 ? play.exposed[0] : undefined);
  const sentence = `nobody failed; ${ofN(slow.length, during.length)} ${who} took up to ${duration(slow[0]?.tookMs ?? 0)}, where ${duration(usualMs)} had been usual`;
  return [{ id: 'slower', sentence, pain: 'low', requestIds: slow.map((o) => o.requestId) }];
}

/** Users were well again before the fault's own end, and that end hurt them once more. */
function ofItsEnd({ play, entries }: Seen): Told[] {
  return endingsOf(entries).flatMap((window) => {
    const requests = requestsIn(entries, window, play.exposed);
    const failed = requests.counted.filter((o) => o.end !== 'ok' || o.tookMs > play.patienceMs);
    if (failed.length < PAIN_FROM.medium * requests.counted.length) return [];
    const text = failuresText(tallyOf(failed), requests.counted.length, 'requests');
    return [
      {
        id: 'end-failed',
        sentence: `${text}, ${window.told}`,
        pain: painOf(countsOf(requests, play.patienceMs), 0),
        requestIds: failed.map((o) => o.requestId),
      },
    ];
  });
}

/** Requests that the statements are not about and that failed all the same. */
function ofOthers({ play, entries }: Seen): Told[] {
  const others = Object.keys(play.journeys).filter((journey) => !play.exposed.includes(journey));
  const requests = requestsIn(entries, 'during', others);
  const failed = requests.counted.filter((o) => o.end !== 'ok');
  if (failed.length < PAIN_FROM.medium * requests.counted.length) return [];
  const who = [...new Set(failed.map((o) => nameOf(play.journeys, o.journey)))].join(' and ');
  const codes = [...new Set(failed.map(statusOf))].slice(0, 3).join(', ');
  return [
    {
      id: 'others-failed',
      sentence: `${ofN(failed.length, requests.counted.length)} ${who} failed (${codes})`,
      pain: painOf(countsOf(requests, Infinity), 0),
      requestIds: failed.map((o) => o.requestId),
    },
  ];
}

/** Loss that was told before and is seen no more: as much news as loss that is new. */
const GONE: Readonly<Partial<Record<Told['id'], string>>> = {
  'jobs-lost': 'no accepted notification job was lost',
  'jobs-still-lost': 'no notification job accepted well after the fault was lost',
  'writes-lost': 'no acknowledged write is gone',
};
/** … or of which cannot be known any more whether it is there. */
const UNKNOWN = {
  jobs: 'no notification job was seen to run, not even before the fault',
  writes: 'no write was found, not even from before the fault',
} as const;
function goneOf({ id }: Told, ledger: Ledger): Told[] {
  const gone = GONE[id];
  if (gone === undefined) return [];
  const [sentence, pain] = isKnown(id, ledger)
    ? [gone, 'none' as const]
    : [UNKNOWN[id.startsWith('jobs-') ? 'jobs' : 'writes'], 'unknown' as const];
  return [{ id, sentence, pain, requestIds: [] }];
}

/** Where no job was seen to run, and no write was found, none is known to be lost, doubled or made up. */
export const isKnown = (kind: string, { jobsSeen, foundWrites }: Ledger): boolean =>
  kind.startsWith('jobs-') ? jobsSeen : !kind.startsWith('writes-') || foundWrites > 0;

/**
 * What is to be told of a play that proves something.
 * @param onFile  whether such a thing was told in the run that was last accepted
 */
export function unmentionedIn(
  play: PlayEntry,
  entries: readonly PlayedEntry[],
  ledger: Ledger,
  claims: readonly Claim[],
  onFile: (id: Told['id']) => boolean,
): Told[] {
  const own = claims.filter((claim) => speaksOf(claim, play.variant, play.unsaid));
  const seen: Seen = { play, entries, ledger, claims: own };
  const told = [ofUnsaid, ofJobs, ofWrites, ofAnswers, ofOthers, ofItsEnd].flatMap((tell) => tell(seen));
  const gone = told.filter((one) => one.requestIds.length === 0 && onFile(one.id));
  return [...told.filter((one) => one.requestIds.length > 0), ...gone.flatMap((one) => goneOf(one, ledger))];
}
