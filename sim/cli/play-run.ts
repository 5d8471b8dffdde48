/** Plays scenarios into a run's folder and writes its pages: what `rehearse` and `check` share. */
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { createLive } from '../../reports/live.ts';
import { writeReports } from '../../reports/write.ts';
import type { Topology } from '../../topology/schema.ts';
import { journalTo } from '../journal.ts';
import type { Runtime } from '../runtimes/contract.ts';
import type { Claim, Entry } from '../runtimes/entries.ts';
import type { Expectations } from '../scenario/expectations.ts';
import { fast, type Shard } from '../scenario/fast.ts';
import type { Mode } from '../scenario/play.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { summarise } from '../scenario/summarise.ts';
import type { RunSummary } from '../scenario/summary.ts';
import { rehearse as playAll } from '../studies/rehearsal.ts';
import { BUSIEST, createRoom, thisMachine } from '../studies/room.ts';
import { loadScripts } from './catalogue.ts';
import { hostFacts, sinceStartMs } from './host-facts.ts';
import { interruption } from './interruption.ts';
import type { Session } from './main.ts';
import { LIVE_TEMPO } from './options.ts';
import { nameOf } from './paths.ts';
import { newRunId, openJournalFile } from './run-folder.ts';
import { withLastRun } from './stored-runs.ts';
import type { Suite } from './suite.ts';

/** A twin on embedded takes half a GiB, and a quarter of a core when nothing happens. How many really play the room decides. */
const MEMORY_OF_A_TWIN_BYTES = 640 * 1024 * 1024;
const TWINS_A_CORE = 3;
const lanes = ({ name }: Runtime): number =>
  name === 'embedded'
    ? Math.max(
        1,
        Math.min(TWINS_A_CORE * availableParallelism(), Math.floor(process.availableMemory() / MEMORY_OF_A_TWIN_BYTES)),
      )
    : 1;

export interface PlayRunOptions {
  readonly suite: Suite;
  readonly topology: Topology;
  readonly runtime: Runtime;
  readonly scenarios: readonly Scenario[];
  readonly claims: readonly Claim[];
  readonly mode: Mode;
  readonly seed: number;
  /** Default: as the runtime is played. */
  readonly tempo: number | undefined;
  readonly profile: string;
  readonly rateRps: number | undefined;
  /** Twins side by side; default: as many as this machine has room for. */
  readonly parallel: number | undefined;
  readonly isFast: boolean;
  readonly shard: Shard | undefined;
  /** Which api answers, as expectations call it. */
  readonly api: string;
  readonly command: string;
  /** A document is checked, for which nothing is on file. */
  readonly isCheck?: boolean;
  readonly expectations: Expectations;
  readonly expectedFile: string;
  readonly ci: boolean;
  readonly out: string;
  /** Where the live view is shown. */
  readonly stream: NodeJS.WriteStream;
}
export interface PlayedRun {
  readonly summary: RunSummary;
  readonly entries: readonly Entry[];
  readonly folder: string;
  /** Its page: below `latest`, unless that points to a run that began later. */
  readonly page: string;
}

/**
 * One run; undefined when a signal ended it.
 * @throws what ended a play, after the pages of what was seen until then
 */
export async function playRun(options: PlayRunOptions, session: Session): Promise<PlayedRun | undefined> {
  const { suite, topology, runtime, scenarios, expectations, ci, expectedFile, shard } = options;
  const tokenSecret = randomBytes(16).toString('hex');
  const scripts = await loadScripts(suite, topology, scenarios, tokenSecret);
  const startedAt = new Date();
  const runId = newRunId(startedAt);
  const planned = scenarios.reduce((sum, one) => sum + Object.keys(one.variants).length, 0);
  const live = createLive({ stream: options.stream, planned, nowMs: () => performance.now() });
  const entries: Entry[] = [];
  using journal = openJournalFile(runId, options.out, runtime.name === 'model');
  session.kept = nameOf(journal.folder);
  using stop = interruption();
  const finish = async (): Promise<Pick<PlayedRun, 'summary' | 'page'>> => {
    live.end();
    const judged = summarise(entries, { expectations, ci });
    const summary = withLastRun(judged, journal.folder);
    const { html, latest } = await writeReports(journal.folder, entries, summary, { ci, expectedFile });
    return { summary, page: latest === undefined ? html : join(latest, basename(html)) };
  };
  try {
    await playAll({
      runId,
      runtime,
      topology,
      scenarios: options.isFast ? fast(scenarios, scripts, topology.users.patienceMs, options.rateRps) : scenarios,
      scripts,
      claims: options.claims,
      fast: options.isFast ? true : undefined,
      checked: options.isCheck,
      shard: shard === undefined ? undefined : `${shard.nth}/${shard.of}`,
      mode: options.mode,
      tokenSecret,
      seed: options.seed,
      tempo: options.tempo ?? (runtime.name === 'model' ? 1 : LIVE_TEMPO),
      profile: options.profile,
      rateRps: options.rateRps,
      parallel: options.parallel ?? lanes(runtime),
      room:
        runtime.name === 'model' ? undefined : createRoom(options.parallel === undefined ? BUSIEST : 1, thisMachine),
      api: options.api,
      startedAt: startedAt.toISOString(),
      command: options.command,
      signal: stop.signal,
      host: hostFacts(),
      // In virtual time the same seed gives the same journal, to the byte.
      ...(runtime.name === 'model' ? {} : { sinceStartMs }),
      journal: journalTo(
        (entry) => journal.append(entry),
        (entry) => void entries.push(entry as Entry),
        (entry) => live.entry(entry as Entry),
      ),
    });
  } catch (error) {
    if (!stop.signal.aborted) {
      if (entries.some((entry) => entry.kind === 'play')) await finish().catch(() => undefined);
      throw error;
    }
    live.end();
    process.stderr.write(
      `\nended by ${stop.reason ?? 'a signal'}: everything was cleaned up. what was seen until then: ${nameOf(journal.folder)}/journal.jsonl\n`,
    );
    return undefined;
  }
  return { ...(await finish()), entries, folder: journal.folder };
}
