/**
 * The first thing a fresh clone runs, on whatever Node the machine has (20 or newer), with nothing installed: refuses
 * machines that cannot run the twin, installs the packages of the lockfile into this folder, and hands over to the Node
 * they pin.
 *
 *   node sim/cli/bootstrap.mjs twin ARGS…      the command line
 *   node sim/cli/bootstrap.mjs vitest ARGS…    the tests
 */
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { INSTEAD, platformBlocker } from '../runtimes/embedded/platform.mjs';
import { handOver, NODE } from './hand-over.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const UNAVAILABLE = 5;
/** Roughly what the lockfile brings, for the line that says so. */
const PACKAGES_MB = 360;
/** Silence is worst on a terminal; a log wants few lines. */
const SAY_EVERY_MS = process.stderr.isTTY ? 1_000 : 15_000;

const say = (text) => process.stderr.write(`${text}\n`);
const startedMs = Date.now();

/** True when the packages are there and at least as new as the lockfile. npm writes this file last. */
function installed() {
  const mark = join(ROOT, 'node_modules', '.package-lock.json');
  return (
    existsSync(mark) && existsSync(NODE) && statSync(mark).mtimeMs >= statSync(join(ROOT, 'package-lock.json')).mtimeMs
  );
}

/** `npm ci`, quiet but not silent. Settles with its exit code and the end of what it printed. */
function install() {
  return new Promise((settle) => {
    const npm = spawn('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let tail = '';
    for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (chunk) => (tail = (tail + chunk).slice(-2_000)));
    const seconds = () => Math.round((Date.now() - startedMs) / 1_000);
    const progress = () =>
      process.stderr.isTTY
        ? process.stderr.write(`\r           installing … ${seconds()} s `)
        : say(`           installing … ${seconds()} s`);
    const timer = setInterval(progress, SAY_EVERY_MS);
    const end = (code, words) => {
      clearInterval(timer);
      if (process.stderr.isTTY) process.stderr.write('\r\u001B[K');
      settle({ code, tail: words ?? tail, seconds: seconds() });
    };
    npm.once('error', (error) => end(127, error.message));
    npm.once('close', (code) => end(code ?? 1));
    // Ctrl-C reaches npm by the terminal; we wait for it to end and clean up.
    process.on('SIGINT', () => undefined);
  });
}

const [what, ...args] = process.argv.slice(2);
const blocker = platformBlocker();
const needsEmbedded = what !== 'twin' || !args.includes('model');
if (blocker !== undefined && needsEmbedded) {
  say(`${blocker}\n  type: ${INSTEAD}`);
  process.exit(UNAVAILABLE);
}
if (!installed()) {
  say(`first run  ${PACKAGES_MB} MB of packages into this folder (once)`);
  const { code, tail, seconds } = await install();
  if (code !== 0) {
    say(`npm ci ended with ${code} after ${seconds} s:\n${tail.trim()}\n  try again: npm ci`);
    process.exit(UNAVAILABLE);
  }
  say(`           installed in ${seconds} s`);
}
const target =
  what === 'vitest' ? join(ROOT, 'node_modules', 'vitest', 'vitest.mjs') : join(ROOT, 'sim', 'cli', 'main.ts');
handOver([target, ...args], what === 'vitest' ? undefined : startedMs);
