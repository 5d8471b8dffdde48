/** Virtual time: what runs when, and how promises meet it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { modelClock } from '../../sim/runtimes/model/clock.ts';
import { EventQueue, type Scheduled } from '../../sim/runtimes/model/event-queue.ts';

const drain = (queue: EventQueue): void => {
  while (queue.turn());
};

describe('event queue', () => {
  test('runs callbacks in the order of their instants, ties in the order they were scheduled', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 }), (delays) => {
        const queue = new EventQueue();
        const seen: [number, number][] = [];
        for (const [index, delay] of delays.entries()) queue.after(delay, () => seen.push([queue.nowMs, index]));
        drain(queue);
        expect(seen).toEqual(
          delays.map((delay, index) => [delay, index]).toSorted((a, b) => a[0]! - b[0]! || a[1]! - b[1]!),
        );
      }),
    );
  });
  test('runs all callbacks of an instant in one turn, those that they schedule for it too', () => {
    const queue = new EventQueue();
    const seen: string[] = [];
    queue.after(5, () => {
      seen.push('a');
      queue.after(0, () => seen.push('c'));
      queue.after(-3, () => seen.push('d'));
    });
    queue.after(5, () => seen.push('b'));
    queue.after(6, () => seen.push('later'));
    expect(queue.turn()).toBe(true);
    expect([seen.join(''), queue.nowMs]).toEqual(['abcd', 5]);
  });
  test('does not run what was taken back, not even within the same instant', () => {
    const queue = new EventQueue();
    const seen: string[] = [];
    let second: Scheduled | undefined;
    queue.after(1, () => second?.cancel());
    second = queue.after(1, () => seen.push('second'));
    queue.after(2, () => seen.push('third')).cancel();
    drain(queue);
    expect(seen).toEqual([]);
    expect(queue.nowMs).toBe(1);
  });
  test('with any part taken back runs the rest, in order', () => {
    const some = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.boolean()), { maxLength: 100 });
    fc.assert(
      fc.property(some, (events) => {
        const queue = new EventQueue();
        const seen: number[] = [];
        for (const [delay, kept] of events) {
          const event = queue.after(delay, () => seen.push(delay));
          if (!kept) event.cancel();
        }
        drain(queue);
        expect(seen).toEqual(
          events
            .filter(([, kept]) => kept)
            .map(([delay]) => delay)
            .toSorted((a, b) => a - b),
        );
      }),
    );
  });
  test('that is empty does not turn, and its time stays', () => {
    const queue = new EventQueue();
    expect(queue.turn()).toBe(false);
    expect(queue.nowMs).toBe(0);
  });
});

describe('play', () => {
  test('drains promises of any depth before time moves on', async () => {
    const queue = new EventQueue();
    const clock = modelClock(queue);
    const seen: string[] = [];
    const deep = async (): Promise<void> => {
      await clock.sleep('scenario.step', 10);
      for (let n = 0; n < 1_000; n++) await Promise.resolve();
      seen.push(`promise at ${clock.nowMs()}`);
    };
    queue.after(11, () => seen.push('event at 11'));
    await queue.play(deep());
    await queue.play(clock.sleep('scenario.step', 2));
    expect(seen).toEqual(['promise at 10', 'event at 11']);
  });
  test('an empty queue with something unsettled is our bug, and says when', async () => {
    const queue = new EventQueue();
    queue.after(7, () => undefined);
    await expect(queue.play(new Promise(() => undefined))).rejects.toThrow('virtual time stands still at 7 ms');
  });
  test('hands on what the whole came to, also an error', async () => {
    const queue = new EventQueue();
    expect(await queue.play(Promise.resolve(3))).toBe(3);
    await expect(queue.play(Promise.reject(new Error('boom')))).rejects.toThrow('boom');
  });
  test('an error of a callback ends the play', async () => {
    const queue = new EventQueue();
    queue.after(1, () => {
      throw new Error('boom');
    });
    await expect(queue.play(new Promise(() => undefined))).rejects.toThrow('boom');
  });
});

describe('clock of the model', () => {
  const clockOf = () => {
    const queue = new EventQueue();
    return { queue, clock: modelClock(queue) };
  };
  test('shortens nothing unless told to: idle time costs as little as any', () => {
    expect(clockOf().clock.shortenedMs('node.eviction')).toBe(300_000);
  });
  test('at a tempo idle waits are as short as on a live runtime, and what users wait for is not', async () => {
    const queue = new EventQueue();
    const clock = modelClock(queue, { tempo: 20, order: [] });
    await queue.play(clock.idle('node.eviction'));
    expect(clock.nowMs()).toBe(15_000);
    await queue.play(clock.sleep('edge.connect'));
    expect(clock.nowMs()).toBe(34_000);
  });
  test('waits as long as the timer says, or as long as it is told', async () => {
    const { queue, clock } = clockOf();
    await queue.play(clock.sleep('edge.connect'));
    expect(clock.nowMs()).toBe(19_000);
    await queue.play(clock.idle('node.grace', 5));
    expect(clock.nowMs()).toBe(19_005);
  });
  test('a wait that is ended rejects with AbortError and leaves no event behind', async () => {
    const { queue, clock } = clockOf();
    const over = new AbortController();
    const wait = clock.sleep('edge.connect', 100, over.signal);
    over.abort();
    await expect(wait).rejects.toMatchObject({ name: 'AbortError' });
    await expect(clock.sleep('edge.connect', 100, over.signal)).rejects.toMatchObject({ name: 'AbortError' });
    expect(queue.turn()).toBe(false);
  });
});
