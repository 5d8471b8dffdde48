/** Databases whose host stops them while nobody asks anything, and starts them for who comes next: which can, the same on every runtime. */
import { SimError } from '../errors.ts';
import type { Container } from '../runtimes/contract.ts';
import { inForce } from './in-force.ts';

const SUSPENDED_ROLES: readonly string[] = ['postgres'];

/**
 * Of several the last one's time to wake is waited for; all have to be over before it is awake without anybody asking.
 * @param tell  ends every session (FATAL 57P01) and makes who logs in next wait for so many milliseconds, others with him;
 *              undefined wakes it. Absent: it can not be told
 */
export function suspending(
  role: string,
  tell: ((wakeMs: number | undefined) => Promise<void>) | undefined,
): Container['suspend'] {
  const sleep = inForce<number>(async (wanted, change) => {
    // Who was woken by users is not put to sleep anew because one of several is over.
    if (change === 'more' || wanted.length === 0) await tell?.(wanted.at(-1));
  });
  return async (wakeMs) => {
    if (tell === undefined || !SUSPENDED_ROLES.includes(role))
      throw new SimError('SIM_NOT_MODELLED', `a program of role "${role}" can not be suspended here`, {
        hint: `those that can: ${SUSPENDED_ROLES.join(', ')}`,
      });
    return sleep(wakeMs);
  };
}
