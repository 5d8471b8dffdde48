/** Breaks what a person wants broken, and ends it: a fault is healed, an operation is taken back and waited for. */
import { isReady } from '../../control/pod.ts';
import { isProven, youngestFirst, type Method } from '../../scenario/method.ts';
import type { Staged } from '../../scenario/stage.ts';
import { partOf, type Aim } from './aim.ts';
import { undoing, type Broken, type BrokenThing } from './broken.ts';

export interface Breaking {
  readonly staged: Staged;
  readonly method: Method;
  readonly broken: Broken;
  /** Settles when the test is true, or when it has not become so in time. */
  readonly until: (test: () => Promise<boolean>) => Promise<unknown>;
}

/** All that is aimed at, or, by an error, nothing of it; what cannot be undone then stays broken, by its name. */
export async function breakAll(options: Breaking, { title, actions }: Aim, isSecret: boolean): Promise<void> {
  const { staged, method, broken } = options;
  const begun: BrokenThing[] = [];
  try {
    for (const action of actions) {
      const stood = staged.cluster.podsOf(partOf(action) ?? '');
      await method.act(action);
      if (!isProven(action)) continue;
      const thing = { as: action.as, title, sinceMs: staged.nowMs(), isSecret, action, stood };
      broken.add(thing);
      begun.push(thing);
    }
  } catch (error) {
    await mendAll(options, begun).catch(() => undefined);
    throw error;
  }
}

async function mend({ staged, method, broken, until }: Breaking, thing: BrokenThing): Promise<void> {
  const { as, action, stood } = thing;
  const undo = undoing(thing);
  if ('fault' in action) await method.heal(as);
  // Only what has ended is forgotten: the rest can be healed again.
  broken.remove(as);
  if ('fault' in action || undo === undefined || 'never' in undo) return;
  const part = partOf(action) ?? '';
  const came = staged.cluster.podsOf(part).filter((pod) => !stood.includes(pod));
  await method.act({ operate: action.operate, params: undo.params });
  const isBack = (): boolean => {
    const pods = staged.cluster.podsOf(part);
    return !pods.some((pod) => came.includes(pod)) && isReady(staged.cluster, part);
  };
  await until(() => Promise.resolve(isBack()));
}
/** @throws the first that can not be mended, when the others are */
export const mendAll = (options: Breaking, things: readonly BrokenThing[]): Promise<void> =>
  youngestFirst(things, (one) => mend(options, one));
