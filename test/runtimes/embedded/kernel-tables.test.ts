/** Whether a process listens, asked of the kernel. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listenedOn, listenersOf } from '../../../sim/runtimes/embedded/kernel-tables.ts';
import { descendants } from '../../../sim/runtimes/embedded/process-table.ts';
import { spawnPart, type Part } from '../../../sim/runtimes/embedded/processes.ts';
import { openRun, type Run } from '../../../sim/runtimes/embedded/warden.ts';
import { addresses } from '../../parts/program.ts';
import { until } from './traces.ts';

const next = addresses();
let run: Run;
beforeEach(() => {
  run = openRun();
});
afterEach(() => run.close());

/** Listens, and stops that when it reads a line. */
const program = (host: string, port: number): string =>
  `const server = require('node:net').createServer().listen(${port}, '${host}', () => console.log('listens'));
   process.stdin.once('data', () => server.close(() => console.log('drains'))); setInterval(() => {}, 1000)`;
const script = (text: string): Part => spawnPart(run, { name: 'part', command: process.execPath, args: ['-e', text] });

test.each([
  ['its own address', (host: string) => host],
  ['all addresses', () => '0.0.0.0'],
])('a program that listens on %s does so until it closes that socket', async (_where, on) => {
  const { host, port } = next();
  const part = script(program(on(host), port));
  await until('it listens', () => part.lines(1)[0] === 'listens');
  const listens = listenedOn([part.pid], host, port);
  expect([listens(), listenersOf(part.pid)]).toEqual([true, [`${on(host)}:${port}`]]);
  part.send('');
  await until('it has closed', () => part.lines(1)[0] === 'drains');
  expect([part.exit, listens()]).toEqual([undefined, false]);
});
test('what a wrapper started is asked too, and nobody listens when that has ended', async () => {
  const { host, port } = next();
  const part = script(
    `const inner = ${JSON.stringify(program(host, port))};
     require('node:child_process').spawn(process.execPath, ['-e', inner], { stdio: 'inherit' }); setInterval(() => {}, 1000)`,
  );
  await until('it listens', () => part.lines(1)[0] === 'listens');
  const listens = listenedOn([part.pid, ...descendants(part.pid)], host, port);
  expect(listens()).toBe(true);
  part.kill('SIGKILL');
  await part.exited;
  await until('nobody listens', () => !listens());
});
test('somebody else may listen where the processes that were named do not', async () => {
  const { host, port } = next();
  const listens = listenedOn([process.pid], host, port);
  expect(listens()).toBe(false);
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  expect(listens()).toBe(true);
  server.close();
  await once(server, 'close');
  expect(listens()).toBe(false);
});
