/**
 * When the programs of a twin that comes up are started. Those that others wait for come first, then the api, which asks a
 * resolver for Postgres and pays seven round trips to it before it serves. All others start meanwhile; on few cores they
 * would hold these up.
 *
 * A gentle twin starts one program after the other: a dozen at once take every core for a second or two, and users of a
 * twin beside this one would wait for that; one at a time takes one.
 */
import { setImmediate as turnOfTheLoop, setTimeout as delay } from 'node:timers/promises';

/** A program that waits for others when it starts, as the api does for its schema, holds nobody up for longer, milliseconds. */
const PATIENCE_MS = 250;
/** Who starts before whom; roles that are not in here come last. */
const WAVES: readonly (readonly string[])[] = [['postgres', 'resolver', 'kube-proxy'], ['api']];
const waveOf = (role: string): number => {
  const wave = WAVES.findIndex((roles) => roles.includes(role));
  return wave < 0 ? WAVES.length : wave;
};

export class Turns {
  /** In the order they were asked for; each settles when the program runs. */
  private readonly asked: { readonly wave: number; readonly running: Promise<void> }[] = [];
  private isOver = false;
  private readonly isGentle: boolean;
  private readonly isDown: () => boolean;
  constructor(isGentle: boolean, isDown: () => boolean) {
    this.isGentle = isGentle;
    this.isDown = isDown;
  }

  /**
   * Starts a program when it is its turn.
   * @param started  of what `start` gave: settles when it runs, or has ended
   */
  async take<T>(role: string, start: () => Promise<T>, started: (one: T) => Promise<unknown>): Promise<T> {
    const wave = waveOf(role);
    const before = this.asked.at(-1)?.running;
    const next = Promise.withResolvers<void>();
    this.asked.push({ wave, running: next.promise });
    if (!this.isOver) await (this.isGentle ? before : this.wavesBefore(wave));
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
  private async wavesBefore(wave: number): Promise<void> {
    if (wave === 0) return;
    // Whoever is started with it is asked for in the same turn of the loop, in any order.
    await turnOfTheLoop();
    await Promise.all(this.asked.filter((one) => one.wave < wave).map(({ running }) => running));
  }

  /** From now on everything starts at once: users are there, and how long a start takes is theirs to feel. */
  over(): void {
    this.isOver = true;
  }
}
