import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { spawnPart } from '../../../sim/runtimes/embedded/processes.ts';
import { allPids, commandOf, processRecord } from '../../../sim/runtimes/embedded/process-table.ts';
import { journaledProcesses } from '../../../sim/runtimes/embedded/run-directory.ts';
import { sweep } from '../../../sim/runtimes/embedded/sweep.ts';
import { openRun } from '../../../sim/runtimes/embedded/warden.ts';
import { isGone, markedPids, survivors, until } from './traces.ts';

// Tests of other files sweep at the same time: in a temporary folder of our own only our wardens and our sweep do.
let root: string;
beforeEach(() => {
  root = mkdtempSync('/tmp/twin-test-warden-');
  vi.stubEnv('TMPDIR', root);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

const HOLDER = fileURLToPath(new URL('holder.ts', import.meta.url));

/** Starts the holder; settles with its first line, `up` when all its processes run. It does not outlive its test. */
async function startHolder() {
  await using started = new AsyncDisposableStack();
  const child = spawn(process.execPath, [HOLDER], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  started.defer(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  await until('the run is open', () => lines.length > 0);
  const run = JSON.parse(lines[0] ?? '') as { runId: string; path: string };
  const up = (): Promise<void> => until('all processes run', () => lines.includes('up'));
  const held = started.move();
  return { child, exited, run, up, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

function wardenOf(runId: string): number | undefined {
  return allPids().find((pid) => {
    const command = commandOf(pid);
    return command.includes('warden.sh') && command.includes(runId);
  });
}

test('an orderly end leaves no process and no folder, and may be asked for twice', async () => {
  const run = openRun();
  spawnPart(run, { name: 'plain', command: 'sleep', args: ['1000'] });
  spawnPart(run, { name: 'stopped', command: 'sleep', args: ['1000'] }).pause();
  spawnPart(run, { name: 'deaf', command: 'sh', args: ['-c', 'trap "" TERM INT HUP QUIT; while :; do sleep 1; done'] });
  const journal = journaledProcesses(run.path);
  expect(survivors(journal).length).toBe(3);
  await Promise.all([run.close(), run.close()]);
  expect(survivors(journal)).toEqual([]);
  expect(isGone(run)).toBe(true);
});

test('the folder of a run can be listed by its owner only', async () => {
  await using run = openRun();
  expect(statSync(run.path).mode & 0o067).toBe(0);
  expect(statSync(join(run.path, 'owner.json')).mode & 0o777).toBe(0o600);
});

test('kill -9 of the command leaves nothing, not even what a wrapper hid from its parent', async () => {
  await using holder = await startHolder();
  const { child, exited, run, up } = holder;
  await up();
  const journal = journaledProcesses(run.path);
  expect(survivors(journal).length).toBe(4);
  expect(markedPids(run).length).toBeGreaterThanOrEqual(6);
  child.kill('SIGKILL');
  await exited;
  await until('all is gone', () => isGone(run));
  expect(survivors(journal)).toEqual([]);
});

test('kill -9 of the command at any instant of its start leaves nothing', async () => {
  for (const afterMs of [0, 1, 3, 6, 10, 20]) {
    await using holder = await startHolder();
    const { child, exited, run } = holder;
    await delay(afterMs);
    child.kill('SIGKILL');
    await exited;
    await until(`all is gone after a kill at ${afterMs} ms`, () => isGone(run));
  }
});

test('when the warden was killed with its command, the next start sweeps', async () => {
  await using holder = await startHolder();
  const { child, exited, run, up } = holder;
  await up();
  process.kill(wardenOf(run.runId) ?? 0, 'SIGKILL');
  child.kill('SIGKILL');
  await exited;
  expect(existsSync(run.path)).toBe(true);
  const swept = await sweep();
  expect(swept.folders).toEqual([run.path]);
  expect(isGone(run)).toBe(true);
});

test('an orderly end without its warden still leaves nothing', async () => {
  const run = openRun();
  const part = spawnPart(run, { name: 'plain', command: 'sleep', args: ['1000'] });
  process.kill(wardenOf(run.runId) ?? 0, 'SIGKILL');
  await run.close();
  await part.exited;
  expect(isGone(run)).toBe(true);
});

test('a shell that somebody opened in the folder outlives the run', async () => {
  const run = openRun();
  const part = spawnPart(run, { name: 'plain', command: 'sleep', args: ['1000'] });
  const other = spawn('sleep', ['1000'], { stdio: 'ignore', cwd: join(run.path, 'plain') });
  const record = processRecord(other.pid ?? 0);
  await run.close();
  await part.exited;
  expect(existsSync(run.path)).toBe(false);
  expect(processRecord(other.pid ?? 0)).toEqual(record);
  other.kill('SIGKILL');
  await once(other, 'exit');
});

test('a process that took over a journaled pid is not touched: its start time differs', async () => {
  const run = openRun();
  const other = spawn('sleep', ['1000'], { stdio: 'ignore' });
  const record = processRecord(other.pid ?? 0);
  writeFileSync(
    join(run.path, 'pids.jsonl'),
    `{"pid":${other.pid},"start":${(record?.startTicks ?? 0) - 1},"quit":false,"name":"old"}\n{"pid":${other.pid},"st`,
  );
  await run.close();
  expect(processRecord(other.pid ?? 0)).toEqual(record);
  other.kill('SIGKILL');
  await once(other, 'exit');
});

test('a zombie whose parent does not reap it is no process: the end of a run does not wait for it', async () => {
  const run = openRun();
  // sh starts a child and becomes a sleep, which never reaps it.
  const parent = spawn('sh', ['-c', 'true & exec sleep 1000'], { stdio: 'ignore' });
  const zombie = (): number | undefined => allPids().find((pid) => statOf(pid)?.startsWith(`Z ${parent.pid} `));
  await until('the child is a zombie', () => zombie() !== undefined);
  const startTicks = statOf(zombie() ?? 0)?.split(' ')[19];
  writeFileSync(
    join(run.path, 'pids.jsonl'),
    `{"pid":${zombie()},"start":${startTicks},"quit":false,"name":"zombie"}\n`,
  );
  await run.close();
  expect(isGone(run)).toBe(true);
  parent.kill('SIGKILL');
  await once(parent, 'exit');
});

/** Fields of /proc/PID/stat from the state on. */
function statOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '');
  } catch {
    return undefined;
  }
}
