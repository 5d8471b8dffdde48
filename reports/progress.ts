/** What a run has come to so far, from its entries as they arrive: the words of the live view, without any terminal. */
import type { Outcome, PartIdentity } from '../sim/runtimes/contract.ts';
import type { ContractEntry } from '../sim/runtimes/outside.ts';
import type {
  Entry,
  Phase,
  PlayEntry,
  ReadyEntry,
  RequestEntry,
  RunEntry,
  StepEntry,
} from '../sim/runtimes/entries.ts';
import { endOf } from './evidence.ts';
import { count, duration, several } from './figures.ts';
import { plain } from './inert.ts';
import { partName } from './words.ts';
import { contractLines, yourApiLines } from './your-api.ts';

const PHASES: readonly Phase[] = ['warm-up', 'before', 'during', 'after'];

interface PlayState {
  readonly play: PlayEntry;
  phase: Phase;
  step: string;
  stepFromMs: number;
  /** Requests the statements are about that were due in this step and have ended; how many of them in time. */
  ended: number;
  inTime: number;
  /** The user's own api does not serve what this play is about: nobody was sent. */
  takesPart: boolean;
  over: { readonly atMs: number; readonly error: string | undefined } | undefined;
}
/** A line worth printing where nothing can be redrawn. */
export type PlainLine = string;

const label = (play: PlayEntry): string => plain(`${play.scenario} ${play.variant}`);
const uniqueNames = (parts: readonly PartIdentity[]): string => [...new Set(parts.map(partName))].map(plain).join(', ');
/** "list tasks: 0 of 34 in time so far"; before the first has ended nothing is claimed. */
function tally(state: PlayState, soFar: string): string {
  const titles = state.play.exposed.map((id) => state.play.journeys[id]?.title ?? id);
  return state.ended === 0
    ? `${titles.join(', ')}: none ended yet`
    : `${titles.join(', ')}: ${count(state.inTime)} of ${count(state.ended)} in time${soFar}`;
}

const told = (state: PlayState, atMs: number): string =>
  state.takesPart ? `✔ ${duration(atMs)}, ${tally(state, '')}` : '– your api takes no part in it';

export class Progress {
  private readonly plays = new Map<string, PlayState>();
  private readonly planned: number;
  private run: RunEntry | undefined;
  private ready: ReadyEntry | undefined;
  private firstWrite: RequestEntry | undefined;
  private isHeaderTold = false;
  /** Of the play that was ready first, until it is told how the user's own api does. */
  private calm: Outcome[] | undefined = [];
  private readonly contractTold = new Set<string>();
  private untold: string[] = [];

  /** @param planned  how many plays the run will have */
  constructor(planned: number) {
    this.planned = planned;
  }

  /** Takes one entry in; returns what a plain log should say about it. */
  add(entry: Entry): PlainLine[] {
    if (entry.kind === 'run') this.run = entry;
    if (entry.kind === 'play')
      this.plays.set(entry.play, {
        play: entry,
        phase: 'warm-up',
        step: 'cluster comes up',
        stepFromMs: 0,
        ended: 0,
        inTime: 0,
        takesPart: true,
        over: undefined,
      });
    if (!('play' in entry)) return [];
    const state = this.plays.get(entry.play);
    if (state === undefined) return [];
    if (entry.kind === 'ready') this.ready ??= entry;
    if (entry.kind === 'contract') this.contract(state, entry);
    if (entry.kind === 'step') return this.step(state, entry);
    if (entry.kind === 'request') this.request(state, entry);
    if (entry.kind === 'stall')
      return [`${label(state.play)}  the twin itself stood still for ${duration(entry.stalledMs)}`];
    if (entry.kind !== 'play-end') return [];
    state.over = { atMs: entry.atMs, error: entry.error };
    return [`${label(state.play)}  ${entry.error === undefined ? told(state, entry.atMs) : `✘ ${plain(entry.error)}`}`];
  }

  private step(state: PlayState, entry: StepEntry): PlainLine[] {
    const before = state.stepFromMs === 0 && state.ended === 0 ? '' : ` (${plain(state.step)}: ${tally(state, '')})`;
    Object.assign(state, { phase: entry.phase, step: entry.step, stepFromMs: entry.atMs, ended: 0, inTime: 0 });
    return [`${label(state.play)}  ${bars(state)} ${plain(entry.step)}${before}`];
  }

  /** Each line once: plays of other journeys have more to tell, and the first one has told the rest. */
  private contract(state: PlayState, { clauses }: ContractEntry): void {
    const { play } = state;
    state.takesPart = !clauses.some((one) => one.clause === 'journey' && !one.kept);
    const name = play.parts.find((part) => part.kind === 'own-app')?.version ?? '';
    const [kept = '', ...unkept] = contractLines(name, clauses);
    const isFirst = this.contractTold.size === 0;
    const lines = [...(isFirst ? [kept] : []), ...unkept].filter((line) => !this.contractTold.has(line));
    for (const line of [kept, ...unkept]) this.contractTold.add(line);
    this.untold.push(...lines);
  }

  private request(state: PlayState, entry: RequestEntry): void {
    const { outcome } = entry;
    if (state.play.play === this.ready?.play) this.calm?.push(outcome);
    if (outcome.end === 'ok' && state.play.journeys[outcome.journey]?.writes === true) this.firstWrite ??= entry;
    if (outcome.atMs < state.stepFromMs || !state.play.exposed.includes(outcome.journey)) return;
    state.ended += 1;
    if (endOf(outcome, state.play.patienceMs) === 'ok') state.inTime += 1;
  }

  /** The lines about cluster, parts and users, once, as soon as a user's write went through (or the warm-up ended without one). */
  header(): string[] | undefined {
    const first = [...this.plays.values()].find((one) => one.play.play === this.ready?.play);
    if (this.isHeaderTold || this.run === undefined || this.ready === undefined || first === undefined)
      return undefined;
    if (this.firstWrite === undefined && first.phase === 'warm-up' && first.over === undefined) return undefined;
    this.isHeaderTold = true;
    return [
      clusterLine(this.ready, this.firstWrite, first.play),
      ...partLines(first.play.parts),
      usersLine(this.run, first.play),
    ].map(plain);
  }

  /** What the user's own api keeps of its contract, as soon as that is known; how it does while nothing is broken, once that is over. */
  yourApi(): string[] {
    const contract = this.untold;
    this.untold = [];
    return [...contract, ...(this.calmApi() ?? [])];
  }
  private calmApi(): string[] | undefined {
    const first = this.plays.get(this.ready?.play ?? '');
    if (this.calm === undefined || first === undefined) return undefined;
    if (first.over === undefined && (first.phase === 'warm-up' || first.phase === 'before')) return undefined;
    const outcomes = this.calm;
    this.calm = undefined;
    return yourApiLines(first.play, outcomes);
  }

  /** One piece for each play: done ones with a tick, running ones with their progress and count; then how many are to come. */
  pieces(): string[] {
    const states = [...this.plays.values()];
    const done = states
      .filter((one) => one.over !== undefined)
      .map((one) => `${one.over?.error === undefined ? '✔' : '✘'} ${label(one.play)} ${duration(one.over?.atMs ?? 0)}`);
    const running = states
      .filter((one) => one.over === undefined)
      .map((one) => `${bars(one)} ${label(one.play)}  ${plain(one.step)}: ${tally(one, ' so far')}`);
    const left = this.planned - states.length;
    return [...done, ...running, ...(left > 0 ? [`${left} more`] : [])];
  }
}

const bars = (state: PlayState): string =>
  PHASES.map((_, index) => (index <= PHASES.indexOf(state.phase) ? '▮' : '▯')).join('');

function clusterLine(ready: ReadyEntry, write: RequestEntry | undefined, play: PlayEntry): string {
  const title = write === undefined ? '' : (play.journeys[write.outcome.journey]?.title ?? write.outcome.journey);
  const told =
    write === undefined
      ? ''
      : `; a phone did "${title}": ${write.outcome.status ?? 'ok'} in ${duration(write.outcome.tookMs)}`;
  return `cluster    ${several(ready.nodes, 'node')}, ${ready.pods} pods Ready in ${duration(ready.readyMs)}${told}`;
}

function partLines(parts: readonly PartIdentity[]): string[] {
  const isReal = ({ kind }: PartIdentity): boolean => kind === 'real' || kind === 'own-app';
  const real = parts.filter(isReal);
  const others = parts.filter((one) => !isReal(one));
  return [`real       ${uniqueNames(real) || 'nothing'}    stand-ins  ${uniqueNames(others) || 'none'}`];
}

function usersLine(run: RunEntry, play: PlayEntry): string {
  const longest = play.shortened.toSorted((a, b) => b.ms - a.ms)[0];
  const idle =
    longest === undefined ? '' : `, idle waits (${longest.timer} ${duration(longest.ms)}) up to ${run.tempo}x faster`;
  const time = run.runtime === 'model' ? 'virtual time' : `whatever a user waits for runs in real time${idle}`;
  return `users      ${count(run.rateRps)} requests/s; ${time}`;
}
