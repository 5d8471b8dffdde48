/** Services that are made to answer with an error of their own: which can, the same on every runtime. */
import { SimError } from '../errors.ts';
import type { Container } from '../runtimes/contract.ts';

/** What is outside of the cluster can be told; what is ours breaks in ways of its own. */
const FAILING_ROLES: readonly string[] = ['object-store', 'resolver'];

/** @param tell  puts it in force; an empty table ends it. Absent: it can not be told */
export const failing =
  (role: string, tell: ((table: { readonly error?: string }) => Promise<void>) | undefined): Container['answerWith'] =>
  async (error) => {
    if (tell === undefined || !FAILING_ROLES.includes(role))
      throw new SimError('SIM_NOT_MODELLED', `a program of role "${role}" can not be made to answer ${error}`, {
        hint: `those that can: ${FAILING_ROLES.join(', ')}`,
      });
    await tell({ error });
    return { [Symbol.asyncDispose]: () => tell({}) };
  };
