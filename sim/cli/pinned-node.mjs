/**
 * Runs a program on the Node that this project pins (npm's package `node`), whatever Node the machine has. Plain
 * JavaScript for Node 20 and newer: it runs before that Node does.
 */
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, realpathSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { constants as system } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Our own bug, and a machine that lacks something: see exits.ts. This runs before any TypeScript does and cannot import it. */
const EXIT_INTERNAL = 70;
const EXIT_UNAVAILABLE = 5;
/** The major version that this project pins; an older one cannot read our code. */
const PINNED_MAJOR = 24;

/** Why the pinned Node is not there, and what to do. */
export const MISSING = `the Node ${PINNED_MAJOR} that cluster-twin brings is missing: its install script did not run. type: npm rebuild node`;

/** @returns {string | undefined} the pinned Node's program, also where npm put it beside us in another project */
export function pinnedNode() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'));
    const program = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(program) ? program : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Runs a program and takes over its exit code. When this process is the pinned Node already, in this process: one
 * process less, and nothing between the user's signals and the program.
 *
 * @param {{ file: string, args: string[], compileCache: string }} program a file that exports `main(args)` → exit code,
 *   or one that reads its arguments from process.argv
 * @returns {Promise<void>} settles when the program has ended, or has been left to itself; process.exitCode is set
 */
export async function runPinned({ file, args, compileCache }) {
  const node = pinnedNode() ?? process.execPath;
  if (node === process.execPath && Number.parseInt(process.versions.node, 10) < PINNED_MAJOR) {
    process.stderr.write(`${MISSING}\n`);
    process.exitCode = EXIT_UNAVAILABLE;
    return undefined;
  }
  process.env.NODE_COMPILE_CACHE ??= compileCache;
  if (!isThisProgram(node)) return runInChild(node, file, args);
  module.enableCompileCache?.(process.env.NODE_COMPILE_CACHE);
  process.argv = [process.argv[0], file, ...args];
  try {
    const { main } = await import(pathToFileURL(file).href);
    if (typeof main === 'function') process.exitCode = await main(args);
  } catch (error) {
    process.stderr.write(`internal error: ${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = EXIT_INTERNAL;
  }
}

function isThisProgram(node) {
  try {
    return realpathSync(node) === realpathSync(process.execPath);
  } catch {
    // npm has just replaced the Node that runs us.
    return false;
  }
}

/**
 * What to spawn so that a program runs on this Node and ends in order when who spawned it is killed: with SIGKILL we could
 * not tell the program, the kernel does.
 *
 * @returns {[string, ...string[]]} the command and its arguments
 */
export function commandOn(node, args) {
  const setpriv = findSetpriv();
  return setpriv === undefined ? [node, ...args] : [setpriv, '--pdeathsig', 'TERM', node, ...args];
}

async function runInChild(node, file, args) {
  const [command, ...rest] = commandOn(node, [file, ...args]);
  const child = spawn(command, rest, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    // A terminal sends Ctrl-C to both of us; a second one would mean: do not wait.
    process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal)));
  }
  process.exitCode = await new Promise((settle) => {
    child.once('error', (error) => {
      process.stderr.write(`internal error: ${command} could not be started: ${error.message}\n`);
      settle(EXIT_INTERNAL);
    });
    child.once('exit', (code, signal) => settle(code ?? 128 + system.signals[signal]));
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal);
}

function findSetpriv() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders
    .map((folder) => join(folder, 'setpriv'))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
