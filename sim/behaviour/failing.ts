/** Services that are made to answer with an error of their own: which can, the same on every runtime. */
import { SimError } from '../errors.ts';
import type { Container } from '../runtimes/contract.ts';
import { inForce } from './in-force.ts';

/** What is outside of the cluster can be told; what is ours breaks in ways of its own. */
const FAILING_ROLES: readonly string[] = ['object-store', 'resolver'];

/**
 * Of several errors the one that was asked for last is answered, as long as that lasts.
 * @param tell  puts it in force; an empty table ends it. Absent: it can not be told
 */
export function failing(
  role: string,
  tell: ((table: { readonly error?: string }) => Promise<void>) | undefined,
): Container['answerWith'] {
  const answer = inForce<string>((errors) => {
    const error = errors.at(-1);
    return tell?.(error === undefined ? {} : { error }) ?? Promise.resolve();
  });
  return async (error) => {
    if (tell === undefined || !FAILING_ROLES.includes(role))
      throw new SimError('SIM_NOT_MODELLED', `a program of role "${role}" can not be made to answer ${error}`, {
        hint: `those that can: ${FAILING_ROLES.join(', ')}`,
      });
    return answer(error);
  };
}
