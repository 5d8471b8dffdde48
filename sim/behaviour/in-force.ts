/**
 * What several want of one thing at the same time, each for as long as he likes: two faults of one kind on one program, for
 * instance. Who gives up his own takes nothing from the others. One place for it, whatever it is that is wanted.
 */

/**
 * @param put  makes it so; called after each change with what is wanted now, the oldest first, and with none when the last has
 *             given up. Where it fails at the beginning of one, that one was never wanted
 * @returns    begins one; disposing gives it up, once
 */
export function inForce<T>(
  put: (wanted: readonly T[], change: 'more' | 'less') => Promise<void>,
): (one: T) => Promise<AsyncDisposable> {
  let wanted: readonly { readonly one: T }[] = [];
  const now = (change: 'more' | 'less'): Promise<void> =>
    put(
      wanted.map(({ one }) => one),
      change,
    );
  return async (one) => {
    const own = { one };
    wanted = [...wanted, own];
    try {
      await now('more');
    } catch (error) {
      wanted = wanted.filter((other) => other !== own);
      throw error;
    }
    return {
      async [Symbol.asyncDispose]() {
        if (!wanted.includes(own)) return;
        wanted = wanted.filter((other) => other !== own);
        await now('less');
      },
    };
  };
}

/** The same where there is nothing but on and off: off again when the last has given up. */
export function onWhileWanted(on: () => Promise<void>, off: () => Promise<void>): () => Promise<AsyncDisposable> {
  const begin = inForce<undefined>(async (wanted, change) => {
    if (change === 'more' && wanted.length === 1) await on();
    if (wanted.length === 0) await off();
  });
  return () => begin(undefined);
}

/** Takes one out of what is in force, where it is: what is given up twice takes nothing from the others. */
export function takeOut<T>(all: T[], one: T): void {
  const at = all.indexOf(one);
  if (at >= 0) all.splice(at, 1);
}
