/** A hidden incident: drawn by a seed, guessed by its layer, told apart by hints that cost a point each. Pure. */
import { closest } from 'fastest-levenshtein';
import { SimError } from '../../errors.ts';
import { createPrng } from '../../prng.ts';
import { refuseUnmodelled } from '../../scenario/method.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { aimOfVariant, faultsOf, fitsWhatIsUp, partOf, type Aim, type World } from './aim.ts';

/** What a player begins with; a hint and a wrong guess each cost one. */
export const POINTS = 10;

/** While one runs nothing else is broken, and no single part is healed: that would tell what it is. */
export const secretFirst = (): SimError =>
  new SimError('SIM_USAGE', 'a secret incident is running', {
    hint: 'npx twin guess LAYER, npx twin hint, or npx twin heal gives up',
  });

interface Candidate {
  readonly scenario: Scenario;
  readonly variant: string;
  readonly aim: Aim;
}
/** Every variant that breaks something here and hurts whoever is sent: only a fault can be hidden, for only a fault can be proven. */
function candidatesOf(world: World): Candidate[] {
  const felt = world.scenarios.filter(({ exposed }) => exposed.some((journey) => world.journeys.includes(journey)));
  return felt.flatMap((scenario) =>
    Object.keys(scenario.variants).flatMap((variant): Candidate[] => {
      if (!fitsWhatIsUp(scenario, variant)) return [];
      const aim = aimOfVariant(scenario, variant);
      try {
        refuseUnmodelled(world.runtime, aim.actions);
      } catch {
        return [];
      }
      return faultsOf(aim.actions).length === 0 ? [] : [{ scenario, variant, aim }];
    }),
  );
}
const slug = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');

/** Words by which a scenario's layer may be called: its id, that without "-down" or the like, the book's layer, the part it hits. */
function namesOf(scenario: Scenario): string[] {
  const parts = Object.keys(scenario.variants).flatMap((variant) =>
    faultsOf(aimOfVariant(scenario, variant).actions).flatMap((one) => partOf(one) ?? []),
  );
  const bare = scenario.id.replace(/-(?:down|broken|dead|dropped|killed|fails)$/, '');
  return [...new Set([scenario.id, bare, slug(scenario.layer), ...parts])];
}

export class Secret {
  readonly aim: Aim;
  readonly seed: number;
  readonly sinceMs: number;
  readonly scenario: Scenario;
  wrong = 0;
  hints = 0;
  private readonly layers: readonly Scenario[];
  private readonly parts: readonly string[];
  /** How many requests had ended, and failed, when it began. */
  readonly before: { readonly total: number; readonly failed: number };

  /** @throws SimError `SIM_USAGE` where no scenario's fault can be hidden */
  constructor(world: World, seed: number, sinceMs: number, before: Secret['before']) {
    const candidates = candidatesOf(world);
    const drawn = candidates[createPrng(seed).split('secret').below(Math.max(1, candidates.length))];
    if (drawn === undefined) throw new SimError('SIM_USAGE', 'no scenario has a fault that could be hidden here');
    this.parts = Object.keys(world.topology.workloads);
    this.layers = [...new Set(candidates.map((one) => one.scenario))];
    ({ scenario: this.scenario, aim: this.aim } = drawn);
    this.seed = seed;
    this.sinceMs = sinceMs;
    this.before = before;
  }

  /** The next hint: first half of the layers it may be, then what a witness asks. @throws SimError when there is no more */
  hint(question: string): string {
    const others = this.layers.filter((one) => one !== this.scenario);
    const some = others.filter((_, index) => index % 2 === this.seed % 2);
    const among = [...some, this.scenario].map((one) => one.id).toSorted();
    const all = [
      `it is one of ${this.layers.length} layers; here: ${among.join(', ')}`,
      `a witness asks by ${question}`,
    ];
    const hint = all[this.hints];
    if (hint === undefined)
      throw new SimError('SIM_USAGE', 'there are no more hints', {
        hint: 'npx twin guess LAYER, or npx twin heal gives up',
      });
    this.hints++;
    return hint;
  }

  /** @throws SimError `SIM_UNKNOWN_PART` for a word that names no layer: that is no wrong guess */
  guess(word: string): boolean {
    const named = this.layers.filter((one) => namesOf(one).includes(slug(word)));
    if (named.length === 0 && !this.parts.includes(slug(word))) {
      const ids = this.layers.map((one) => one.id);
      const near = closest(slug(word), this.layers.flatMap(namesOf));
      throw new SimError('SIM_UNKNOWN_PART', `no layer is called "${word}". did you mean ${near}?`, {
        hint: `layers: ${ids.join(', ')}; this was not counted as a guess`,
      });
    }
    const isRight = named.includes(this.scenario);
    if (!isRight) this.wrong++;
    return isRight;
  }
  get points(): number {
    return Math.max(0, POINTS - this.wrong - this.hints);
  }
}
