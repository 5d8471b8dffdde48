/** Installing the packages: who may, and that npm ends with the command that started it. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { processRecord } from '../../sim/runtimes/embedded/process-table.ts';
import { signalQuietly } from '../../sim/runtimes/embedded/processes.ts';
import { makeClone, type Clone } from './clone.ts';

const BOOTSTRAP = 'sim/cli/bootstrap.mjs';
const COMMAND = ['twin', 'list'];
const NPM_AND_SCRIPT = 2;

/** A command that tells when it waits for the lock, when it starts npm and, with STOPS, when it removes the lock: for that it then waits until its input ends. */
const TELLING = `
import fs from 'node:fs';
import processes from 'node:child_process';
import timers from 'node:timers/promises';
import { syncBuiltinESMExports } from 'node:module';
const [{ rmSync }, { spawn }, { setTimeout }] = [fs, processes, timers].map((one) => ({ ...one }));
const tell = (what) => fs.writeSync(1, what + '\\n');
timers.setTimeout = (...args) => (tell('looks again'), setTimeout(...args));
processes.spawn = (...args) => (tell('starts'), spawn(...args));
fs.rmSync = (file, options) => {
  if (process.env.STOPS && file.endsWith('/installing')) {
    delete process.env.STOPS;
    tell('removes');
    fs.readSync(0, Buffer.alloc(1));
  }
  rmSync(file, options);
};
syncBuiltinESMExports();`;

/** Where npm and its scripts wait until it opens. */
async function makeGate() {
  const waiting: { readonly socket: Socket; readonly name: string; readonly pid: number }[] = [];
  let isOpen = false;
  const server = createServer((socket) => {
    socket
      .on('error', () => {})
      .once('data', (who) => {
        const [name = '', pid] = String(who).split(' ');
        waiting.push({ socket, name, pid: Number(pid) });
        if (isOpen) socket.end();
        server.emit('arrival');
      });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    env: { NPM_GATE: String((server.address() as AddressInfo).port) },
    npmPid: (): number | undefined => waiting.find(({ name }) => name === 'npm')?.pid,
    arrived: async (count: number): Promise<void> => {
      while (waiting.length < count) await once(server, 'arrival');
    },
    /** Settles when nobody is connected any more; nobody can come after it. */
    allGone: () => once(server.close(), 'close'),
    open: (): void => {
      isOpen = true;
      for (const { socket } of waiting) socket.end();
    },
    [Symbol.dispose]: () => {
      for (const { socket, pid } of waiting) if (!socket.closed) signalQuietly(pid, 'SIGKILL');
      server.close();
    },
  };
}

const says = (stream: Readable | null, words: RegExp): Promise<void> =>
  new Promise((settle) => stream?.on('data', (text: string) => words.test(text) && settle()));

let clone: Clone;
let gate: Awaited<ReturnType<typeof makeGate>>;
let lock: string;
beforeEach(async () => {
  clone = makeClone();
  gate = await makeGate();
  lock = join(clone.root, '.cache/installing');
  mkdirSync(join(clone.root, '.cache'));
});
afterEach(() => {
  gate[Symbol.dispose]();
  clone[Symbol.dispose]();
});

/** A command whose npm runs a package's script. */
async function startInstalling() {
  const command = clone.start(BOOTSTRAP, COMMAND, gate.env);
  await gate.arrived(NPM_AND_SCRIPT);
  return command;
}

describe('a lock', () => {
  test('whose owner was killed and left its pid to another process is nobody’s', async () => {
    const { child, ended } = await startInstalling();
    child.kill('SIGKILL');
    await ended;
    writeFileSync(lock, readFileSync(lock, 'utf8').replace(/^\d+/, String(process.pid)));
    expect(await clone.run(BOOTSTRAP, COMMAND)).toMatchObject({ code: 0 });
  });

  test('that is empty, since the disk was full or its owner killed, is nobody’s', async () => {
    writeFileSync(lock, '');
    expect(await clone.run(BOOTSTRAP, COMMAND)).toMatchObject({ code: 0 });
    expect(existsSync(lock)).toBe(false);
  });

  test('without a start time is waited for, but not for hours', async () => {
    writeFileSync(lock, String(process.pid));
    const { child, ended } = clone.start(BOOTSTRAP, COMMAND);
    await says(child.stderr, /waiting for it/);
    const longAgo = Date.now() / 1000 - 7_200;
    utimesSync(lock, longAgo, longAgo);
    expect(await ended).toMatchObject({ code: 0 });
  });

  test('that is dead is taken by one of two who see that at once', async () => {
    // Above the largest pid that Linux gives.
    writeFileSync(lock, '4194305');
    writeFileSync(join(clone.root, 'telling.mjs'), TELLING);
    const env = { ...gate.env, NODE_OPTIONS: `--import=${join(clone.root, 'telling.mjs')}` };
    const settles = (child: ChildProcess) => says(child.stdout, /looks again|starts/);
    const slow = clone.start(BOOTSTRAP, COMMAND, { ...env, STOPS: '1' });
    await says(slow.child.stdout, /removes/);
    const fast = clone.start(BOOTSTRAP, COMMAND, env);
    await settles(fast.child);
    slow.child.stdin?.end();
    await settles(slow.child);
    gate.open();
    expect(await Promise.all([slow.ended, fast.ended])).toMatchObject([{ code: 0 }, { code: 0 }]);
    expect(clone.npmRuns()).toHaveLength(1);
  });
});

describe('npm and the script it runs', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('end before the command does on %s', async (signal) => {
    const { child, ended } = await startInstalling();
    child.kill(signal);
    const { stderr } = await ended;
    expect(processRecord(gate.npmPid() ?? process.pid)).toBeUndefined();
    await gate.allGone();
    expect(stderr).toMatch(/stopped after \d+ s\n$/);
    expect(child.signalCode).toBe(signal);
    expect(existsSync(lock)).toBe(false);
  });

  test('end when the command is killed, and the next one installs', async () => {
    const { child } = await startInstalling();
    child.kill('SIGKILL');
    await gate.allGone();
    expect(await clone.run(BOOTSTRAP, COMMAND)).toMatchObject({ code: 0 });
    expect(existsSync(lock)).toBe(false);
  });
});
