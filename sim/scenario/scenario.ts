/**
 * A scenario is data: what load, what must hold before the fault, what is done when. It holds no code, no claim and no
 * expected verdict; it can be planned, explained and combined without being run.
 */
import { z } from 'zod';
import { choicesHint } from '../../topology/rules.ts';
import { schemaKeys } from '../../topology/schema-keys.ts';
import { shapeProblems } from '../../topology/shape.ts';
import { applySet, setSchema } from '../../topology/set.ts';
import type { Topology } from '../../topology/schema.ts';
import type { TimerName } from '../../topology/timers.ts';
import { timer, TIMERS } from '../../topology/timers.ts';
import { OPERATION_NAMES, operationParams } from '../control/operations/index.ts';
import { problemsError, type Problem } from '../errors.ts';
import { shortener } from '../clock.ts';
import { FAULT_NAMES, faultNamed } from '../faults/index.ts';
import { partSchema } from './parts.ts';
import { predicateSchema } from './predicate.ts';

const timerName = z.custom<TimerName>((value) => typeof value === 'string' && value in TIMERS, {
  error: 'is not a timer of topology/timers.ts',
});
const action = z.union([
  z.strictObject({ fault: z.enum(FAULT_NAMES), params: z.unknown(), as: z.string() }),
  z.strictObject({ heal: z.string() }),
  /** With a name (`as`) it has to be proven, as a fault has. */
  z.strictObject({ operate: z.enum(OPERATION_NAMES), params: z.unknown(), as: z.string().optional() }),
]);
const step = z.strictObject({
  name: z.string(),
  /**
   * When that was, as reports say it: "while pools were warm". What users saw is then told for this step apart; in the phase
   * after it, as something that the document does not say.
   */
  told: z.string().optional(),
  /** To which window belongs what is sent from here on. */
  phase: z.enum(['warm-up', 'before', 'during', 'after']),
  do: z.array(action).default([]),
  /** How long this step lasts before the next begins, user time. */
  lastsMs: z.number().positive(),
  /** Where what happens in it takes that long: `--fast` does not cut below it. */
  leastMs: z.number().positive().optional(),
  /**
   * False for a spell in which what was sent before comes to its end under the fault, a connect of 19 s for instance. What is
   * sent in it would be helped by the fault's end, and counts for no share.
   */
  counts: z.literal(false).optional(),
  /** False for a spell in which nobody is sent, as at night; nothing counts in it (counts: false). */
  sends: z.literal(false).optional(),
  /** Idle timers that run out in it, one after the other: it lasts that much longer, by what they take at the run's tempo. */
  waits: z.array(timerName).optional(),
});
const variant = z.strictObject({
  title: z.string(),
  /** What is changed in the topology for this variant: dotted path → value. */
  set: setSchema.default({}),
  /** The row of the document is not about this one: no statement is held against it, and what failed is told as not in the book. */
  unsaid: z.literal(true).optional(),
  steps: z.array(step).min(1),
});

/** What makes a statement come out otherwise: a value of the topology, or another way that is played beside it. */
const flip = z.strictObject({
  /** Whose statements; absent: those of each variant. */
  variant: z.string().optional(),
  /** As `--set` takes it: `workloads.api.replicas=1`. */
  set: z
    .string()
    .regex(/^[^=\s]+=\S/, { error: 'must be path=value, as --set takes it' })
    .optional(),
  /** Or the variant in which it is so. */
  to: z.string().optional(),
  /** The change, in a few words: "reject instead of deny". */
  says: z.string().min(1),
});

export const scenarioSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  title: z.string(),
  /** What of the document it plays: a row of a failure table, or the latency figures of a cluster that is well. */
  plays: z.enum(['failure', 'figures']).default('failure'),
  /** The layer of the document's table that this scenario plays. */
  layer: z.string(),
  /** Other names that documents give to it; a row is matched by whichever fits best. */
  alsoCalled: z.array(z.string()).optional(),
  /** What a person should know before reading the result; shown by `twin explain`. */
  about: z.string(),
  sources: z.array(z.string()),
  /** A k6 script under scenarios/load/. */
  load: z.string(),
  /** Journeys that the statements about what users see are judged on. */
  exposed: z.array(z.string()).min(1),
  /** What must hold before the fault, else nothing is judged. */
  hypothesis: z.array(predicateSchema).min(1),
  variants: z.record(z.string().regex(/^[a-z0-9-]+$/), variant),
  /** What the parts are that it names, so that it is played on clusters that call them otherwise too. */
  parts: z.record(z.string(), partSchema).default({}),
  order: z.array(z.tuple([timerName, timerName])).default([]),
  minHits: z.number().int().positive().default(10),
  /** Nothing else is played meanwhile: what is judged is time, and neighbours take some. */
  alone: z.boolean().default(false),
  /** Only what was shown: on the model each gives another verdict, or another degree of pain (test/model/flips.test.ts). */
  flips: z.array(flip).default([]),
  /** Params that aim a fault at a wrong target: `--sabotage` must then leave nothing proven. */
  decoy: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type Scenario = z.infer<typeof scenarioSchema>;

/** The steady state of a cluster that serves its users, before anything is broken. */
export const USERS_ARE_SERVED = [
  { measure: 'share-ok', min: 0.99, unit: 'share' },
  { measure: 'latency-p95', max: 3_000, unit: 'ms' },
] satisfies Scenario['hypothesis'];
export type Variant = Scenario['variants'][string];
export type Step = Variant['steps'][number];
export type Action = z.infer<typeof action>;
export type ScenarioFlip = Scenario['flips'][number];

type Params = { readonly params?: unknown };
function checkActions(scenario: Scenario): Problem[] {
  const problems: Problem[] = [];
  for (const [name, { steps }] of Object.entries(scenario.variants)) {
    for (const [index, one] of steps.entries())
      if ((one.waits?.length ?? 0) > 0 && one.counts !== false)
        problems.push({
          where: `variants.${name}.steps.${index}`,
          code: 'SIM_SCENARIO_INVALID',
          message: 'idle waits are shortened by the tempo: what is sent meanwhile may not count (counts: false)',
        });
    for (const [index, one] of steps.entries())
      if (one.sends === false && one.counts !== false)
        problems.push({
          where: `variants.${name}.steps.${index}`,
          code: 'SIM_SCENARIO_INVALID',
          message: 'where nobody is sent nothing can count (counts: false)',
        });
    if (scenario.plays === 'failure' && steps.length < 3)
      problems.push({
        where: `variants.${name}.steps`,
        code: 'SIM_SCENARIO_INVALID',
        message: 'a failure needs three steps: before it, while it lasts, after it',
      });
    for (const [index, { do: actions }] of steps.entries()) {
      for (const [nth, one] of actions.entries()) {
        const schema =
          'fault' in one ? faultNamed(one.fault).params : 'operate' in one ? operationParams(one.operate) : undefined;
        const parsed = schema?.safeParse('params' in one ? one.params : undefined);
        if (parsed !== undefined && !parsed.success) {
          const at = ['variants', name, 'steps', index, 'do', nth, 'params'];
          const shape = { code: 'SIM_SCENARIO_INVALID', at, keysAt: () => schemaKeys(schema) } as const;
          problems.push(...parsed.error.issues.flatMap((issue) => shapeProblems(issue, (one as Params).params, shape)));
        }
      }
    }
  }
  return problems;
}

/** What is done bears a name, by which it is proven and healed: each its own, and healed after it was done. */
function checkNames({ variants }: Scenario): Problem[] {
  return Object.entries(variants).flatMap(([variantId, { steps }]) => {
    const done = new Set<string>();
    return steps.flatMap(({ do: actions }, index) =>
      actions.flatMap((one, nth): Problem[] => {
        const where = `variants.${variantId}.steps.${index}.do.${nth}`;
        const code = 'SIM_SCENARIO_INVALID';
        if ('heal' in one)
          return done.has(one.heal)
            ? []
            : [
                {
                  where,
                  code,
                  message: `nothing named "${one.heal}" was done until then`,
                  hint: choicesHint(one.heal, [...done]),
                },
              ];
        if (one.as === undefined) return [];
        if (done.has(one.as))
          return [{ where, code, message: `there is one named "${one.as}" already: each needs its own` }];
        done.add(one.as);
        return [];
      }),
    );
  });
}

function checkFlips({ flips, variants }: Scenario): Problem[] {
  return flips.flatMap(({ variant: of, set, to }, index) => {
    const at = (key: string, message: string, hint?: string): Problem => ({
      where: `flips.${index}${key}`,
      code: 'SIM_SCENARIO_INVALID',
      message,
      ...(hint === undefined ? {} : { hint }),
    });
    const named = Object.entries({ variant: of, to }).flatMap(([key, id]) => {
      if (id === undefined) return [];
      const found = Object.hasOwn(variants, id) ? variants[id] : undefined;
      if (found === undefined)
        return [at(`.${key}`, `there is no variant "${id}"`, choicesHint(id, Object.keys(variants)))];
      return found.unsaid === true ? [at(`.${key}`, `no statement is about "${id}", so none can flip`)] : [];
    });
    if ((set === undefined) === (to === undefined)) return [...named, at('', 'either set or to, and not both')];
    return to !== undefined && to === of ? [...named, at('.to', 'is the variant itself')] : named;
  });
}

type Issue = z.core.$ZodIssue;
const ACTIONS = '{ fault, params, as }, { operate, params, as } or { heal }';
/** What is wrong with an action: of three ways to write one zod says only that none fits. */
function actionProblem(issue: Issue, input: unknown): Pick<Problem, 'where' | 'message' | 'hint'> | undefined {
  if (issue.code !== 'invalid_union' || issue.path.at(-2) !== 'do') return undefined;
  const found = issue.path.reduce<unknown>((at, key) => Reflect.get(Object(at), key), input);
  const where = issue.path.join('.');
  for (const [key, kind, names] of [
    ['fault', 'fault', FAULT_NAMES],
    ['operate', 'operation', OPERATION_NAMES],
  ] as const) {
    const name: unknown = Reflect.get(Object(found), key);
    if (typeof name === 'string' && !(names as readonly string[]).includes(name))
      return { where: `${where}.${key}`, message: `there is no ${kind} "${name}"`, hint: choicesHint(name, names) };
  }
  return { where, message: `is no action: ${ACTIONS}` };
}
/**
 * A sound scenario, or one error that lists every fault.
 * @throws SimError `SIM_SCENARIO_INVALID`
 */
export function defineScenario(input: z.input<typeof scenarioSchema>, file?: string): Scenario {
  const parsed = scenarioSchema.safeParse(input);
  const id = file ?? (typeof input.id === 'string' ? input.id : 'scenario');
  if (!parsed.success) {
    throw problemsError(
      id,
      parsed.error.issues.map((issue) => ({
        where: issue.path.join('.') || '(top level)',
        message: issue.message,
        ...actionProblem(issue, input),
        code: 'SIM_SCENARIO_INVALID' as const,
      })),
    );
  }
  const problems = [...checkActions(parsed.data), ...checkNames(parsed.data), ...checkFlips(parsed.data)];
  if (problems.length > 0) throw problemsError(id, problems);
  return parsed.data;
}

/**
 * The topology as a variant is played on it.
 * @throws SimError `SIM_SCENARIO_INVALID` with every fault of the variant's `set`
 */
export const topologyOf = (topology: Topology, scenario: Scenario, variantId: string): Topology =>
  applySet(topology, scenario.variants[variantId]?.set ?? {}, {
    where: `${scenario.id}: variants.${variantId}.set`,
    code: 'SIM_SCENARIO_INVALID',
  });

/** A variant as it is lived through on a clock. */
export interface LivedVariant extends Variant {
  /** With how much longer their idle waits would have been. */
  readonly steps: (Step & { readonly unlivedMs: number })[];
}
/** A variant whose steps last as long as their idle waits take on a clock. @param shortenedMs  the clock's own */
export function withWaits(
  variant: Variant,
  shortenedMs: (name: TimerName) => number,
  documentedMs: (name: TimerName) => number = (name) => timer(name).ms,
): LivedVariant {
  const steps = variant.steps.map(({ waits = [], ...one }) => {
    const [lived, documented] = [shortenedMs, documentedMs].map((msOf) =>
      waits.reduce((sum, name) => sum + msOf(name), 0),
    ) as [number, number];
    return { ...one, lastsMs: one.lastsMs + lived, unlivedMs: documented - lived };
  });
  return { ...variant, steps };
}
/** Length of a phase in milliseconds, as planned. */
export const phaseMs = (variant: Variant, phase: Step['phase']): number =>
  variant.steps.filter((one) => one.phase === phase).reduce((sum, one) => sum + one.lastsMs, 0);
/** The same without the spells in which nothing that is sent counts. */
export const countedMs = (variant: Variant, phase: Step['phase']): number =>
  phaseMs({ ...variant, steps: variant.steps.filter((one) => one.counts !== false) }, phase);
/** Length of the whole method; idle waits that are still to be told by a clock count as at no tempo. */
export const totalMs = (variant: Variant): number =>
  withWaits(variant, shortener({ tempo: 1, order: [] })).steps.reduce((sum, one) => sum + one.lastsMs, 0);
/** All that is done in a variant, in order. */
export const actionsOf = (variant: Variant): Action[] => variant.steps.flatMap((step) => step.do);
