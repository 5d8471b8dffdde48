/** Acts of a person follow one another: a later one waits for its turn, and looks at what is broken only then. */
import type { Clock } from '../../runtimes/contract.ts';

const LOOK_AGAIN_MS = 100;

export class Turns {
  private turn: Promise<unknown> = Promise.resolve();
  private readonly waiting: string[] = [];
  /** Counts acts that were begun: what was being looked at when one began says nothing about either side of it. */
  begun = 0;

  /**
   * @param what  the act in words, told to whoever has to wait for it
   * @param act   refuses by throwing, then calls `begin`: from there on the cluster is touched
   */
  async take<T>(what: string, waits: (on: string) => void, act: (begin: () => number) => Promise<T>): Promise<T> {
    const before = this.waiting.at(-1);
    if (before !== undefined) waits(before);
    this.waiting.push(what);
    const next = this.turn.then(() => act(() => ++this.begun));
    this.turn = next.catch(() => undefined).finally(() => this.waiting.shift());
    return next;
  }

  /** True as soon as `test` is; false when it was not within that time, or another act began. */
  async until(clock: Clock, test: () => Promise<boolean>, withinMs: number, signal: AbortSignal): Promise<boolean> {
    const [act, endMs] = [this.begun, clock.nowMs() + withinMs];
    for (;;) {
      if (await test()) return true;
      if (clock.nowMs() >= endMs || act !== this.begun) return false;
      await clock.sleep('scenario.step', LOOK_AGAIN_MS, signal);
    }
  }
}
