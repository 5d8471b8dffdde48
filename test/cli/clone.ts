/** A clone in a temporary folder: our start-up files, a target that tells what it was given, and an npm that installs links. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const START_UP = [
  'sim/cli/bootstrap.mjs',
  'sim/cli/installation-lock.mjs',
  'sim/cli/packages.mjs',
  'sim/cli/pinned-node.mjs',
  'sim/cli/twin.mjs',
  'sim/runtimes/embedded/platform.mjs',
];

/** Exits as it is told, waits where it is told, and says whether it runs on the pinned Node of the clone. */
const TARGET = `
export async function main(args: string[]): Promise<number> {
  console.log(JSON.stringify({ args, cache: process.env.NODE_COMPILE_CACHE, wrapped: process.env.WRAPPED === '1' }));
  if (args[0] === 'started') console.log(process.env.TWIN_STARTED_MS);
  if (args[0] === 'throw') throw new Error('a bug');
  if (args[0] !== 'wait') return Number(args[1] ?? 0);
  return new Promise((settle) => {
    const alive = setInterval(() => {}, 1000);
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => { clearInterval(alive); console.log(name); settle(130); });
    console.log('waiting');
  });
}
if (import.meta.main) process.exitCode = await main(process.argv.slice(2));`;

/**
 * What the clone's npm does: makes the packages of the lockfile; the Node among them is a script that runs this Node.
 * With a gate (a port) it first runs a package's script until the gate opens, and like the real npm survives a first
 * signal meanwhile; both stay connected to the gate and tell it who they are.
 */
const NPM = `
const { mkdirSync, writeFileSync, appendFileSync, copyFileSync, chmodSync, rmSync } = require('node:fs');
const waitAtGate = (name) => require('node:net').connect(process.env.NPM_GATE).resume().write(name + ' ' + process.pid);
appendFileSync('npm.log', process.argv.slice(2).join(' ') + '\\n');
if (process.env.NPM_FAILS) { console.error('npm error code E404\\nnpm error no such package'); process.exit(1); }
if (process.env.NPM_GATE) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => {});
  waitAtGate('npm');
  require('node:child_process').spawn(process.execPath, ['-e', '(' + waitAtGate + ')("script")']).once('exit', install);
} else install();
function install() {
  rmSync('node_modules', { recursive: true, force: true });
  mkdirSync('node_modules/.bin', { recursive: true });
  mkdirSync('node_modules/node/bin', { recursive: true });
  writeFileSync('node_modules/node/package.json', '{"version":"24.0.0"}');
  writeFileSync('node_modules/node/bin/node', '#!/bin/sh\\nWRAPPED=1 exec ' + process.execPath + ' "$@"\\n');
  chmodSync('node_modules/node/bin/node', 0o755);
  copyFileSync('package-lock.json', 'node_modules/.package-lock.json');
}`;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
export interface Clone extends Disposable {
  readonly root: string;
  /** Runs one of the clone's start-up files to its end. */
  run(file: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
  start(
    file: string,
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): { readonly child: ReturnType<typeof spawn>; readonly ended: Promise<Ended> };
  /** Arguments of each run of npm. */
  npmRuns(): readonly string[];
  /** Writes the lockfile: the pinned Node and one package in this version. */
  lock(version: string): void;
}

export function makeClone(): Clone {
  const root = mkdtempSync(join(tmpdir(), 'twin-test-clone-'));
  for (const file of START_UP) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    cpSync(join(REPOSITORY, file), join(root, file));
  }
  writeFileSync(join(root, 'sim/cli/main.ts'), TARGET);
  writeFileSync(join(root, 'package.json'), '{"type":"module"}');
  writeFileSync(join(root, 'npm.log'), '');
  writeFileSync(join(root, 'macos.mjs'), "Object.defineProperty(process, 'platform', { value: 'darwin' });");
  const lock = (version: string): void =>
    writeFileSync(
      join(root, 'package-lock.json'),
      JSON.stringify({ packages: { '': {}, 'node_modules/node': { version } } }),
    );
  lock('24.0.0');
  const start: Clone['start'] = (file, args, env = {}) => {
    const inherited = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_|VITEST)/.test(name)),
    );
    const child = spawn(process.execPath, [join(root, file), ...args], {
      cwd: root,
      env: { ...inherited, npm_execpath: join(root, 'npm/npm-cli.js'), ...env },
    });
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].setEncoding('utf8').on('data', (text: string) => (said[stream] += text));
    return { child, ended: once(child, 'close').then(([code]) => ({ code: code as number | null, ...said })) };
  };
  mkdirSync(join(root, 'npm'));
  writeFileSync(join(root, 'npm/package.json'), '{"type":"commonjs"}');
  writeFileSync(join(root, 'npm/npm-cli.js'), NPM);
  return {
    root,
    start,
    run: (file, args, env) => start(file, args, env).ended,
    npmRuns: () =>
      readFileSync(join(root, 'npm.log'), 'utf8')
        .split('\n')
        .filter((line) => line !== ''),
    lock,
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}
