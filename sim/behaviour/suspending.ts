/** Databases whose host stops them while nobody asks anything, and starts them for who comes next: which can, the same on every runtime. */
import { SimError } from '../errors.ts';
import type { Container } from '../runtimes/contract.ts';

const SUSPENDED_ROLES: readonly string[] = ['postgres'];

/**
 * @param tell  ends every session (FATAL 57P01) and makes who logs in next wait for so many milliseconds, others with him;
 *              undefined wakes it. Absent: it can not be told
 */
export const suspending =
  (role: string, tell: ((wakeMs: number | undefined) => Promise<void>) | undefined): Container['suspend'] =>
  async (wakeMs) => {
    if (tell === undefined || !SUSPENDED_ROLES.includes(role))
      throw new SimError('SIM_NOT_MODELLED', `a program of role "${role}" can not be suspended here`, {
        hint: `those that can: ${SUSPENDED_ROLES.join(', ')}`,
      });
    await tell(wakeMs);
    return { [Symbol.asyncDispose]: () => tell(undefined) };
  };
