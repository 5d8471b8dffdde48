/** The project's packages: whether they are here as the lockfile says, and installing them with progress. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** As installed, with the pinned Node and Postgres: 441 MB on linux-x64, November 2026. */
const INSTALLED_MB = 440;
const LOOK_EVERY_MS = 250;
const BAR_CHARS = 20;
const TAIL_LINES = 15;

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
    if (packagesAreCurrent(root, true)) return release(lock);
  }
  try {
    return await npmCi(root, say);
  } finally {
    release(lock);
  }
}

function release(lock) {
  rmSync(lock, { force: true });
  return undefined;
}

/** The lock holds its owner's pid; one whose owner is gone is nobody's. */
function takeLock(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (!isAlive(readPid(lock))) rmSync(lock, { force: true });
    return false;
  }
}

function readPid(lock) {
  try {
    return Number(readFileSync(lock, 'utf8'));
  } catch {
    return 0;
  }
}

/** An empty lock is being written. */
function isAlive(pid) {
  try {
    return pid === 0 || process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

async function npmCi(root, say) {
  const startMs = performance.now();
  const seconds = () => `${Math.round((performance.now() - startMs) / 1000)} s`;
  const paths = Object.keys(packagesIn(join(root, 'package-lock.json'))).filter((path) => path !== '');
  const lead = `first run  ${INSTALLED_MB} MB of packages`;
  say.begin(`${lead} (once, into node_modules; nothing is installed into the system)`);
  // The npm that runs us, on the Node that runs it; else the one on the path.
  const npm = process.env.npm_execpath;
  const command = npm?.endsWith('.js') && existsSync(npm) ? [process.execPath, npm] : ['npm'];
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=warn', '--no-progress'];
  const child = spawn(command[0], [...command.slice(1), ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
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
    child.once('close', (code, signal) => settle(signal ?? code));
  });
  clearInterval(watch);
  if (ended === 0) return say.end(`${lead} ${bar(1)} ${seconds()} (once)`);
  say.end(`${lead}: failed after ${seconds()}`);
  return `npm ci ended with ${ended}\n${said.trimEnd().split('\n').slice(-TAIL_LINES).join('\n')}`;
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
