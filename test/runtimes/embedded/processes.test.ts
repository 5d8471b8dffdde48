import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findProgram, spawnPart } from '../../../sim/runtimes/embedded/processes.ts';
import { commandOf, descendants, processRecord } from '../../../sim/runtimes/embedded/process-table.ts';
import { journaledProcesses } from '../../../sim/runtimes/embedded/run-directory.ts';
import { openRun, type Run } from '../../../sim/runtimes/embedded/warden.ts';
import { skipped } from '../../skipped.ts';
import { until } from './traces.ts';

let run: Run;
beforeEach(() => {
  run = openRun();
});
afterEach(() => run.close());

const shell = (script: string) => ({ name: 'part', command: 'sh', args: ['-c', script] });
const stateOf = (pid: number): string | undefined =>
  /^State:\s+(\S)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];

test('a part is journaled with the start time the kernel gives it', () => {
  const part = spawnPart(run, { name: 'api-1', command: 'sleep', args: ['1000'] });
  expect(journaledProcesses(run.path)).toEqual([
    { pid: part.pid, startTicks: part.startTicks, quit: false, name: 'api-1' },
  ]);
  expect(processRecord(part.pid)).toMatchObject({ startTicks: part.startTicks, parentPid: process.pid });
});

test.each([
  ['an exit code is passed on', 'exit 3', { code: 3, signal: undefined }],
  ['a process that kills itself exits as the kernel says: 128 + 9', 'kill -9 $$', { code: 137, signal: 'SIGKILL' }],
])('%s', async (_, script, exit) => {
  expect(await spawnPart(run, shell(script)).exited).toEqual(exit);
});

test('a program that does not exist exits with 127 and says why', async () => {
  const part = spawnPart(run, { name: 'part', command: '/no/such/program' });
  expect(await part.exited).toMatchObject({ code: 127 });
  await until('its reason is in its lines', () => part.lines(5).join('\n').includes('/no/such/program'));
});

test('SIGTERM reaches the program, which may end as it likes', async () => {
  const part = spawnPart(run, shell('trap "echo bye; exit 7" TERM; echo up; while :; do sleep 0.01; done'));
  await until('it is up', () => part.lines(1)[0] === 'up');
  expect(part.kill('SIGTERM')).toBe(true);
  expect(await part.exited).toEqual({ code: 7, signal: undefined });
  expect(part.kill('SIGTERM')).toBe(false);
});

test("SIGTERM passes by the shell of a user's line, and its exit is the program's", async () => {
  const program = `sh -c 'trap "echo bye; exit 7" TERM; echo up; while :; do sleep 0.01; done'`;
  const part = spawnPart(run, { ...shell(`sleep 1000 & cd / && ${program}; exit $?`), isShell: true });
  await until('it is up', () => part.lines(1)[0] === 'up');
  expect(part.kill('SIGTERM')).toBe(true);
  expect(await part.exited).toEqual({ code: 7, signal: undefined });
});

test('SIGKILL of a wrapper script ends what the wrapper started, as the end of a container does', async () => {
  const part = spawnPart(run, shell('sleep 1000 & sleep 1001'));
  await until('both sleep', () => descendants(part.pid).length === 2);
  const below = descendants(part.pid);
  part.kill('SIGKILL');
  expect(await part.exited).toEqual({ code: 137, signal: 'SIGKILL' });
  await until('nothing of it is left', () => below.every((pid) => processRecord(pid) === undefined));
});

test('a paused part and all below it stand still and its kernel still accepts; SIGKILL ends it', async () => {
  const part = spawnPart(run, shell('sleep 1000 & sleep 1001'));
  // Not the shell's copies any more: until its child runs `sleep`, a shell that used vfork can not be stopped.
  const sleepers = (): number[] => descendants(part.pid).filter((pid) => commandOf(pid).startsWith('sleep'));
  await until('both sleep', () => sleepers().length === 2);
  const all = [part.pid, ...descendants(part.pid)];
  part.pause();
  await until('all are stopped', () => all.every((pid) => stateOf(pid) === 'T'));
  part.resume();
  await until('none is stopped', () => all.every((pid) => stateOf(pid) !== 'T'));
  part.pause();
  part.kill('SIGKILL');
  expect(await part.exited).toEqual({ code: 137, signal: 'SIGKILL' });
});

test('a part sees the run and its own variables, and none of the user', async () => {
  const part = spawnPart(run, { ...shell('env'), env: { TWIN_PART: '{}' } });
  await part.exited;
  const names = part.lines(50).map((line) => line.split('=')[0]);
  expect(names).toEqual(expect.arrayContaining(['CLUSTER_TWIN_RUN', 'TWIN_PART', 'PATH']));
  expect(names).not.toContain('HOME');
});

test('a line sent arrives on its standard input, and each line it prints is told', async () => {
  const told: string[] = [];
  const part = spawnPart(run, {
    ...shell('read line; echo "got $line"; echo warn >&2'),
    onLine: (line, stream) => told.push(`${stream} ${line}`),
  });
  part.send('{"id":7}');
  await part.exited;
  await until('both lines are told', () => told.length === 2);
  expect(told.toSorted()).toEqual(['stderr warn', 'stdout got {"id":7}']);
});

test('of 100 MB of output the newest lines are kept, in a few megabytes', async () => {
  const before = process.memoryUsage().rss;
  const part = spawnPart(
    run,
    shell('yes 0123456789012345678901234567890123456789 | head -c 100000000; echo; echo last'),
  );
  await part.exited;
  await until('the last line came', () => part.lines(1)[0] === 'last');
  expect(part.lines(10_000).length).toBe(200);
  expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
});

test('one endless line is cut, and the line behind it is whole', async () => {
  const part = spawnPart(run, shell('head -c 5000000 /dev/zero | tr "\\0" x; echo; echo behind'));
  await part.exited;
  await until('the last line came', () => part.lines(1)[0] === 'behind');
  const [cut] = part.lines(2);
  expect(part.lines(100).length).toBe(2);
  expect(cut?.length).toBe(2001);
});

test('writing to a part that has ended does no harm', async () => {
  const part = spawnPart(run, shell('exec <&-; exit 0'));
  await part.exited;
  part.send('anybody there');
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
});

const cannot =
  process.getuid?.() !== 0
    ? 'needs root'
    : mayNotPassReadRight()
      ? 'this host gives no CAP_DAC_READ_SEARCH'
      : undefined;
function mayNotPassReadRight(): boolean {
  const bounding = /^CapBnd:\s+([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  return findProgram('setpriv') === undefined || (BigInt(`0x${bounding}`) & 4n) === 0n;
}

test.skipIf(cannot !== undefined)(
  `as nobody it may read a clone that only root may enter, and write nothing there${skipped(cannot)}`,
  async () => {
    const closed = mkdtempSync('/tmp/twin-test-closed-');
    writeFileSync(join(closed, 'program'), '');
    chmodSync(join(closed, 'program'), 0o755);
    mkdirSync(join(run.path, 'part'), { mode: 0o777 });
    // access(2) is what initdb asks, and it drops the right unless told not to.
    const script = `
    const fs = require('node:fs');
    fs.accessSync('${closed}/program', fs.constants.X_OK);
    try { fs.writeFileSync('${closed}/written', ''); } catch (error) { console.log(process.getuid(), error.code); }`;
    const part = spawnPart(run, {
      name: 'part',
      command: process.execPath,
      args: ['-e', script],
      user: { uid: 65_534, gid: 65_534 },
      readAll: true,
    });
    expect([await part.exited, part.lines(5)]).toEqual([{ code: 0, signal: undefined }, ['65534 EACCES']]);
    rmSync(closed, { recursive: true });
  },
);
