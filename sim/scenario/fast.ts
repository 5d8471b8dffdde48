/**
 * Which of all plays a run plays, and how long: `--fast` cuts phases, `--shard` takes a part. Both give scenarios, so that
 * nothing else knows of them. Pure.
 */
import { RECOVERED_NEEDS } from '../checkers/measures.ts';
import { UNDER_WAY_MS } from '../checkers/window.ts';
import { timer } from '../../topology/timers.ts';
import type { LoadScript } from '../traffic/script.ts';
import { NOBODY_NEEDS } from './findings.ts';
import { countedMs, totalMs, type Scenario, type Step, type Variant } from './scenario.ts';

/** What a step needs for one look at a fault, and a second between the last one and the step's end. */
const LOOK_MS = timer('proof.patience').ms + 1_000;
/** Longer than a request takes that opens every connection on its way (1.2 s in the reference cluster). */
const WARM_UP_MS = 2_000;
/** More requests than are needed: a fault takes a moment to be in force, and what came before then is not counted. */
const SPARE = 1.04;

const msFor = (requests: number, rateRps: number): number => (rateRps > 0 ? (requests / rateRps) * 1_000 : Infinity);

/** How long each phase must be, whatever the scenario. */
function leastMs(
  { hypothesis, exposed, minHits }: Scenario,
  script: LoadScript,
  patienceMs: number,
  rateRps: number | undefined,
): Record<Step['phase'], number> {
  const allRps = script.journeys.reduce((sum, one) => sum + one.rateRps, 0);
  const factor = rateRps === undefined ? 1 : rateRps / allRps;
  const own = script.journeys.filter((one) => exposed.includes(one.journey));
  const exposedRps = own.reduce((sum, one) => sum + one.rateRps, 0) * factor;
  // One failed request alone must not make a baseline unsteady.
  const strictest = Math.max(0, ...hypothesis.map((one) => (one.unit === 'share' ? (one.min ?? 0) : 0)));
  const baseline = Math.max(minHits, strictest < 1 ? 1 / (1 - strictest) : Infinity);
  return {
    'warm-up': WARM_UP_MS,
    before: Math.max(LOOK_MS, msFor(baseline * SPARE, allRps * factor) + UNDER_WAY_MS),
    during: Math.max(LOOK_MS, msFor(NOBODY_NEEDS * SPARE, exposedRps)),
    // Who is not well again by then is to be seen not to be: so many requests later.
    after: patienceMs + UNDER_WAY_MS + msFor(RECOVERED_NEEDS, allRps * factor),
  };
}

/**
 * Steps of a phase share its cut, none falls below what it says it needs, and none gets longer; what is waited out stays. Whoever meets a fault less
 * than his patience before its end is helped by that end: each step of a fault lasts longer by a look.
 */
function cut(variant: Variant, least: Readonly<Record<Step['phase'], number>>, patienceMs: number): Variant {
  const steps = variant.steps.map((step) => {
    if (step.counts === false) return step;
    const share = step.lastsMs / countedMs(variant, step.phase);
    const met = step.phase === 'during' ? patienceMs + LOOK_MS : 0;
    const needed = Math.max(step.leastMs ?? 0, met, least[step.phase] * share);
    return { ...step, lastsMs: Math.min(step.lastsMs, Math.ceil(needed / 100) * 100) };
  });
  return { ...variant, steps };
}

/**
 * Scenarios with each phase as short as proofs of the fault, users' patience and the counts of a verdict allow. What is
 * judged, and at which rate, stays.
 * @param rateRps  all journeys together; undefined keeps the scripts' own
 */
export const fast = (
  scenarios: readonly Scenario[],
  scripts: ReadonlyMap<string, LoadScript>,
  patienceMs: number,
  rateRps?: number,
): Scenario[] =>
  scenarios.map((scenario) => {
    const script = scripts.get(scenario.load);
    if (script === undefined) return scenario;
    const least = leastMs(scenario, script, patienceMs, rateRps);
    const variants = Object.entries(scenario.variants).map(([id, one]) => [id, cut(one, least, patienceMs)]);
    return { ...scenario, variants: Object.fromEntries(variants) };
  });

/** One of `of` parts, counted from 1. */
export interface Shard {
  readonly nth: number;
  readonly of: number;
}
/**
 * The part of all plays that falls to one of several machines: the longest play goes to the part that is shortest until
 * then, so the parts take about equally long. The parts together are all plays, each once.
 */
export function shard(scenarios: readonly Scenario[], { nth, of }: Shard): Scenario[] {
  const plays = scenarios
    .flatMap(({ id, variants }) =>
      Object.entries(variants).map(([name, variant]) => ({ key: `${id}/${name}`, lastsMs: totalMs(variant) })),
    )
    .toSorted((a, b) => b.lastsMs - a.lastsMs || (a.key < b.key ? -1 : 1));
  const parts = Array.from({ length: of }, () => ({ lastsMs: 0, keys: new Set<string>() }));
  for (const { key, lastsMs } of plays) {
    const shortest = parts.reduce((least, one) => (one.lastsMs < least.lastsMs ? one : least));
    shortest.keys.add(key);
    shortest.lastsMs += lastsMs;
  }
  const mine = parts[nth - 1]?.keys ?? new Set();
  return scenarios.flatMap((scenario) => {
    const own = Object.entries(scenario.variants).filter(([name]) => mine.has(`${scenario.id}/${name}`));
    return own.length === 0 ? [] : [{ ...scenario, variants: Object.fromEntries(own) }];
  });
}
