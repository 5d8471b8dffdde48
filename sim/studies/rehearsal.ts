/**
 * Plays scenarios side by side, each variant in a twin of its own, into one journal. Those that must be alone come first,
 * one after the other; then the longest, so that no lane is left with a long one at the end.
 */
import type { Topology } from '../../topology/schema.ts';
import { SimError } from '../errors.ts';
import type { Journal } from '../journal.ts';
import type { Runtime } from '../runtimes/contract.ts';
import type { Claim } from '../runtimes/entries.ts';
import { cast } from '../scenario/cast.ts';
import { refuseUnmodelled, type Mode } from '../scenario/method.ts';
import { playVariant } from '../scenario/play.ts';
import { actionsOf, topologyOf, totalMs, type Scenario, type Variant } from '../scenario/scenario.ts';
import { scriptRateRps } from '../traffic/plan.ts';
import type { LoadScript } from '../traffic/script.ts';
import { watchHost } from './host-watch.ts';
import type { Room } from './room.ts';
import { runEntry, type RunFacts } from './run-entry.ts';

export interface RehearsalOptions extends RunFacts {
  readonly scenarios: readonly Scenario[];
  readonly scripts: ReadonlyMap<string, LoadScript>;
  readonly claims: readonly Claim[];
  readonly rateRps: number | undefined;
  readonly mode: Mode;
  /** Twins side by side, at most. */
  readonly parallel: number;
  /** Where they are played; absent where twins take nothing of each other. */
  readonly room?: Room | undefined;
}

const rate = (options: RehearsalOptions): number =>
  options.rateRps ?? Math.max(0, ...[...options.scripts.values()].map(scriptRateRps));

interface Task {
  readonly scenario: Scenario;
  readonly variantId: string;
  /** As the variant changes it. */
  readonly topology: Topology;
  readonly variant: Variant;
}

async function playTask(options: RehearsalOptions, task: Task): Promise<void> {
  const script = options.scripts.get(task.scenario.load);
  if (script === undefined) throw new Error(`no load script ${task.scenario.load}`);
  const play = `${task.scenario.id}/${task.variantId}`;
  using stay = await options.room?.enter(options.signal);
  using watch = watchHost(options.runtime.name, play, options.journal);
  const journal: Journal = {
    append(entry) {
      if (entry.kind === 'ready') stay?.up();
      watch.journal.append(entry);
    },
  };
  // The model sees no machine: the same seed gives the same bytes.
  await playVariant({ ...options, ...task, script, journal, gentle: stay?.hasNeighbours === true });
}

/** Why a runtime can not play it; undefined where it can. */
function unmodelled(runtime: Runtime, variant: Variant): SimError | undefined {
  try {
    refuseUnmodelled(runtime, actionsOf(variant));
    return undefined;
  } catch (error) {
    if (error instanceof SimError) return error;
    throw error;
  }
}
/**
 * Of all scenarios those that the runtime can play, each with the variants that it can; all others are told.
 * @throws SimError `SIM_NOT_MODELLED` where of one that was `named` it can play nothing
 */
export function playable(
  runtime: Runtime,
  all: readonly Scenario[],
  leftOut: (line: string) => void,
  named = false,
): Scenario[] {
  return all.flatMap((scenario) => {
    const variants = Object.entries(scenario.variants);
    const refused = variants.flatMap(([id, one]) => {
      const error = unmodelled(runtime, one);
      return error === undefined ? [] : [{ id, error }];
    });
    const [first] = refused;
    if (first === undefined) return [scenario];
    if (refused.length === variants.length) {
      if (named) throw first.error;
      leftOut(`not played: ${scenario.id}: ${first.error.message}`);
      return [];
    }
    for (const { id, error } of refused) leftOut(`not played: ${scenario.id}/${id}: ${error.message}`);
    const left = variants.filter(([id]) => !refused.some((one) => one.id === id));
    return [{ ...scenario, variants: Object.fromEntries(left) }];
  });
}

/**
 * Plays everything; settles when all plays have ended. The first error ends the others and is thrown: what was learned
 * until then is in the journal.
 */
export async function rehearse(options: RehearsalOptions): Promise<void> {
  const cluster = options.topology;
  const scenarios = options.scenarios.map((scenario) => cast(scenario, cluster));
  const tasks = scenarios.flatMap((scenario) =>
    Object.entries(scenario.variants).map(([variantId, variant]): Task => ({
      scenario,
      variantId,
      variant,
      topology: topologyOf(options.topology, scenario, variantId),
    })),
  );
  for (const { variant } of tasks) refuseUnmodelled(options.runtime, actionsOf(variant));
  options.journal.append(runEntry(options, options.mode, rate(options)));
  for (const claim of options.claims) options.journal.append({ kind: 'claim', atMs: 0, claim });
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  let ended: 'complete' | 'interrupted' | 'failed' = 'complete';
  const lane = async (queue: Iterator<Task> & Iterable<Task>): Promise<void> => {
    try {
      for (const task of queue) await playTask({ ...options, signal }, task);
    } catch (error) {
      ended = options.signal.aborted ? 'interrupted' : 'failed';
      stop.abort(error);
      throw error;
    }
  };
  /** Settles when all lanes have ended; throws what ended the first one. */
  const play = async (queue: readonly Task[], lanes: number): Promise<void> => {
    const next = queue.values();
    const results = await Promise.allSettled(Array.from({ length: Math.min(lanes, queue.length) }, () => lane(next)));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  };
  const [alone = [], together = []] = [true, false].map((isAlone) =>
    tasks.filter((one) => one.scenario.alone === isAlone),
  );
  try {
    await play(alone, 1);
    await play(longestFirst(together), Math.max(1, options.parallel));
  } finally {
    const wallMs = Math.round(options.sinceStartMs?.() ?? 0);
    options.journal.append({ kind: 'run-end', atMs: wallMs, wallMs, ended });
  }
}
const longestFirst = (tasks: readonly Task[]): Task[] =>
  tasks.toSorted((a, b) => totalMs(b.variant) - totalMs(a.variant));
