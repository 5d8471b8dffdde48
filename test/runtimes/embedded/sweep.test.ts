import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { freePort } from '../../../sim/runtimes/embedded/addresses.ts';
import { commandOf, descendants, environmentOf, processRecord } from '../../../sim/runtimes/embedded/process-table.ts';
import { signalQuietly, spawnPart } from '../../../sim/runtimes/embedded/processes.ts';
import { runRoot, thisOwner } from '../../../sim/runtimes/embedded/run-directory.ts';
import { findLeftovers, findOwnLeftovers, sweep } from '../../../sim/runtimes/embedded/sweep.ts';
import { openRun } from '../../../sim/runtimes/embedded/warden.ts';
import { redisProgram } from '../../redis.ts';
import { skipped } from '../../skipped.ts';
import { isGone, until } from './traces.ts';

// Tests of other files sweep at the same time: what must be seen before it is swept lies in a temporary folder of our
// own, and bears no marker.
const started: ChildProcess[] = [];
let root: string;
beforeEach(() => {
  root = mkdtempSync('/tmp/twin-test-sweep-');
  vi.stubEnv('TMPDIR', root);
});
afterEach(() => {
  vi.unstubAllEnvs();
  for (const child of started.splice(0)) {
    signalQuietly(-(child.pid ?? 0), 'SIGKILL');
    child.kill('SIGKILL');
  }
  rmSync(root, { recursive: true, force: true });
});

/** A process whose pid and start time stand for a command that has died. */
async function deadOwner(): Promise<{ pid: number; startTicks: number }> {
  const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
  const record = processRecord(child.pid ?? 0);
  child.kill('SIGKILL');
  await once(child, 'exit');
  return { pid: child.pid ?? 0, startTicks: record?.startTicks ?? 0 };
}
let drawn = 0;
/** The folder of a run as a past command left it. */
function pastRun(
  owner: { pid: number; startTicks: number },
  written: object | undefined = { ...thisOwner(), ...owner },
) {
  const runId = `${owner.pid}-${owner.startTicks}-${(process.pid * 1000 + ++drawn).toString(16).padStart(8, '0').slice(-8)}`;
  const path = join(runRoot(), `cluster-twin-${runId}`);
  mkdirSync(path);
  if (written !== undefined) writeFileSync(join(path, 'owner.json'), JSON.stringify(written));
  return { runId, path };
}
function start(
  command: string,
  args: readonly string[],
  options: { cwd?: string; run?: string; detached?: boolean } = {},
): ChildProcess & { pid: number } {
  const child = spawn(command, args, {
    stdio: 'ignore',
    cwd: options.cwd,
    detached: options.detached ?? false,
    env: { PATH: process.env['PATH'], ...(options.run === undefined ? {} : { CLUSTER_TWIN_RUN: options.run }) },
  });
  started.push(child);
  if (child.pid === undefined) throw new Error(`${command} did not start`);
  return child as ChildProcess & { pid: number };
}
/** As the dead command did when it started this process. */
function journal(run: { path: string }, { pid }: { pid: number }): void {
  const line = `{"pid":${pid},"start":${processRecord(pid)?.startTicks},"quit":false,"name":"part"}\n`;
  appendFileSync(join(run.path, 'pids.jsonl'), line);
}
/** A line for the shell: the real Redis on a free port of 127.0.0.1. It overwrites its environment. */
async function redisLine(): Promise<string> {
  const { path, env } = redisProgram();
  const variables = Object.entries(env).map(([name, value]) => `${name}='${value}'`);
  return `env ${variables.join(' ')} '${path}' --bind 127.0.0.1 --port ${await freePort('127.0.0.1', 0)} --save ''`;
}
const pidBelow = (pid: number, command: RegExp): number | undefined =>
  descendants(pid).find((one) => command.test(commandOf(one)));

test('the folder of a dead run is found and removed, with the processes that bear its id or work in it for one of its own', async () => {
  const run = pastRun(await deadOwner());
  // What the part started shows another environment, and outlives it in its session.
  const part = start('sh', ['-c', 'env -i A=1 sleep 1000 & wait'], { cwd: run.path, detached: true });
  journal(run, part);
  await until('it works', () => pidBelow(part.pid, /^sleep/) !== undefined);
  const working = pidBelow(part.pid, /^sleep/) ?? 0;
  part.kill('SIGKILL');
  await once(part, 'exit');
  const found = findLeftovers();
  expect(found.folders).toEqual([run.path]);
  expect(found.processes).toContainEqual({ pid: working, runId: run.runId, command: 'sleep 1000' });
  const marked = start('sleep', ['1000'], { run: run.runId });
  await sweep();
  expect(isGone(run)).toBe(true);
  expect([processRecord(marked.pid), processRecord(working)]).toEqual([undefined, undefined]);
});

test('a redis-server wrapper that survives its kill is swept, with the listener of what it started', async () => {
  const run = pastRun(await deadOwner());
  const wrapper = join(run.path, 'redis-server');
  // It hears no signal but SIGKILL, and what it starts leaves its session.
  writeFileSync(
    wrapper,
    `#!/bin/sh\ntrap '' TERM INT HUP QUIT\nsetsid ${await redisLine()} &\nwhile :; do sleep 1; done\n`,
  );
  chmodSync(wrapper, 0o755);
  const child = start(wrapper, [], { cwd: run.path, detached: true });
  journal(run, child);
  const own = (): readonly string[] =>
    findLeftovers()
      .processes.filter((one) => one.runId === run.runId)
      .map((one) => one.command);
  await until('the wrapper and its server run', () => own().some((command) => command.includes('127.0.0.1:')));
  await until('its listener is counted', () =>
    findLeftovers().listeners.some((address) => address.startsWith('127.0.0.1:')),
  );
  child.kill('SIGTERM');
  expect(own().length).toBeGreaterThan(1);
  await sweep();
  expect(own()).toEqual([]);
  expect(isGone(run)).toBe(true);
});

test('what somebody else runs in the folder of a dead run is neither found nor swept, not even a Redis of his', async () => {
  const run = pastRun(await deadOwner());
  const shell = start('sh', ['-c', `${await redisLine()} & sleep 1000`], { cwd: run.path, detached: true });
  const redis = (): number | undefined => pidBelow(shell.pid, /127\.0\.0\.1:/);
  await until('his Redis runs', () => redis() !== undefined);
  const his = [shell.pid, ...descendants(shell.pid)];
  expect(his.length).toBe(3);
  const found = findLeftovers();
  expect(found.folders).toEqual([run.path]);
  expect(found.processes.filter(({ pid }) => his.includes(pid))).toEqual([]);
  await sweep();
  expect(existsSync(run.path)).toBe(false);
  expect(his.map((pid) => processRecord(pid)?.pid)).toEqual(his);
});

test('a process of a dead run is swept although its folder is gone', async () => {
  const owner = await deadOwner();
  const child = start('sleep', ['1000'], { run: `${owner.pid}-${owner.startTicks}-0123abcd` });
  await sweep();
  expect(processRecord(child.pid)).toBe(undefined);
});

test('a live run, a folder of another name and a process of the user are not touched', async () => {
  await using live = openRun();
  const part = spawnPart(live, { name: 'part', command: 'sleep', args: ['1000'] });
  const other = mkdtempSync(join(runRoot(), 'cluster-twin-mine-'));
  const users = start('sleep', ['1000'], { cwd: other });
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const dead = pastRun(await deadOwner());
  await sweep();
  expect(existsSync(dead.path)).toBe(false);
  expect([existsSync(live.path), existsSync(other)]).toEqual([true, true]);
  expect([part.exit, processRecord(users.pid)?.pid, server.listening]).toEqual([undefined, users.pid, true]);
  server.close();
  await once(server, 'close');
});

test('a run whose command was killed before it wrote who it is is known by the name of its folder', async () => {
  const run = pastRun(await deadOwner(), undefined);
  expect(findLeftovers().folders).toContain(run.path);
  await sweep();
  expect(existsSync(run.path)).toBe(false);
});

test("a run of another pid namespace is not judged: its owner's pid means nothing here", async () => {
  const owner = await deadOwner();
  const run = pastRun(owner, { ...thisOwner(), ...owner, pidNamespace: 'pid:[1]' });
  await sweep();
  expect(existsSync(run.path)).toBe(true);
});

test("of a run before the last boot only the folder is removed: its pids are somebody else's by now", async () => {
  const users = start('sleep', ['1000']);
  const record = processRecord(users.pid);
  const owner = await deadOwner();
  const run = pastRun(owner, { ...thisOwner(), ...owner, bootId: 'another-boot' });
  writeFileSync(
    join(run.path, 'pids.jsonl'),
    `{"pid":${users.pid},"start":${record?.startTicks},"quit":false,"name":"api"}\n`,
  );
  expect(findLeftovers().processes.filter((one) => one.runId === run.runId)).toEqual([]);
  await sweep();
  expect(existsSync(run.path)).toBe(false);
  expect(processRecord(users.pid)).toEqual(record);
});

const unshare = ['--user', '--map-root-user', '--pid', '--fork', '--kill-child'];
const refused = spawnSync('unshare', [...unshare, 'true']).status === 0 ? undefined : 'this host gives no namespaces';

test.skipIf(refused !== undefined)(`a process of another pid namespace is not judged${skipped(refused)}`, async () => {
  const owner = await deadOwner();
  const runId = `${owner.pid}-${owner.startTicks}-0123abcd`;
  const outer = start('unshare', [...unshare, 'sh', '-c', `CLUSTER_TWIN_RUN=${runId} exec sleep 1000`]);
  const inner = (): number | undefined =>
    descendants(outer.pid).find((pid) => environmentOf(pid, 'CLUSTER_TWIN_RUN') === runId);
  await until('it runs', () => inner() !== undefined);
  expect(findLeftovers().processes.filter((one) => one.runId === runId)).toEqual([]);
});

test("what this command's own run holds is told apart from what dead runs left, each by its own question", async () => {
  const dead = pastRun(await deadOwner());
  {
    await using live = openRun();
    const part = spawnPart(live, { name: 'part', command: 'sleep', args: ['1000'] });
    expect(findOwnLeftovers().folders).toEqual([live.path]);
    expect(findOwnLeftovers().processes.map((one) => one.pid)).toContain(part.pid);
    expect(findLeftovers().folders).toEqual([dead.path]);
  }
  expect(findOwnLeftovers()).toMatchObject({ processes: [], folders: [], listeners: [], sharedMemory: [] });
});
