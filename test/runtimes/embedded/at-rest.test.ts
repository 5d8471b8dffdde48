import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pauseAtRest } from '../../../sim/runtimes/embedded/at-rest.ts';
import { spawnPart, type Part } from '../../../sim/runtimes/embedded/processes.ts';
import { openRun, type Run } from '../../../sim/runtimes/embedded/warden.ts';
import { until } from './traces.ts';

let run: Run;
beforeEach(() => {
  run = openRun();
});
afterEach(() => run.close());

const node = async (script: string): Promise<Part> => {
  const part = spawnPart(run, {
    name: 'part',
    command: process.execPath,
    args: ['-e', `${script}; console.log('on')`],
  });
  await until('its code runs', () => part.lines(1).includes('on'));
  return part;
};
const stateOf = (pid: number): string | undefined =>
  /^State:\s+(\S)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
const BUSY = 'const work = (ms) => { const to = performance.now() + ms; while (performance.now() < to); }';

test('a program that works half of its time is stopped where it waits, each time', async () => {
  const part = await node(`${BUSY}; setInterval(() => work(3), 6)`);
  const where = new Set<string | undefined>();
  for (let times = 0; times < 20; times++) {
    await pauseAtRest(part);
    await until('it is stopped', () => stateOf(part.pid) === 'T');
    where.add(readFileSync(`/proc/${part.pid}/syscall`, 'utf8').split(' ')[0]);
    part.resume();
    await delay(times);
  }
  // epoll_wait and epoll_pwait, on x64 and on arm64.
  for (const call of where) expect(['232', '281', '22']).toContain(call);
});

test('one that never rests is stopped all the same', async () => {
  const part = await node(`${BUSY}; setTimeout(() => work(1e9), 50)`);
  await delay(100);
  await pauseAtRest(part);
  await until('it is stopped', () => stateOf(part.pid) === 'T');
});

test('one that has ended is no error', async () => {
  const part = spawnPart(run, { name: 'part', command: 'true' });
  await part.exited;
  await pauseAtRest(part);
});
