/**
 * From the instant a twin goes down nobody is to hear of it any more: what was under way would fail, for its programs are
 * being ended, and would be told as somebody's fault. Such waits never settle, and keep nothing awake.
 */
import type { Clock } from '../contract.ts';

const never = (): Promise<never> => new Promise(() => undefined);

/** The same object; a promise of one of its methods that breaks after `down` never settles. */
export function silentAfter<T extends object>(down: AbortSignal, target: T): T {
  const silence = (error: unknown): Promise<never> => {
    if (!down.aborted) throw error;
    return never();
  };
  return new Proxy(target, {
    get(inner, name) {
      const member: unknown = Reflect.get(inner, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        const result: unknown = member.apply(inner, args);
        return result instanceof Promise ? result.catch(silence) : result;
      };
    },
  });
}

/** The same clock; its waits end with `down` without being over, and their timers with them. */
export function clockUntil(down: AbortSignal, clock: Clock): Clock {
  // The same few signals again and again: putting two together costs more than the wait.
  const both = new WeakMap<AbortSignal, AbortSignal>();
  const withDown = (signal: AbortSignal): AbortSignal => {
    const known = both.get(signal) ?? AbortSignal.any([down, signal]);
    both.set(signal, known);
    return known;
  };
  const wait =
    (kind: 'sleep' | 'idle'): Clock['sleep'] =>
    (name, ms, signal) =>
      clock[kind](name, ms, signal === undefined ? down : withDown(signal)).catch((error: unknown) => {
        if (signal?.aborted === true) throw error;
        return never();
      });
  return { ...clock, sleep: wait('sleep'), idle: wait('idle') };
}
