/**
 * When a machine has room for one more live twin. Twins come up one after the other, since each takes all the cores for a
 * second or two; and the next one begins only when those that play leave enough of the cores idle.
 */
import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

/** What a room asks of its machine. */
export interface Machine {
  /** Milliseconds of all cores since some instant: how many were spent on work, and how many there were. */
  spent(): { readonly busyMs: number; readonly allMs: number };
  wait(ms: number): Promise<void>;
}
export const thisMachine: Machine = {
  spent() {
    const times = cpus().map((core) => core.times);
    const allMs = times.reduce((sum, { user, nice, sys, irq, idle }) => sum + user + nice + sys + irq + idle, 0);
    return { allMs, busyMs: allMs - times.reduce((sum, { idle }) => sum + idle, 0) };
  },
  wait: (ms) => delay(ms),
};

/** Long enough for a share: Linux counts in ticks of 10 ms. */
const LOOK_MS = 1_000;
/**
 * A twin at 20 requests a second takes a quarter of a core, and one while it comes up. Above this share of all cores another
 * one would make users of the others wait for this machine: at 0.5 on two cores two statements of 95 were not proven, since
 * the command itself had stood still for a second, at 0.45 one, whose fault was late.
 */
export const BUSIEST = 0.4;

/** A twin's stay in a room; disposing leaves. */
export interface Stay extends Disposable {
  /** Others were there when it came. */
  readonly hasNeighbours: boolean;
  /** It has come up: the next may think of coming. */
  up(): void;
}
export interface Room {
  /** Settles when the twin may begin, at once in an empty room; an abort ends the wait. */
  enter(signal: AbortSignal): Promise<Stay>;
}

/** @param busiest  share of the cores above which nobody else begins; 1 lets in who is next as soon as the last one is up */
export function createRoom(busiest: number, machine: Machine): Room {
  let playing = 0;
  let door = Promise.resolve();
  const busyShare = async (): Promise<number> => {
    const before = machine.spent();
    await machine.wait(LOOK_MS);
    const after = machine.spent();
    return (after.busyMs - before.busyMs) / Math.max(1, after.allMs - before.allMs);
  };
  return {
    async enter(signal) {
      const next = Promise.withResolvers<void>();
      const mine = door;
      door = next.promise;
      await mine;
      while (!signal.aborted && playing > 0 && busiest < 1 && (await busyShare()) > busiest);
      const hasNeighbours = playing > 0;
      playing += 1;
      return {
        hasNeighbours,
        up: () => next.resolve(),
        [Symbol.dispose]() {
          next.resolve();
          playing -= 1;
        },
      };
    },
  };
}
