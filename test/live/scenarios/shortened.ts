/** redis-down with steps as short as its proofs allow: what a live test can wait for. */
import original from '../../../scenarios/redis-down.ts';
import { defineScenario, type Scenario } from '../../../sim/scenario/scenario.ts';

const LASTS_MS = { 'warm-up': 1_000, before: 2_000, during: 7_000, after: 3_000 } as const;

/** One variant of it, with the same claims; `lastsMs` overrides the length of a phase. */
export function shortened(
  variant: 'dead' | 'hung',
  lastsMs: Partial<Record<keyof typeof LASTS_MS, number>> = {},
): Scenario {
  const { title, steps } = original.variants[variant] ?? { title: '', steps: [] };
  const short = steps.map((step) => ({ ...step, lastsMs: { ...LASTS_MS, ...lastsMs }[step.phase] }));
  return defineScenario({ ...original, variants: { [variant]: { title, steps: short } }, flips: [] });
}
