/**
 * Plays one variant of a scenario on a stage: cluster up, users' requests all the while, the steps of the method, the
 * looks that prove the fault, and at the end what is left in Postgres and in the worker's record.
 *
 *   ready ─▶ drive traffic ─┬─▶ warm-up ─▶ before ─▶ during (fault, proofs) ─▶ after (recovery) ─▶ stop, drain ─▶ read back
 *                           └─▶ outcomes ─▶ journal
 */
import { legsOf } from '../../topology/legs.ts';
import type { Topology } from '../../topology/schema.ts';
import { timer, TIMERS, type TimerName } from '../../topology/timers.ts';
import { createCluster, type Cluster, type ClusterOptions } from '../control/cluster.ts';
import { operate } from '../control/operations/index.ts';
import { faultNamed } from '../faults/index.ts';
import { SimError } from '../errors.ts';
import type { Journal, JournalEntry } from '../journal.ts';
import { createPrng } from '../prng.ts';
import type { PlannedRequest, Runtime, Stage } from '../runtimes/contract.ts';
import type { PlayEntry } from '../runtimes/entries.ts';
import { planRequests } from '../traffic/plan.ts';
import type { LoadScript } from '../traffic/script.ts';
import { phaseMs, totalMs, type Action, type Scenario, type Step, type Variant } from './scenario.ts';
import { look, witnessesOf, type ProofStage } from './witness.ts';

export type Mode = 'normal' | 'placebo' | 'sabotage';
export interface PlayOptions {
  readonly runtime: Runtime;
  readonly topology: Topology;
  readonly scenario: Scenario;
  readonly variantId: string;
  readonly script: LoadScript;
  readonly seed: number;
  readonly tempo: number;
  readonly profile: string;
  readonly rateRps: number | undefined;
  readonly mode: Mode;
  readonly tokenSecret: string;
  readonly journal: Journal;
  /** Wall milliseconds since the command began, for "all Ready in". */
  readonly sinceStartMs: () => number;
  readonly signal: AbortSignal;
  /** How long bring-up may take, user time; default 30 s. */
  readonly readyTimeoutMs?: number;
}
/** How long bring-up may take before it is given up, user time. */
export const READY_TIMEOUT_MS = 30_000;
/** What was enqueued last is taken within one and a half polls of the worker; then nothing moves any more. */
const QUEUE_SETTLES_MS = 2_500;
/** Proofs are looked at this often while the fault lasts. */
const PROOF_PERIOD_MS = 4_000;

/** Journal entries of one play, with its name and the stage's time since the method began. */
type Note = ClusterOptions['record'];

function playEntry(options: PlayOptions, variant: Variant, plan: readonly PlannedRequest[], stage: Stage): PlayEntry {
  const { scenario, topology } = options;
  const duringFromMs = phaseMs(variant, 'warm-up') + phaseMs(variant, 'before');
  const duringToMs = duringFromMs + phaseMs(variant, 'during');
  const exposed = plan.filter(
    (request) =>
      scenario.exposed.includes(request.journey) && request.atMs >= duringFromMs && request.atMs < duringToMs,
  );
  const shortened = (Object.keys(TIMERS) as TimerName[])
    .map((name) => ({ timer: name, ms: timer(name).ms, shortenedMs: stage.clock.shortenedMs(name) }))
    .filter((one) => one.shortenedMs < one.ms && timer(one.timer).kind === 'idle');
  return {
    kind: 'play',
    atMs: 0,
    play: `${scenario.id}/${options.variantId}`,
    scenario: scenario.id,
    variant: options.variantId,
    title: variant.title,
    scenarioTitle: scenario.title,
    layer: scenario.layer,
    minHits: scenario.minHits,
    patienceMs: topology.users.patienceMs,
    hypothesis: scenario.hypothesis.map(cleanPredicate),
    exposed: scenario.exposed,
    parts: stage.parts,
    journeys: Object.fromEntries(
      Object.entries(topology.journeys).map(([id, j]) => [
        id,
        { title: j.title, enqueues: j.enqueues, writes: j.writes },
      ]),
    ),
    expectedExposed: exposed.length,
    legs: legsOf(topology, options.profile),
    shortened,
  };
}
const cleanPredicate = (predicate: Scenario['hypothesis'][number]): PlayEntry['hypothesis'][number] =>
  JSON.parse(JSON.stringify(predicate)) as PlayEntry['hypothesis'][number];

/** What `--sabotage` makes of an action: the same fault on the scenario's decoy. */
const aimed = (params: unknown, scenario: Scenario, mode: Mode): unknown =>
  mode === 'sabotage' ? { ...(params as object), ...scenario.decoy } : params;

class Method {
  private readonly active = new Map<string, AsyncDisposable>();
  private readonly aims = new Map<string, Extract<Action, { fault: unknown }>>();
  private readonly options: PlayOptions;
  private readonly stage: Stage;
  private readonly cluster: Cluster;
  private readonly note: Note;
  constructor(options: PlayOptions, stage: Stage, cluster: Cluster, note: Note) {
    this.options = options;
    this.stage = stage;
    this.cluster = cluster;
    this.note = note;
  }

  /** Looks at every fault of the variant, whether it is applied or withheld. */
  async prove(variant: Variant, when: ProofStage): Promise<void> {
    const actions = variant.steps.flatMap((step) => step.do).filter((one) => 'fault' in one);
    for (const action of actions) {
      const witnesses = witnessesOf(this.options.topology, action.fault, action.params);
      for (const proof of await look(this.stage, action.as, witnesses, when)) this.note(proof);
    }
  }

  async act(action: Action): Promise<void> {
    const { mode, scenario } = this.options;
    if ('fault' in action) return this.apply(action);
    if ('heal' in action) return this.heal(action.heal);
    const params = aimed(action.params, scenario, mode);
    this.note({ kind: 'operation', operation: action.operate, params });
    if (mode !== 'placebo') await operate(this.cluster, action.operate, params);
  }

  private async apply(action: Extract<Action, { fault: unknown }>): Promise<void> {
    const { mode, scenario } = this.options;
    const params = aimed(action.params, scenario, mode);
    this.aims.set(action.as, action);
    if (mode === 'placebo')
      return this.note({ kind: 'fault', as: action.as, fault: action.fault, params, state: 'withheld' });
    this.active.set(action.as, await faultNamed(action.fault).apply(this.stage, this.cluster, params));
    this.note({ kind: 'fault', as: action.as, fault: action.fault, params, state: 'applied' });
  }

  async heal(as: string): Promise<void> {
    await this.active.get(as)?.[Symbol.asyncDispose]();
    this.active.delete(as);
    const action = this.aims.get(as);
    if (action !== undefined)
      this.note({ kind: 'fault', as, fault: action.fault, params: action.params, state: 'healed' });
  }

  async healAll(): Promise<void> {
    for (const as of [...this.active.keys()]) await this.heal(as);
  }

  /** One step: its actions, then its length; proofs meanwhile. */
  async step(variant: Variant, step: Step): Promise<void> {
    const { clock } = this.stage;
    const endMs = clock.nowMs() + step.lastsMs;
    this.note({ kind: 'step', step: step.name, phase: step.phase });
    for (const action of step.do) await this.act(action);
    if (step.phase === 'before') await this.prove(variant, 'before');
    while (step.phase === 'during' && clock.nowMs() + timer('proof.patience').ms < endMs) {
      const nextMs = clock.nowMs() + PROOF_PERIOD_MS;
      await this.prove(variant, 'during');
      await this.sleepUntil(Math.min(nextMs, endMs));
    }
    if (step.phase === 'after') {
      await this.sleepUntil(endMs - 1_000);
      await this.prove(variant, 'after');
    }
    await this.sleepUntil(endMs);
  }

  private async sleepUntil(atMs: number): Promise<void> {
    const leftMs = atMs - this.stage.clock.nowMs();
    if (leftMs > 0) await this.stage.clock.sleep('scenario.step', leftMs, this.options.signal);
  }
}

/** A profile that no link has: nothing is delayed. */
const WITHHELD = 'withheld';
/**
 * Where nothing is done to the cluster there is no fault to withhold or to misdirect: the delays of the links, which its
 * figures rest on, are withheld instead, and every figure must then be unproven.
 */
const withholdsDelays = ({ mode }: PlayOptions, variant: Variant): boolean =>
  mode !== 'normal' && variant.steps.every((step) => step.do.length === 0);

/** Refuses, by name, what the runtime cannot do; before anything is started. */
export function refuseUnmodelled(runtime: Runtime, variant: Variant): void {
  for (const action of variant.steps.flatMap((step) => step.do)) {
    if (!('fault' in action)) continue;
    for (const capability of faultNamed(action.fault).needs) {
      const reason = runtime.lacks(capability);
      if (reason !== undefined)
        throw new SimError(
          'SIM_NOT_MODELLED',
          `runtime "${runtime.name}" cannot do "${capability}", which fault "${action.fault}" needs: ${reason}`,
          { hint: 'choose another runtime with --runtime' },
        );
    }
  }
}

async function method(
  options: PlayOptions,
  variant: Variant,
  plan: readonly PlannedRequest[],
  stage: Stage,
  note: Note,
  cluster: Cluster,
): Promise<void> {
  const steps = new Method(options, stage, cluster, note);
  const drive = await stage.traffic.drive({ seed: options.seed, requests: plan }, (outcome) =>
    note({ kind: 'request', outcome }),
  );
  try {
    for (const step of variant.steps) await steps.step(variant, step);
  } finally {
    await steps.healAll();
    drive.stop();
  }
  note({ kind: 'load', report: await drive.done });
  await stage.clock.sleep('scenario.step', QUEUE_SETTLES_MS, options.signal);
  await drive[Symbol.asyncDispose]();
  const writes = Object.fromEntries(await stage.readback.writes());
  const jobs = Object.fromEntries(await stage.readback.jobs());
  note({ kind: 'readback', writes, jobs });
}

/** Plays the variant from nothing to nothing. What it learns is in the journal; an error is noted there and thrown. */
export async function playVariant(options: PlayOptions): Promise<void> {
  const { runtime, topology, scenario, variantId, seed } = options;
  const variant = scenario.variants[variantId];
  if (variant === undefined) throw new Error(`scenario ${scenario.id} has no variant ${variantId}`);
  refuseUnmodelled(runtime, variant);
  const prng = createPrng(seed).split(`${scenario.id}/${variantId}`);
  const plan = planRequests(options.script, {
    prng: prng.split('traffic'),
    rateRps: options.rateRps,
    population: topology.users.population,
    untilMs: totalMs(variant),
  });
  let originMs = 0;
  let nowMs = (): number => 0;
  const play = `${scenario.id}/${variantId}`;
  const put = (entry: object): void =>
    options.journal.append({
      ...entry,
      play,
      atMs: Math.round((nowMs() - originMs) * 10) / 10,
    } as unknown as JournalEntry);
  await using stage = await runtime.open(topology, {
    seed,
    tempo: options.tempo,
    profile: withholdsDelays(options, variant) ? WITHHELD : options.profile,
    tokenSecret: options.tokenSecret,
    journal: { append: put },
    order: scenario.order,
  });
  nowMs = () => stage.clock.nowMs();
  const note: Note = (entry) => put(entry);
  const cluster = createCluster({ stage, topology, prng: prng.split('control'), record: note });
  const interrupted = new Promise<never>((_, reject) => {
    const end = (): void => reject(options.signal.reason as Error);
    // It may have come while the stage opened: then no event will tell.
    if (options.signal.aborted) end();
    else options.signal.addEventListener('abort', end, { once: true });
  });
  interrupted.catch(() => undefined);
  const whole = async (): Promise<void> => {
    put(playEntry(options, variant, plan, stage));
    await cluster.start(options.readyTimeoutMs ?? READY_TIMEOUT_MS);
    const pods = Object.keys(topology.workloads).reduce((sum, id) => sum + cluster.podsOf(id).length, 0);
    note({
      kind: 'ready',
      pods,
      nodes: Object.keys(topology.places).filter((p) => p.startsWith('node:')).length,
      readyMs: Math.round(options.sinceStartMs()),
    });
    originMs = nowMs();
    if (withholdsDelays(options, variant))
      note({ kind: 'fault', as: 'delays', fault: 'delay', params: { profile: options.profile }, state: 'withheld' });
    await method(options, variant, plan, stage, note, cluster);
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
