/** Ways in which what stands outside of the cluster can be down, as faults about one kind of it share them. */
import type { Condition, Place, Selector, Stage } from '../runtimes/contract.ts';
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

/** Imposes one condition after the other, each on all these ways before the next; disposing heals them. */
export async function imposeAll(
  stage: Stage,
  ways: readonly Selector[],
  conditions: readonly Condition[],
): Promise<AsyncDisposable> {
  const rules: AsyncDisposable[] = [];
  for (const condition of conditions) for (const way of ways) rules.push(await stage.network.impose(way, condition));
  return allOf(rules);
}

/** Nothing from elsewhere reaches a place, nothing leaves it, nobody is told; disposing heals. */
export async function cutOff(stage: Stage, places: readonly Place[], dead: Place): Promise<AsyncDisposable> {
  // Not one rule for all: loopback and the pods' bridge are no business of the interface. All at once: it dies once.
  const rules = await Promise.all(
    places
      .filter((place) => place !== dead)
      .flatMap((other) => [
        stage.network.impose({ from: other, to: dead }, { kind: 'drop' }),
        stage.network.impose({ from: dead, to: other }, { kind: 'drop' }),
      ]),
  );
  return {
    [Symbol.asyncDispose]: async () => void (await Promise.all(rules.map((rule) => rule[Symbol.asyncDispose]()))),
  };
}
