/** Who may begin when: on a machine whose cores are as busy as the test says, and whose seconds take no time. */
import { describe, expect, test } from 'vitest';
import { createRoom, type Machine, type Stay } from '../../sim/studies/room.ts';

/** Two cores, busy by these shares in one look after the other; the last one stays. */
function machine(shares: readonly number[]): Machine & { looks: number } {
  let spent = { busyMs: 0, allMs: 0 };
  const made = {
    looks: 0,
    spent: () => spent,
    async wait(ms: number) {
      const share = shares[Math.min(made.looks, shares.length - 1)] ?? 0;
      made.looks += 1;
      spent = { busyMs: spent.busyMs + 2 * ms * share, allMs: spent.allMs + 2 * ms };
    },
  };
  return made;
}
/** Lets everything happen that needs no more than promises. */
const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
const never = new AbortController().signal;

function asking(room: ReturnType<typeof createRoom>, signal = never) {
  const asked: { stay: Stay | undefined } = { stay: undefined };
  void room.enter(signal).then((stay) => (asked.stay = stay));
  return asked;
}

describe('room for one more twin', () => {
  test('an empty room lets in at once, however busy the machine is', async () => {
    const busy = machine([1]);
    const first = asking(createRoom(0.5, busy));
    await settled();
    expect(first.stay).toBeDefined();
    expect(busy.looks).toBe(0);
  });
  test('the next one begins when the last is up, not before', async () => {
    const room = createRoom(0.5, machine([0.1]));
    const [first, second] = [asking(room), asking(room)];
    await settled();
    expect(second.stay).toBeUndefined();
    first.stay?.up();
    await settled();
    expect(second.stay).toBeDefined();
  });
  test('… or when it left without ever being up', async () => {
    const room = createRoom(0.5, machine([0.1]));
    const [first, second] = [asking(room), asking(room)];
    await settled();
    first.stay?.[Symbol.dispose]();
    await settled();
    expect(second.stay).toBeDefined();
  });
  test('the next one waits until those that play leave enough idle', async () => {
    const busy = machine([0.8, 0.7, 0.5, 0.9]);
    const room = createRoom(0.5, busy);
    const [first, second] = [asking(room), asking(room)];
    await settled();
    first.stay?.up();
    await settled();
    expect(second.stay).toBeDefined();
    expect(busy.looks).toBe(3);
  });
  test('a machine that is never idle lets in who is next when everybody has left', async () => {
    const busy = machine([1]);
    const room = createRoom(0.5, { ...busy, wait: (ms) => busy.wait(ms).then(settled) });
    const [first, second] = [asking(room), asking(room)];
    await settled();
    first.stay?.up();
    await settled();
    expect(second.stay).toBeUndefined();
    first.stay?.[Symbol.dispose]();
    await settled();
    await settled();
    expect(second.stay).toBeDefined();
  });
  test('a number that was asked for asks no machine: one after the other, at once', async () => {
    const busy = machine([1]);
    const room = createRoom(1, busy);
    const [first, second] = [asking(room), asking(room)];
    await settled();
    first.stay?.up();
    await settled();
    expect(second.stay).toBeDefined();
    expect(busy.looks).toBe(0);
  });
  test('an abort ends the wait of everybody who stands at the door', async () => {
    const stop = new AbortController();
    const busy = machine([1]);
    const room = createRoom(0.5, { ...busy, wait: (ms) => busy.wait(ms).then(settled) });
    const [first, second, third] = [asking(room), asking(room, stop.signal), asking(room, stop.signal)];
    await settled();
    first.stay?.up();
    stop.abort();
    await settled();
    await settled();
    expect(second.stay).toBeDefined();
    second.stay?.[Symbol.dispose]();
    await settled();
    await settled();
    expect(third.stay).toBeDefined();
  });
});
