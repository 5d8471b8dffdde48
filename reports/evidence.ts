/** What a journal holds about each play, sorted for drawing: requests by end, proofs, and marks on the time axis. */
import { requestsIn, windowsOf } from '../sim/checkers/window.ts';
import type { Outcome } from '../sim/runtimes/contract.ts';
import { inEpisodes } from '../sim/scenario/episodes.ts';
import type { Entry, PlayedEntry, PlayEntry, ProofEntry } from '../sim/runtimes/entries.ts';
import { count, duration } from './figures.ts';

/** Something that happened to the cluster or the twin, at an instant since the method began. */
export interface Mark {
  readonly atMs: number;
  readonly kind: 'fault' | 'operation' | 'rollout' | 'pod' | 'endpoints' | 'stall';
  readonly text: string;
}
export interface Spell {
  readonly fromMs: number;
  readonly toMs: number;
}
export interface PlayEvidence {
  readonly play: PlayEntry;
  readonly requests: readonly Outcome[];
  /** Ids of those that count for shares. */
  readonly counted: ReadonlySet<string>;
  readonly proofs: readonly ProofEntry[];
  readonly marks: readonly Mark[];
  /** When a fault was in force; where nothing was applied, the phase in which it would have been. */
  readonly faulty: readonly Spell[];
}

/** From the first fault that is applied to the last that is healed, as often as that happens. */
function faultySpells(entries: readonly PlayedEntry[], endMs: number): Spell[] {
  const spells: Spell[] = [];
  const inForce = new Set<string>();
  let fromMs = 0;
  for (const entry of entries) {
    if (entry.kind !== 'fault') continue;
    if (entry.state === 'applied' && inForce.size === 0) fromMs = entry.atMs;
    if (entry.state === 'applied') inForce.add(entry.as);
    if (entry.state === 'healed' && inForce.delete(entry.as) && inForce.size === 0)
      spells.push({ fromMs, toMs: entry.atMs });
  }
  if (inForce.size > 0) spells.push({ fromMs, toMs: endMs });
  return spells.length > 0 ? spells : windowsOf(entries).filter(({ phase }) => phase === 'during');
}
export type End = 'ok' | 'slow' | 'failed' | 'unknown';
/** How a request ended for its user; `slow`: a right answer after the users' patience. */
export const endOf = (outcome: Pick<Outcome, 'end' | 'tookMs'>, patienceMs: number): End =>
  outcome.end === 'ok' ? (outcome.tookMs > patienceMs ? 'slow' : 'ok') : outcome.end === 'fail' ? 'failed' : 'unknown';

const paramsText = (params: unknown): string =>
  typeof params === 'object' && params !== null ? Object.values(params).map(String).join(' ') : '';

const FAULT_STATES = { applied: 'in force', healed: 'healed', withheld: 'withheld (placebo)' } as const;
function markOf(entry: PlayedEntry, readyBefore: Map<string, number>): Mark | undefined {
  const { atMs } = entry;
  if (entry.kind === 'fault')
    return {
      atMs,
      kind: 'fault',
      text: `fault ${entry.fault} on ${paramsText(entry.params)}: ${FAULT_STATES[entry.state]}`,
    };
  if (entry.kind === 'operation')
    return {
      atMs,
      kind: 'operation',
      text: `${entry.title}${entry.state === 'withheld' ? ': withheld (placebo)' : ''}`,
    };
  if (entry.kind === 'rollout')
    return { atMs, kind: 'rollout', text: `rollout of ${entry.workload} ${entry.state}: ${entry.detail}` };
  if (entry.kind === 'route')
    return { atMs, kind: 'endpoints', text: `${entry.address} leads to ${entry.place}: ${entry.detail}` };
  if (entry.kind === 'act') return { atMs, kind: 'operation', text: entry.text };
  if (entry.kind === 'node') return { atMs, kind: 'pod', text: `${entry.node} ${entry.event}: ${entry.detail}` };
  if (entry.kind === 'pod') {
    const exit =
      entry.exitCode === undefined
        ? ''
        : ` with ${entry.exitCode}${entry.reason === undefined ? '' : `, ${entry.reason}`}`;
    return {
      atMs,
      kind: 'pod',
      text: `${entry.pod} ${entry.event}${exit}${entry.detail === '' ? '' : `: ${entry.detail}`}`,
    };
  }
  if (entry.kind === 'stall')
    return { atMs, kind: 'stall', text: `the twin itself stood still for ${duration(entry.stalledMs)}` };
  if (entry.kind !== 'endpoints') return undefined;
  const was = readyBefore.get(entry.service);
  readyBefore.set(entry.service, entry.ready.length);
  return was === entry.ready.length
    ? undefined
    : {
        atMs,
        kind: 'endpoints',
        text: `${entry.service}: ${count(entry.ready.length)} ready${was === undefined ? '' : ` (was ${was})`}`,
      };
}

/** Evidence of each play by its name. Bring-up has another zero of time than the method, so marks begin at `ready`. */
export function evidenceByPlay(journal: readonly Entry[]): ReadonlyMap<string, PlayEvidence> {
  const found = new Map<
    string,
    {
      play: PlayEntry;
      requests: Outcome[];
      proofs: ProofEntry[];
      marks: Mark[];
      entries: PlayedEntry[];
      ready: boolean;
      readyBefore: Map<string, number>;
    }
  >();
  for (const entry of inEpisodes(journal)) {
    if (entry.kind === 'play')
      found.set(entry.play, {
        play: entry,
        requests: [],
        proofs: [],
        marks: [],
        entries: [],
        ready: false,
        readyBefore: new Map(),
      });
    if (!('play' in entry) || entry.kind === 'play') continue;
    const evidence = found.get(entry.play);
    if (evidence === undefined) continue;
    evidence.entries.push(entry);
    const mark = markOf(entry, evidence.readyBefore);
    if (entry.kind === 'request') evidence.requests.push(entry.outcome);
    else if (entry.kind === 'proof') evidence.proofs.push(entry);
    else if (entry.kind === 'ready') evidence.ready = true;
    else if (mark !== undefined && evidence.ready) evidence.marks.push(mark);
  }
  return new Map(
    [...found].map(([name, { entries, ...evidence }]) => [
      name,
      {
        ...evidence,
        counted: new Set(requestsIn(entries, windowsOf(entries)).counted.map((one) => one.requestId)),
        faulty: faultySpells(entries, entries.at(-1)?.atMs ?? 0),
      },
    ]),
  );
}
