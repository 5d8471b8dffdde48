/**
 * Programs that start one after the other. A dozen that start at once take every core for a second or two, and users of a
 * twin beside this one would wait for that; one at a time takes one.
 */
import { setTimeout as delay } from 'node:timers/promises';

/** A program that waits for others when it starts, as the api does for its schema, holds nobody up for longer, milliseconds. */
const PATIENCE_MS = 250;

export class Turns {
  private last: Promise<unknown> = Promise.resolve();
  private isOver: boolean;
  private readonly isDown: () => boolean;
  /** @param isGentle  false: everything starts at once */
  constructor(isGentle: boolean, isDown: () => boolean) {
    this.isOver = !isGentle;
    this.isDown = isDown;
  }

  /**
   * Starts a program when it is its turn.
   * @param started  of what `start` gave: settles when it runs, or has ended
   */
  async take<T>(start: () => Promise<T>, started: (one: T) => Promise<unknown>): Promise<T> {
    const mine = this.last;
    const next = Promise.withResolvers<void>();
    this.last = next.promise;
    if (!this.isOver) await mine;
    // Nothing starts in a twin that has gone down meanwhile.
    if (this.isDown()) return new Promise<never>(() => undefined);
    try {
      const one = await start();
      void Promise.race([started(one), delay(PATIENCE_MS, undefined, { ref: false })]).then(
        () => next.resolve(),
        () => next.resolve(),
      );
      return one;
    } catch (error) {
      next.resolve();
      throw error;
    }
  }

  /** From now on everything starts at once: users are there, and how long a start takes is theirs to feel. */
  over(): void {
    this.isOver = true;
  }
}
