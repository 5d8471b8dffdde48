/**
 * Plays the unpatched twin, then each mutant, one after another.
 *
 * A mutant is caught when its run accuses it of something of which the unpatched run of the same seed is not accused, or
 * its users wait longer than those of that run. What it does may hang on chance, so one that survives a seed is played with
 * the next. The unpatched twin is held to the same with every seed.
 */
import { accusationsBeside, accusationsOf, type Accusation } from './accusations.ts';
import type { Mutant } from './mutant.ts';
import { play, type Played, type Setting } from './play.ts';

export interface TwinResult extends Setting {
  readonly accused: readonly Accusation[];
}
export interface MutantResult {
  readonly mutant: Mutant;
  readonly runtime: Setting['runtime'];
  /** The one that caught it, or the last one it was played with. */
  readonly seed: number;
  /** The first is the one to tell; empty: it survived. */
  readonly caughtBy: readonly Accusation[];
  /** Why its run says nothing: it broke off. */
  readonly broke?: string;
}
export interface Study {
  readonly twin: readonly TwinResult[];
  readonly mutants: readonly MutantResult[];
}
export interface StudyOptions {
  readonly mutants: readonly Mutant[];
  /** On the model; a live one is played with the first alone. */
  readonly seeds: readonly [number, ...number[]];
  /** On the model; none: all there are. */
  readonly scenarios: readonly string[];
  /** Plays the unpatched twin with each seed, needed or not. */
  readonly control: boolean;
  readonly signal: AbortSignal;
  readonly onTwin: (result: TwinResult) => void;
  readonly onMutant: (result: MutantResult) => void;
}

/** An unpatched run, which others are held against. */
interface Reference extends TwinResult {
  readonly played: Played;
}

/** Unpatched runs, each played when it is first asked for. */
class References {
  readonly all: Reference[] = [];
  readonly #options: StudyOptions;
  constructor(options: StudyOptions) {
    this.#options = options;
  }
  async of(setting: Setting): Promise<Reference> {
    const { runtime, seed, scenarios } = setting;
    const alike = this.all.filter((one) => one.runtime === runtime && one.scenarios.join() === scenarios.join());
    const known = alike.find((one) => one.seed === seed);
    if (known !== undefined) return known;
    const played = await play([], setting, this.#options.signal);
    const accused = alike[0] === undefined ? accusationsOf(played) : accusationsBeside(alike[0].played, played);
    const reference = { ...setting, accused, played };
    this.all.push(reference);
    this.#options.onTwin(reference);
    return reference;
  }
}

function settingsOf({ seeds, scenarios }: StudyOptions, live: string | undefined): Setting[] {
  if (live !== undefined) return [{ runtime: 'embedded', seed: seeds[0], scenarios: [live] }];
  return seeds.map((seed) => ({ runtime: 'model', seed, scenarios }));
}

async function playOnce(options: StudyOptions, mutant: Mutant, well: Reference): Promise<MutantResult> {
  const { runtime, seed, scenarios } = well;
  const about = { mutant, runtime, seed };
  const anyway = new Set(well.accused.map((one) => one.statement));
  const played = await play(mutant.patches, { runtime, seed, scenarios }, options.signal);
  try {
    const accused = accusationsBeside(well.played, played);
    return { ...about, caughtBy: accused.filter((one) => !anyway.has(one.statement)) };
  } catch (error) {
    return { ...about, caughtBy: [], broke: (error as Error).message };
  }
}

async function playMutant(options: StudyOptions, mutant: Mutant, references: References): Promise<MutantResult> {
  let result: MutantResult | undefined;
  for (const setting of settingsOf(options, mutant.live)) {
    result = await playOnce(options, mutant, await references.of(setting));
    if (result.caughtBy.length > 0 || result.broke !== undefined) break;
  }
  if (result === undefined) throw new Error('no seed');
  return result;
}

/** @throws Error when the unpatched twin cannot be played; what the signal was aborted with */
export async function study(options: StudyOptions): Promise<Study> {
  const references = new References(options);
  if (options.control) for (const setting of settingsOf(options, undefined)) await references.of(setting);
  const mutants: MutantResult[] = [];
  for (const mutant of options.mutants) {
    const result = await playMutant(options, mutant, references);
    options.onMutant(result);
    mutants.push(result);
  }
  return { twin: references.all.map(({ played: _played, ...result }) => result), mutants };
}

/** At least this share of the mutants has to be caught. */
export const CAUGHT_SHARE = 0.95;
/** What the study comes to: a broken run counts as not caught. */
export function isWell({ twin, mutants }: Study): boolean {
  const caught = mutants.filter((one) => one.caughtBy.length > 0).length;
  return twin.every((one) => one.accused.length === 0) && caught >= CAUGHT_SHARE * mutants.length;
}
