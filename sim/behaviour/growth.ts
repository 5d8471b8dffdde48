/** Memory that a program is made to take: which programs can, and how fast; the same on every runtime. */
import { SimError } from '../errors.ts';
import type { Container, Growth } from '../runtimes/contract.ts';

/** "In one go": within a second, in steps, as a request that balloons takes it. */
export const GROWTH_STEPS = 20;
export const GROWTH_STEP_MS = 50;

/** Ours that do work for users; what is foreign takes no orders. */
const GROWING_ROLES: readonly string[] = ['api', 'worker'];
export const canGrow = (role: string): boolean => GROWING_ROLES.includes(role);

/** One of several growths of a program, by a number that no other has; an empty one ends it. */
export interface NumberedGrowth extends Growth {
  readonly number: number;
}
/** Growths that a program is under, each until it is ended: what it takes is the sum. */
export class Growths {
  readonly #all = new Map<number, NumberedGrowth>();

  /** @returns whether it is a new one, and none that ends */
  set(growth: NumberedGrowth): boolean {
    const lasts = growth.bytes !== undefined || growth.perRequestBytes !== undefined;
    if (lasts) this.#all.set(growth.number, growth);
    else this.#all.delete(growth.number);
    return lasts;
  }
  has(growth: NumberedGrowth): boolean {
    return this.#all.get(growth.number) === growth;
  }
  get perRequestBytes(): number {
    return this.#all.values().reduce((sum, one) => sum + (one.perRequestBytes ?? 0), 0);
  }
}

/** @param tell  how the program is told; an empty growth ends the one of its number. Absent: it can not be told */
export function growing(role: string, tell: ((growth: NumberedGrowth) => void) | undefined): Container['grow'] {
  let count = 0;
  return (growth) => {
    if (tell === undefined || !canGrow(role))
      throw new SimError('SIM_NOT_MODELLED', `a program of role "${role}" can not be made to take memory`, {
        hint: `those that can: ${GROWING_ROLES.join(', ')}`,
      });
    const number = ++count;
    tell({ number, ...growth });
    return Promise.resolve({ [Symbol.asyncDispose]: () => Promise.resolve(tell({ number })) });
  };
}
