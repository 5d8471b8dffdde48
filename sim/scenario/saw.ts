/** What users saw while a fault lasted, in one cell of a table. */
import { ascending, percentile } from '../checkers/statistics.ts';
import { countsOf, requestsIn, statusOf, tallyOf, windowsOf, type Window } from '../checkers/window.ts';
import type { PlayedEntry, PlayEntry } from '../runtimes/entries.ts';
import { duration, failuresText, nameOf, ofN } from './phrases.ts';
import type { PhaseStats } from './summary.ts';

/** How much slower right answers were at the median than before the fault. */
export function addedMs(phases: readonly PhaseStats[], journey: string): number {
  const p50 = (phase: string): number | undefined =>
    phases.find((one) => one.phase === phase)?.journeys[journey]?.p50Ms;
  return Math.max(0, (p50('during') ?? 0) - (p50('before') ?? 0));
}

/**
 * "374 of 374 lists served, 262 ms slower", "7 of 2,410 requests got 502" or "12 of 374 lists right within 10 s"; where steps say when they were, each
 * apart: "0 of 240 requests failed while pools were warm, then 31 of 320 once Neon had closed its connections".
 */
export function sawOf(play: PlayEntry, phases: readonly PhaseStats[], entries: readonly PlayedEntry[]): string {
  const { counted, excluded } = requestsIn(entries, 'during', play.exposed);
  const counts = countsOf({ counted, excluded }, play.patienceMs);
  const who = nameOf(play.journeys, play.exposed.length === 1 ? play.exposed[0] : undefined);
  if (counts.exposed === 0) return `no ${who} met it`;
  const apart = windowsOf(entries).filter((window) => window.phase === 'during' && window.told !== undefined);
  // One cell tells of the same requests: who was sent between what is told apart is in the table of phases alone.
  const told = apart.length > 0 ? requestsIn(entries, apart, play.exposed).counted : counted;
  const failing = told.filter((o) => o.end !== 'ok');
  const codes = [...new Set(failing.map(statusOf))].slice(0, 3).map((code) => {
    const own = failing.filter((o) => statusOf(o) === code);
    const tookMs = percentile(ascending(own.map((o) => o.tookMs)), 0.5) ?? 0;
    // Who had to wait for it longer than anybody does is told how long.
    return `${own.length} got ${code}${tookMs > play.patienceMs ? ` after ${duration(tookMs)}` : ''}`;
  });
  const withCodes = codes.length > 0 ? `; ${codes.join(', ')}` : '';
  if (apart.length > 0) return `${failedIn(play, entries, apart, who)}${withCodes}`;
  const torn = tornOf(play, entries);
  if (torn !== undefined) return `${torn}${withCodes}`;
  // Nobody waited in vain for a right answer: all that is to tell is what came instead.
  if (counts.inTime < counts.exposed && counts.inTime === counts.ok) {
    const tookMs = percentile(ascending(failing.map((o) => o.tookMs)), 0.5) ?? 0;
    const late = codes.length === 1 && tookMs > play.patienceMs ? ` after ${duration(tookMs)}` : '';
    return `${failuresText(tallyOf(failing), counts.exposed, who)}${late}`;
  }
  if (counts.inTime < counts.exposed)
    return `${ofN(counts.inTime, counts.exposed)} ${who} right within ${duration(play.patienceMs)}${withCodes}`;
  const slower = addedMs(phases, play.exposed[0] ?? '');
  return `${ofN(counts.ok, counts.exposed)} ${who} served${slower >= 10 ? `, ${duration(slower)} slower` : ''}`;
}
/** From this share of failures on a journey is told as failing, and up to this one as well. */
const TORN = { failing: 0.5, well: 0.01 };
/** "72 of 72 uploads failed", where one journey fails and another one is well; undefined where all fare alike. */
function tornOf(play: PlayEntry, entries: readonly PlayedEntry[]): string | undefined {
  const fared = play.exposed.map((journey) => {
    const { exposed, inTime } = countsOf(requestsIn(entries, 'during', [journey]), play.patienceMs);
    return { journey, exposed, bad: exposed - inTime };
  });
  const failing = fared.filter(({ exposed, bad }) => exposed > 0 && bad >= TORN.failing * exposed);
  const isTorn = fared.some(({ exposed, bad }) => exposed > 0 && bad <= TORN.well * exposed);
  if (failing.length === 0 || !isTorn) return undefined;
  const told = failing.map(({ journey, exposed, bad }) => `${ofN(bad, exposed)} ${nameOf(play.journeys, journey)}`);
  return `${told.join(' and ')} failed`;
}
function failedIn(play: PlayEntry, entries: readonly PlayedEntry[], windows: readonly Window[], who: string): string {
  const told = windows.map((window, index) => {
    const { exposed, inTime } = countsOf(requestsIn(entries, window, play.exposed), play.patienceMs);
    return `${ofN(exposed - inTime, exposed)} ${index === 0 ? `${who} failed ` : ''}${window.told}`;
  });
  return told.join(', then ');
}
