/** The project's packages: whether they are here as the lockfile says, and installing them with progress. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { releaseLock, takeLock } from './installation-lock.mjs';

/** As installed, with the pinned Node and Postgres: 441 MB on linux-x64, November 2026. */
const INSTALLED_MB = 440;
const LOOK_EVERY_MS = 250;
const BAR_CHARS = 20;
const TAIL_LINES = 15;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/**
 * A process group whose lifeline is a pipe that this process holds: when it closes, whatever ended us, a shell kills the
 * group. While npm runs a package's script it survives a first signal, and the script survives npm.
 */
const GROUP_ON_LIFELINE = '{ read -r _; kill -s KILL -- -$$; } <&3 & exec "$@" 3<&-';

/**
 * @param {string} root the clone
 * @param {boolean} withTools whether what only tests need has to be there too
 * @returns {boolean} true when each package is here in the version of the lockfile
 */
export function packagesAreCurrent(root, withTools) {
  const [wanted, installed] = [join(root, 'package-lock.json'), join(root, 'node_modules', '.package-lock.json')];
  const [wantedAt, installedAt] = [modifiedMs(wanted), modifiedMs(installed)];
  if (installedAt === undefined) return false;
  if (wantedAt === undefined || (wantedAt <= installedAt && !withTools)) return true;
  // A checkout touches the lockfile without changing it, and images are built without tools: compare what it says.
  const here = packagesIn(installed);
  return Object.entries(packagesIn(wanted)).every(([path, one]) => {
    if (path === '' || one.link === true) return true;
    const found = here[path];
    if (found !== undefined) return found.version === one.version;
    return one.optional === true || one.devOptional === true || (one.dev === true && !withTools);
  });
}

function packagesIn(lockfile) {
  return JSON.parse(readFileSync(lockfile, 'utf8')).packages ?? {};
}

function modifiedMs(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}

/**
 * Runs `npm ci`; says what it does and how far it is. Of two first commands at once the second waits for the first.
 *
 * @returns {Promise<string | undefined>} undefined when done; else why not, with the last lines npm wrote
 */
export async function installPackages(root, say = progressOn(process.stderr)) {
  const lock = join(root, '.cache', 'installing');
  mkdirSync(join(root, '.cache'), { recursive: true });
  if (!takeLock(lock)) {
    say.line('another command installs the packages: waiting for it');
    while (!takeLock(lock)) await delay(LOOK_EVERY_MS);
  }
  const stop = new AbortController();
  const onSignal = (signal) => stop.abort(signal);
  for (const signal of SIGNALS) process.once(signal, onSignal);
  try {
    // Another command may have installed them since we looked.
    return packagesAreCurrent(root, true) ? undefined : await npmCi(root, say, stop.signal);
  } finally {
    releaseLock(lock);
    for (const signal of SIGNALS) process.off(signal, onSignal);
    if (stop.signal.aborted) process.kill(process.pid, stop.signal.reason);
  }
}

async function npmCi(root, say, stop) {
  const startMs = performance.now();
  const seconds = () => `${Math.round((performance.now() - startMs) / 1000)} s`;
  const paths = Object.keys(packagesIn(join(root, 'package-lock.json'))).filter((path) => path !== '');
  const lead = `first run  ${INSTALLED_MB} MB of packages`;
  say.begin(`${lead} (once, into node_modules; nothing is installed into the system)`);
  // The npm that runs us, on the Node that runs it; else the one on the path.
  const npm = process.env.npm_execpath;
  const command = npm?.endsWith('.js') && existsSync(npm) ? [process.execPath, npm] : ['npm'];
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=warn', '--no-progress'];
  const child = spawnWithLifeline([...command, ...args], root);
  const lifeline = child.stdio[3];
  stop.addEventListener('abort', () => lifeline.destroy());
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (said = (said + text).slice(-20_000)));
  }
  const watch = setInterval(() => {
    const done = paths.filter((path) => existsSync(join(root, path, 'package.json'))).length;
    say.progress(`${lead} ${bar(done / paths.length)} ${seconds()}`);
  }, LOOK_EVERY_MS);
  const ended = await new Promise((settle) => {
    child.once('error', (error) => settle(error.message));
    child.once('exit', () => lifeline.destroy());
    child.once('close', (code, signal) => settle(signal ?? code));
  });
  clearInterval(watch);
  if (ended === 0) return say.end(`${lead} ${bar(1)} ${seconds()} (once)`);
  say.end(`${lead}: ${stop.aborted ? 'stopped' : 'failed'} after ${seconds()}`);
  return `npm ci ended with ${ended}\n${said.trimEnd().split('\n').slice(-TAIL_LINES).join('\n')}`;
}

function spawnWithLifeline(command, cwd) {
  const stdio = ['ignore', 'pipe', 'pipe', 'pipe'];
  if (process.platform === 'win32') return spawn(command[0], command.slice(1), { cwd, stdio });
  return spawn('sh', ['-c', GROUP_ON_LIFELINE, 'npm', ...command], { cwd, stdio, detached: true });
}

function bar(share) {
  const full = Math.round(BAR_CHARS * share);
  return '█'.repeat(full) + '░'.repeat(BAR_CHARS - full);
}

/** On a terminal one line that grows; elsewhere one line at the begin and one at the end. */
export function progressOn(stream) {
  const [clear, newline] = stream.isTTY ? ['\r\x1b[2K', ''] : ['', '\n'];
  return {
    line: (text) => void stream.write(`${text}\n`),
    begin: (text) => void stream.write(`${text}${newline}`),
    progress: (text) => void (stream.isTTY && stream.write(`${clear}${text}`)),
    end: (text) => void stream.write(`${clear}${text}\n`),
  };
}
