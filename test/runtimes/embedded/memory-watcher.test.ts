/** A memory limit without cgroups (traps: really grow the process, compare resident memory, SIGKILL). */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { residentBytes, watchMemory } from '../../../sim/runtimes/embedded/memory-watcher.ts';
import { spawnPart, type Part } from '../../../sim/runtimes/embedded/processes.ts';
import { openRun, type Run } from '../../../sim/runtimes/embedded/warden.ts';
import { until } from './traces.ts';

const MIB = 1024 * 1024;
let run: Run;
beforeEach(() => {
  run = openRun();
});
afterEach(() => run.close());

/** A program that holds `bytes` and says so. */
const holding = (bytes: number): string =>
  `const held = Buffer.alloc(${bytes}, 1); console.log('held', held.length); setInterval(() => {}, 1000)`;
const node = (script: string): Part =>
  spawnPart(run, { name: 'part', command: process.execPath, args: ['-e', script] });
const holds = (part: Part): Promise<void> =>
  until('it holds it', () => part.exit !== undefined || part.lines(1)[0]?.startsWith('held') === true);

test('a program past its limit gets SIGKILL, 137, and the limit is known to be why', async () => {
  const part = node(holding(120 * MIB));
  const memory = watchMemory(part, 100 * MIB);
  expect(await part.exited).toMatchObject({ code: 137, signal: 'SIGKILL' });
  expect(memory.isExceeded).toBe(true);
});

test('a program below its limit lives, and when something else kills it the limit is not why', async () => {
  const part = node(holding(20 * MIB));
  const memory = watchMemory(part, 500 * MIB);
  await holds(part);
  expect(residentBytes(part.pid)).toBeGreaterThan(20 * MIB);
  part.kill('SIGKILL');
  expect(await part.exited).toMatchObject({ code: 137 });
  expect(memory.isExceeded).toBe(false);
});

const startsAnother = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(holding(120 * MIB))}]); setInterval(() => {}, 1000)`;
test.each([
  ['a wrapper', startsAnother],
  [
    "a wrapper's other thread",
    `new (require('node:worker_threads').Worker)(${JSON.stringify(startsAnother)}, { eval: true })`,
  ],
])('what %s starts counts too', async (_, script) => {
  const part = node(script);
  const memory = watchMemory(part, 150 * MIB);
  expect(await part.exited).toMatchObject({ code: 137 });
  expect(memory.isExceeded).toBe(true);
});

test('memory of a process that is gone is none', () => {
  expect(residentBytes(2 ** 22 + 1)).toBe(0);
});
