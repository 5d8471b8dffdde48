/** Ways in which any service outside of the cluster can be down, as faults about one kind of service share them. */
import type { Condition, Place, Stage } from '../runtimes/contract.ts';
import { allOf } from './fault.ts';

interface WayDown {
  readonly title: string;
  readonly conditions: readonly Condition[];
}
export const WAYS_DOWN = {
  refuses: {
    title: 'refuses every new connection and has cut the open ones',
    // In this order: nobody connects anew between the refusal and the cut.
    conditions: [{ kind: 'refuse' }, { kind: 'reset' }],
  },
  hangs: {
    title: 'takes connections and answers nothing, on open ones neither',
    conditions: [{ kind: 'hang' }],
  },
} as const satisfies Readonly<Record<string, WayDown>>;

/** Imposes one condition after the other on all that goes to a place's port; disposing heals them. */
export async function imposeAll(
  stage: Stage,
  to: { readonly to: Place; readonly port: number },
  conditions: readonly Condition[],
): Promise<AsyncDisposable> {
  const rules: AsyncDisposable[] = [];
  for (const condition of conditions) rules.push(await stage.network.impose(to, condition));
  return allOf(rules);
}
