/** A play whose steps come from a person: users' requests flow until the person is done; every act is in the journal. */
import { neededBy } from '../../../topology/needed.ts';
import type { Stage } from '../../runtimes/contract.ts';
import type { PlayEntry } from '../../runtimes/entries.ts';
import { Method } from '../../scenario/method.ts';
import { USERS_ARE_SERVED, type Scenario } from '../../scenario/scenario.ts';
import { drawsOf, onStage, readBack, settingOf, type Staged } from '../../scenario/stage.ts';
import { requestsDue } from '../../traffic/plan.ts';
import type { LoadScript } from '../../traffic/script.ts';
import { watchHost } from '../host-watch.ts';
import { runEntry, type RunFacts } from '../run-entry.ts';
import { Hand } from './hand.ts';
import { Users } from './users.ts';

export const BY_HAND = 'by-hand';
const PLAY = `${BY_HAND}/hand`;
/** Caches warm up before what is seen counts as "before". */
const WARM_UP_MS = 4_000;

export interface ByHandOptions extends RunFacts {
  readonly script: LoadScript;
  readonly rateRps: number;
  /** What can be broken by a scenario's name, and hidden. */
  readonly scenarios: readonly Scenario[];
  readonly timeOfDay: (atMs: number) => string;
}

function playEntry({ topology, script }: ByHandOptions, stage: Stage): PlayEntry {
  const byRate = script.journeys.toSorted((a, b) => b.rateRps - a.rateRps);
  return {
    kind: 'play',
    atMs: 0,
    play: PLAY,
    scenario: BY_HAND,
    variant: 'hand',
    title: 'By hand',
    scenarioTitle: 'By hand',
    layer: BY_HAND,
    minHits: 10,
    hypothesis: USERS_ARE_SERVED,
    exposed: byRate.map((one) => one.journey),
    expectedExposed: 0,
    ...settingOf(topology, stage),
  };
}

async function play(options: ByHandOptions, staged: Staged, person: Person): Promise<void> {
  const { topology, runtime, script, seed, rateRps, scenarios, timeOfDay } = options;
  const { stage, cluster, note } = staged;
  const method = new Method({ topology, stage, cluster, note, mode: 'normal', decoy: {} });
  const users = new Users(topology.users.patienceMs);
  const plan = requestsDue(script, {
    prng: drawsOf(seed, PLAY).split('traffic'),
    rateRps,
    population: topology.users.population,
    untilMs: Infinity,
  });
  const drive = await stage.traffic.drive({ seed, requests: users.following(plan) }, (outcome) => {
    users.end(outcome);
    note({ kind: 'request', outcome });
  });
  const over = new AbortController();
  const signal = AbortSignal.any([options.signal, over.signal]);
  const hand = new Hand({
    world: { topology, runtime, scenarios, journeys: options.script.journeys.map((one) => one.journey) },
    staged,
    method,
    users,
    timeOfDay,
    signal,
  });
  hand.notes.warmsUp();
  const warm = stage.clock.sleep('scenario.step', WARM_UP_MS, signal).then(() => hand.notes.warmedUp());
  const watching = Promise.all([warm, hand.watch(), hand.jobs.watch(signal)]);
  const broken = watching.then(
    () => new Promise<never>(() => undefined),
    (error: unknown) => (over.signal.aborted ? new Promise<never>(() => undefined) : Promise.reject(error as Error)),
  );
  try {
    await Promise.race([person(hand), broken]);
    await hand.end();
  } finally {
    over.abort();
    await method.healAll();
    drive.stop();
  }
  note({ kind: 'load', report: await drive.done });
  await readBack(staged, options.signal);
  await drive[Symbol.asyncDispose]();
}

/** Acts on the twin and settles when it may come down. */
export type Person = (hand: Hand) => Promise<void>;

/** Plays until the person is done; what was seen is in the journal. An error is noted there and thrown. */
export async function playByHand(given: ByHandOptions, person: Person): Promise<void> {
  const options = { ...given, topology: neededBy(given.topology, Object.keys(given.topology.journeys)) };
  options.journal.append(runEntry(options, BY_HAND, options.rateRps));
  let ended: 'complete' | 'interrupted' | 'failed' = 'complete';
  try {
    using watch = watchHost(options.runtime.name, PLAY, options.journal);
    const entry = (stage: Stage): PlayEntry => playEntry(options, stage);
    await onStage({ ...options, order: [], journal: watch.journal }, PLAY, entry, (staged) =>
      play(options, staged, person),
    );
  } catch (error) {
    ended = options.signal.aborted ? 'interrupted' : 'failed';
    throw error;
  } finally {
    const wallMs = Math.round(options.sinceStartMs?.() ?? 0);
    options.journal.append({ kind: 'run-end', atMs: wallMs, wallMs, ended });
  }
}
