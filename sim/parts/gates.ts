/** Places behind gates, first come, first served. */
import type { Gate } from '../behaviour/effects.ts';
import { pending, type Limits } from './pending.ts';

interface Queue {
  inside: number;
  readonly waiting: ((entered: boolean) => void)[];
}

/** The gates of one process. A gate's own object is its key. */
export class Gates {
  readonly #queues = new WeakMap<Gate, Queue>();

  /** True with a place, at once if one is free; false when none came free in time. */
  enter(gate: Gate, limits: Limits): boolean | Promise<boolean> {
    const queue = this.#queueOf(gate);
    if (queue.inside < gate.capacity) {
      queue.inside++;
      return true;
    }
    const waiter = pending<boolean>(limits, false, () => {
      const at = queue.waiting.indexOf(waiter.settle);
      if (at >= 0) queue.waiting.splice(at, 1);
    });
    queue.waiting.push(waiter.settle);
    return waiter.promise;
  }

  /** Gives the place back: to the first in line, if there is a line. */
  leave(gate: Gate): void {
    const queue = this.#queueOf(gate);
    const next = queue.waiting.shift();
    if (next === undefined) queue.inside--;
    else next(true);
  }

  #queueOf(gate: Gate): Queue {
    let queue = this.#queues.get(gate);
    if (queue === undefined) this.#queues.set(gate, (queue = { inside: 0, waiting: [] }));
    return queue;
  }
}
