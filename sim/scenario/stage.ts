/**
 * The stage of one play, from nothing to nothing: cluster up, what happens noted under the play's name, everything down
 * again whatever ends it. What is done meanwhile is the caller's: a scenario's steps, or a person's hand.
 */
import { placesOf } from '../../topology/load.ts';
import type { Topology } from '../../topology/schema.ts';
import type { TimerName } from '../../topology/timers.ts';
import { timer, TIMERS } from '../../topology/timers.ts';
import { LONGEST_LIVED_MS } from '../clock.ts';
import { createCluster, type Cluster, type ClusterOptions } from '../control/cluster.ts';
import type { Journal, JournalEntry } from '../journal.ts';
import { createPrng, type Prng } from '../prng.ts';
import type { Clause } from '../runtimes/outside.ts';
import type { Runtime, Stage, StageOptions } from '../runtimes/contract.ts';
import type { PlayEntry } from '../runtimes/entries.ts';
import { oneOfEach } from '../traffic/plan.ts';
import type { LoadScript } from '../traffic/script.ts';

/** What every play is opened with, whoever decides its steps. */
export interface StagingOptions extends Pick<StageOptions, 'seed' | 'tempo' | 'profile' | 'tokenSecret' | 'gentle'> {
  readonly runtime: Runtime;
  readonly topology: Topology;
  readonly journal: Journal;
  readonly script: LoadScript;
  /** Wall milliseconds since the command began, for "all Ready in"; absent in virtual time. */
  readonly sinceStartMs?: () => number;
  readonly signal: AbortSignal;
  /** How long bring-up may take, user time; default 30 s. */
  readonly readyTimeoutMs?: number;
}
/** How long bring-up may take before it is given up, user time. */
export const READY_TIMEOUT_MS = 30_000;
/** What was enqueued last is taken within one and a half polls of the worker; then nothing moves any more. */
const QUEUE_SETTLES_MS = 2_500;

/** Writes an entry of this play, with its name and the stage's time since the method began. */
export type Note = ClusterOptions['record'];
export interface Staged {
  readonly stage: Stage;
  readonly cluster: Cluster;
  readonly note: Note;
  /** Since the method began; what is noted now bears this time. */
  readonly nowMs: () => number;
  /** What the user's own api keeps of its contract; empty where ours answers. */
  readonly contract: readonly Clause[];
}
/** The seed's draws for one play; no other play shares them. */
export const drawsOf = (seed: number, play: string): Prng => createPrng(seed).split(play);

/** What a timer's own document says, or the topology instead of it. */
export const msOf = ({ timers }: Topology, name: TimerName): number =>
  (timers as Readonly<Partial<Record<TimerName, number>>>)[name] ?? timer(name).ms;
/** What the entry of a play tells about the topology and the stage it is played on. */
export const settingOf = (
  topology: Topology,
  stage: Stage,
): Pick<PlayEntry, 'patienceMs' | 'parts' | 'journeys' | 'shortened'> => ({
  patienceMs: topology.users.patienceMs,
  parts: stage.parts,
  journeys: Object.fromEntries(
    Object.entries(topology.journeys).map(([id, j]) => [
      id,
      { title: j.title, enqueues: j.enqueues, writes: j.writes },
    ]),
  ),
  // What nobody lives through at any tempo is told by the steps that wait for it.
  shortened: (Object.keys(TIMERS) as TimerName[])
    .map((name) => ({ timer: name, ms: msOf(topology, name), shortenedMs: stage.clock.shortenedMs(name) }))
    .filter(
      ({ timer: name, ms, shortenedMs }) => timer(name).kind === 'idle' && shortenedMs < ms && ms <= LONGEST_LIVED_MS,
    ),
});

/**
 * Opens a stage, brings the cluster up and hands it to `method`; an error is noted in the journal and thrown.
 * @param entry  the first entry of the play
 */
export async function onStage(
  options: StagingOptions & Pick<StageOptions, 'order'>,
  play: string,
  entry: (stage: Stage) => PlayEntry,
  method: (staged: Staged) => Promise<void>,
): Promise<void> {
  const { topology } = options;
  let originMs = 0;
  let stageMs = (): number => 0;
  const nowMs = (): number => Math.round((stageMs() - originMs) * 10) / 10;
  const note = (one: object): void =>
    options.journal.append({ ...one, play, atMs: nowMs() } as unknown as JournalEntry);
  await using stage = await options.runtime.open(topology, { ...options, journal: { append: note } });
  stageMs = () => stage.clock.nowMs();
  const cluster = createCluster({ stage, topology, prng: drawsOf(options.seed, play).split('control'), record: note });
  const interrupted = new Promise<never>((_, reject) => {
    const end = (): void => reject(options.signal.reason as Error);
    // It may have come while the stage opened: then no event will tell.
    if (options.signal.aborted) end();
    else options.signal.addEventListener('abort', end, { once: true });
  });
  interrupted.catch(() => undefined);
  const whole = async (): Promise<void> => {
    options.journal.append(entry(stage));
    await cluster.start(options.readyTimeoutMs ?? READY_TIMEOUT_MS);
    note({
      kind: 'ready',
      pods: Object.keys(topology.workloads).reduce((sum, id) => sum + cluster.podsOf(id).length, 0),
      nodes: placesOf(topology, 'node').length,
      readyMs: Math.round(options.sinceStartMs?.() ?? stageMs()),
    });
    const contract = await examined(options, stage, cluster);
    originMs = stageMs();
    if (contract.length > 0) note({ kind: 'contract', clauses: contract });
    await method({ stage, cluster, note, nowMs, contract });
  };
  try {
    await stage.play(Promise.race([whole(), cluster.failure, interrupted]));
    note({ kind: 'play-end' });
  } catch (error) {
    note({ kind: 'play-end', error: error instanceof Error ? error.message : String(error) });
    throw error;
  } finally {
    cluster.stop();
  }
}

/** One pod speaks for all: they run the same program. */
async function examined(
  { topology, script }: StagingOptions,
  stage: Stage,
  cluster: Cluster,
): Promise<readonly Clause[]> {
  const pods = Object.entries(topology.workloads).flatMap(([id, { role }]) =>
    role === 'api' ? cluster.podsOf(id) : [],
  );
  const [pod] = pods;
  return pod === undefined ? [] : ((await stage.examine?.(pod, oneOfEach(script))) ?? []);
}

/** What is left when the last request has ended and the queue has settled; nothing else is asked after it. */
export async function readBack({ stage, note }: Staged, signal: AbortSignal): Promise<void> {
  await stage.clock.sleep('scenario.step', QUEUE_SETTLES_MS, signal);
  const writes = Object.fromEntries(await stage.readback.writes());
  const jobs = Object.fromEntries(await stage.readback.jobs());
  note({ kind: 'readback', writes, jobs });
}
