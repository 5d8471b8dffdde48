import { performance } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { Deadlines } from '../../../sim/parts/toxiproxy/deadlines.ts';

/** The sleeper thread does not keep a process alive; a test has nothing else that would. */
async function withDeadlines(body: (deadlines: Deadlines) => Promise<void>): Promise<void> {
  const deadlines = new Deadlines();
  const alive = setInterval(() => {}, 60_000);
  try {
    await body(deadlines);
  } finally {
    clearInterval(alive);
    await deadlines.close();
  }
}

test('no callback runs before its instant, at delays from 0.1 to 5 ms', () =>
  withDeadlines(async (deadlines) => {
    const startMs = performance.now();
    const waits = Array.from({ length: 200 }, (_, index) => {
      const atMs = startMs + 0.1 + ((index * 37) % 50) / 10;
      const { promise, resolve } = Promise.withResolvers<number>();
      deadlines.at(atMs, () => resolve(performance.now() - atMs));
      return promise;
    });
    const lateMs = await Promise.all(waits);
    expect(Math.min(...lateMs)).toBeGreaterThanOrEqual(0);
  }));

test('callbacks run in the order of their instants, and equal instants in the order they were asked for', () =>
  withDeadlines(async (deadlines) => {
    const atMs = performance.now() + 5;
    const ran: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    deadlines.at(atMs + 2, () => {
      ran.push('last');
      resolve();
    });
    for (const name of ['a', 'b', 'c', 'd']) deadlines.at(atMs, () => ran.push(name));
    deadlines.at(atMs - 1, () => ran.push('first'));
    await promise;
    expect(ran).toEqual(['first', 'a', 'b', 'c', 'd', 'last']);
  }));

test('a cancelled callback never runs, also when it was the nearest or in the middle', () =>
  withDeadlines(async (deadlines) => {
    const startMs = performance.now();
    const ran: number[] = [];
    const all = Array.from({ length: 20 }, (_, index) => deadlines.at(startMs + 1 + index / 10, () => ran.push(index)));
    for (const [index, deadline] of all.entries()) if (index % 3 === 0) deadlines.cancel(deadline);
    await new Promise<void>((resolve) => deadlines.at(startMs + 10, resolve));
    expect(ran).toEqual(Array.from({ length: 20 }, (_, index) => index).filter((index) => index % 3 !== 0));
  }));

test('a callback may ask for the next, also for an instant already past', () =>
  withDeadlines(async (deadlines) => {
    let rounds = 0;
    await new Promise<void>((resolve) => {
      const next = (): void => void (++rounds === 50 ? resolve() : deadlines.at(performance.now() - 1, next));
      deadlines.at(performance.now(), next);
    });
    expect(rounds).toBe(50);
  }));
