/**
 * Plays one variant of a scenario on a stage: cluster up, users' requests all the while, the steps of the method, the
 * looks that prove the fault, and at the end what is left in Postgres and in the worker's record.
 *
 *   ready ─▶ drive traffic ─┬─▶ warm-up ─▶ before ─▶ during (fault, proofs) ─▶ after (recovery) ─▶ stop, drain ─▶ read back
 *                           └─▶ outcomes ─▶ journal
 */
import { legsOf } from '../../topology/legs.ts';
import { neededBy } from '../../topology/needed.ts';
import type { Place, Topology } from '../../topology/schema.ts';
import { timer } from '../../topology/timers.ts';
import { shortener } from '../clock.ts';
import type { PlannedRequest, Stage } from '../runtimes/contract.ts';
import type { PlayEntry } from '../runtimes/entries.ts';
import { faultNamed } from '../faults/index.ts';
import { planRequests } from '../traffic/plan.ts';
import { flipsOf, type Flip } from './flips.ts';
import { isProven, Method, refuseUnmodelled, type Mode } from './method.ts';
import {
  actionsOf,
  countedMs,
  phaseMs,
  totalMs,
  withWaits,
  type Action,
  type LivedVariant,
  type Scenario,
  type Variant,
} from './scenario.ts';
import { drawsOf, msOf, onStage, readBack, settingOf, type Staged, type StagingOptions } from './stage.ts';

export type { Mode };
export interface PlayOptions extends StagingOptions {
  /** As the variant changes it (`topologyOf`). */
  readonly topology: Topology;
  readonly scenario: Scenario;
  readonly variantId: string;
  readonly rateRps: number | undefined;
  readonly mode: Mode;
}
/** Proofs are looked at this often while the fault lasts. */
export const PROOF_PERIOD_MS = 4_000;

/** With somebody's own api only what is played beside: values of the topology were shown to flip statements about ours. */
function flipsAt({ scenario, topology, variantId }: PlayOptions, { parts }: Stage): Flip[] {
  const isForeign = parts.some((part) => part.kind === 'own-app');
  return flipsOf(topology, scenario, variantId).filter(({ to }) => !isForeign || to !== undefined);
}
function playEntry(options: PlayOptions, variant: Variant, plan: readonly PlannedRequest[], stage: Stage): PlayEntry {
  const { scenario, topology } = options;
  const duringFromMs = phaseMs(variant, 'warm-up') + phaseMs(variant, 'before');
  const duringToMs = duringFromMs + countedMs(variant, 'during');
  const exposed = plan.filter(
    (request) =>
      scenario.exposed.includes(request.journey) && request.atMs >= duringFromMs && request.atMs < duringToMs,
  );
  const flips = flipsAt(options, stage);
  return {
    kind: 'play',
    atMs: 0,
    play: `${scenario.id}/${options.variantId}`,
    scenario: scenario.id,
    variant: options.variantId,
    title: variant.title,
    ...(variant.unsaid === undefined ? {} : { unsaid: variant.unsaid }),
    set: variant.set,
    ...(flips.length === 0 ? {} : { flips }),
    scenarioTitle: scenario.title,
    layer: scenario.layer,
    minHits: scenario.minHits,
    hypothesis: scenario.hypothesis.map(cleanPredicate),
    exposed: scenario.exposed,
    expectedExposed: exposed.length,
    legs: legsOf(topology, options.profile),
    ...settingOf(topology, stage),
  };
}
/** A predicate as it stands in a journal: without the keys that are undefined. */
export const cleanPredicate = (predicate: Scenario['hypothesis'][number]): PlayEntry['hypothesis'][number] =>
  JSON.parse(JSON.stringify(predicate)) as PlayEntry['hypothesis'][number];

/** At either end of a spell in which nothing counts users are sent for so long; what lies between shows nothing new. */
const SENT_AT_ENDS_MS = 20_000;
/** Spells in which nobody is sent: where a step says so, and the middles of long ones in which nothing counts; since the start. */
function quietSpells(variant: Variant): { readonly fromMs: number; readonly toMs: number }[] {
  let atMs = 0;
  return variant.steps.flatMap(({ counts, sends, lastsMs }) => {
    if (sends === false) return [{ fromMs: atMs, toMs: (atMs += lastsMs) }];
    const [fromMs, toMs] = [atMs + SENT_AT_ENDS_MS, atMs + lastsMs - SENT_AT_ENDS_MS];
    atMs += lastsMs;
    return counts === false && fromMs < toMs ? [{ fromMs, toMs }] : [];
  });
}

/** The steps of a variant, one after the other: its actions, then its length; proofs meanwhile. */
async function playSteps(options: PlayOptions, variant: LivedVariant, staged: Staged, method: Method): Promise<void> {
  const { clock } = staged.stage;
  const proven = actionsOf(variant).filter(isProven);
  const faults = proven.filter((one) => 'fault' in one);
  const sleepUntil = async (atMs: number): Promise<void> => {
    const leftMs = atMs - clock.nowMs();
    if (leftMs > 0) await clock.sleep('scenario.step', leftMs, options.signal);
  };
  const lastDuring = variant.steps.findLast((step) => step.phase === 'during');
  const lastAfter = variant.steps.findLast((step) => step.phase === 'after');
  for (const step of variant.steps) {
    const endMs = clock.nowMs() + step.lastsMs;
    const { name, phase, told, counts, unlivedMs } = step;
    staged.note({
      kind: 'step',
      step: name,
      phase,
      ...(told === undefined ? {} : { told }),
      ...(counts === undefined ? {} : { counts }),
      ...(unlivedMs > 0 ? { unlivedMs } : {}),
    });
    for (const action of step.do) await method.act(action);
    if (step.phase === 'before') await method.prove(proven, 'before');
    while (step.phase === 'during' && faults.length > 0 && clock.nowMs() + timer('proof.patience').ms < endMs) {
      const nextMs = clock.nowMs() + PROOF_PERIOD_MS;
      await method.prove(faults, 'during', ['sight']);
      await sleepUntil(Math.min(nextMs, endMs));
    }
    // An operation takes its time: it has to be done when its step is over.
    const operations = step.do.filter(isProven).filter((one) => 'operate' in one);
    if (step.phase === 'during' && operations.length > 0) {
      await sleepUntil(endMs - timer('proof.patience').ms);
      await method.prove(operations, 'during');
    }
    // What ends the failure for users may come before the fault's own end: the last step alone has to see that.
    if (step === lastAfter) {
      await sleepUntil(endMs - 1_000);
      await method.prove(proven, 'after');
    }
    await sleepUntil(endMs);
    if (step === lastDuring) await method.prove(faults, 'during', ['report', 'at-the-end']);
  }
}

/** Whether what is done may lead users to another POP. */
const breaksPop = (action: Action): boolean => 'fault' in action && faultNamed(action.fault).needs.includes('anycast');

/** Where what is done leads users to. */
const leadsTo = (action: Action): Place[] =>
  'operate' in action && action.operate === 'move-zone' ? [(action.params as { to: Place }).to] : [];

/** A profile that no link has: nothing is delayed. */
const WITHHELD = 'withheld';
/**
 * Where nothing is done to the cluster there is no fault to withhold or to misdirect: the delays of the links, which its
 * figures rest on, are withheld instead, and every figure must then be unproven.
 */
const withholdsDelays = ({ mode }: PlayOptions, variant: Variant): boolean =>
  mode !== 'normal' && actionsOf(variant).length === 0;

/** Plays the variant from nothing to nothing. What it learns is in the journal; an error is noted there and thrown. */
export async function playVariant(options: PlayOptions): Promise<void> {
  const { runtime, scenario, variantId, seed, signal } = options;
  const planned = scenario.variants[variantId];
  if (planned === undefined) throw new Error(`scenario ${scenario.id} has no variant ${variantId}`);
  const topology = neededBy(
    options.topology,
    options.script.journeys.map((one) => one.journey),
    { fallbacks: actionsOf(planned).some(breaksPop), spares: actionsOf(planned).flatMap(leadsTo) },
  );
  const variant = withWaits(
    planned,
    shortener({ tempo: options.tempo, order: scenario.order, timers: topology.timers }),
    (name) => msOf(topology, name),
  );
  refuseUnmodelled(runtime, actionsOf(variant));
  const play = `${scenario.id}/${variantId}`;
  const quiet = quietSpells(variant);
  const plan = planRequests(options.script, {
    prng: drawsOf(seed, play).split('traffic'),
    rateRps: options.rateRps,
    population: topology.users.population,
    untilMs: totalMs(variant),
  }).filter(({ atMs }) => !quiet.some(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs));
  const entry = (stage: Stage): PlayEntry => playEntry(options, variant, plan, stage);
  const withheld = withholdsDelays(options, variant);
  const profile = withheld ? WITHHELD : options.profile;
  await onStage({ ...options, topology, profile, order: scenario.order }, play, entry, async (staged) => {
    const { stage, cluster, note, contract } = staged;
    // What the user's api does not serve cannot fail: sending users would only show that again and again.
    if (contract.some((one) => one.clause === 'journey' && !one.kept)) return;
    if (withheld)
      note({ kind: 'fault', as: 'delays', fault: 'delay', params: { profile: options.profile }, state: 'withheld' });
    const method = new Method({ topology, stage, cluster, note, mode: options.mode, decoy: scenario.decoy });
    const drive = await stage.traffic.drive({ seed, requests: plan }, (outcome) => note({ kind: 'request', outcome }));
    try {
      await playSteps(options, variant, staged, method);
    } finally {
      await method.healAll();
      drive.stop();
    }
    note({ kind: 'load', report: await drive.done });
    await readBack(staged, signal);
    await drive[Symbol.asyncDispose]();
  });
}
