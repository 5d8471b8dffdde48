/** Memory that a program is made to take: which programs can, and how fast; the same on every runtime. */
import { SimError } from '../errors.ts';
import type { Container, Growth } from '../runtimes/contract.ts';

/** "In one go": within a second, in steps, as a request that balloons takes it. */
export const GROWTH_STEPS = 20;
export const GROWTH_STEP_MS = 50;

/** Ours that do work for users; what is foreign takes no orders. */
const GROWING_ROLES: readonly string[] = ['api', 'worker'];

/** @param tell  how the program is told; an empty growth ends it. Absent: it can not be told */
export const growing =
  (role: string, tell: ((growth: Growth) => void) | undefined): Container['grow'] =>
  (growth) => {
    if (tell === undefined || !GROWING_ROLES.includes(role))
      throw new SimError('SIM_NOT_MODELLED', `a program of role "${role}" can not be made to take memory`, {
        hint: `those that can: ${GROWING_ROLES.join(', ')}`,
      });
    tell(growth);
    return Promise.resolve({ [Symbol.asyncDispose]: () => Promise.resolve(tell({})) });
  };
