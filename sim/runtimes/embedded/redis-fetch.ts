/**
 * Fetches Redis as Debian packages with the host's own apt-get, which checks their signatures, and unpacks them into a
 * folder. No root is needed and the system's own state is not touched.
 */
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SimError } from '../../errors.ts';
import { findProgram } from './processes.ts';
import { INSTEAD } from './platform.mjs';
import { scratchFolder } from './scratch.ts';

export interface FetchPlan {
  /** `7.0.15` */
  readonly version: string;
  readonly packages: readonly string[];
  readonly bytes: number;
  /** apt-get options that lead it to lists of our own; empty when the system's serve. */
  readonly aptOptions: readonly string[];
}

/** What to type instead of fetching. */
export const INSTALL_HINT = `install one yourself (apt-get install redis-server, or your system's way), or run all of it in one container:\n  ${INSTEAD}`;

/** Parts of the server that are always fetched: redis-server is a link into redis-tools. */
const CORE = ['redis-server', 'redis-tools'];
/** What the package's installation would want and the program does not. */
const NOT_NEEDED = /^(adduser|lsb-base|sysvinit-utils|init-system-helpers|libc6|libc-bin|systemd.*|passwd)$/;

/** @throws SimError `SIM_RUNTIME_UNAVAILABLE` where there is no apt-get; says what to type */
export function assertCanFetch(): void {
  if (findProgram('apt-get') !== undefined && findProgram('dpkg-deb') !== undefined) return;
  throw unavailable('redis-server is missing, and without apt-get this machine has no way to fetch it');
}

/** Which packages are missing and how large they are; undefined where there are no package lists (fresh containers). */
export function planFetch(): FetchPlan | undefined {
  return tryPlan([]);
}

/**
 * Fetches package lists into the cache, the system's stay as they are.
 *
 * @throws SimError `SIM_RUNTIME_UNAVAILABLE` when the host's package sources have no Redis, or none answers
 */
export function fetchLists(cacheFolder: string): FetchPlan {
  const own = ownLists(cacheFolder);
  mkdirSync(join(aptFolder(cacheFolder), 'lists/partial'), { recursive: true });
  mkdirSync(join(aptFolder(cacheFolder), 'cache/archives/partial'), { recursive: true });
  const update = aptGet([...own, 'update']);
  const plan = tryPlan(own);
  if (plan === undefined) throw unavailable(`apt-get knows no redis-server here\n${tailOf(update)}`);
  return plan;
}

/** Without this apt-get, run by root, would download as a user that may not write here. */
const AS_OURSELVES = ['-o', 'APT::Sandbox::User='];

/** Something that may take long: on a terminal apt-get shows how far it is, as its users know it. */
function aptGet(args: readonly string[], cwd?: string): SpawnSyncReturns<string> {
  const { isTTY } = process.stderr;
  return spawnSync('apt-get', [...AS_OURSELVES, ...(isTTY ? [] : ['-q']), ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', isTTY ? 2 : 'pipe', 'pipe'],
  });
}

function tryPlan(aptOptions: readonly string[]): FetchPlan | undefined {
  const packages = missingPackages(aptOptions);
  const listed = spawnSync('apt-get', [...aptOptions, 'download', '--print-uris', '-qq', ...packages], {
    encoding: 'utf8',
  });
  // 'http://…' redis-server_5%3a7.0.15-1~deb12u10_amd64.deb 73908 SHA256:…
  const files = listed.stdout.matchAll(/^'\S+' (\S+?)_(\S+?)_\S+ (\d+) /gm).toArray();
  const server = files.find(([, name]) => name === 'redis-server');
  if (listed.status !== 0 || server === undefined) return undefined;
  const bytes = files.reduce((sum, [, , , size]) => sum + Number(size), 0);
  return { version: (server[2] ?? '').replace(/^\d+%3a/, '').replace(/-.*$/, ''), packages, bytes, aptOptions };
}

/** What an installation would bring, simulated: apt knows which libraries this system has. */
function missingPackages(aptOptions: readonly string[]): string[] {
  const simulated = spawnSync('apt-get', [...aptOptions, '-s', '-y', '--no-install-recommends', 'install', ...CORE], {
    encoding: 'utf8',
  });
  const missing = simulated.stdout
    .matchAll(/^Inst (\S+)/gm)
    .toArray()
    .map(([, name]) => name ?? '');
  return [...new Set([...CORE, ...missing.filter((name) => !NOT_NEEDED.test(name))])];
}

const aptFolder = (cacheFolder: string): string => join(cacheFolder, 'apt');

/** Package lists of our own; which packages are installed is still the system's knowledge. */
function ownLists(cacheFolder: string): string[] {
  const folder = aptFolder(cacheFolder);
  return [
    '-o',
    `Dir::State=${folder}`,
    '-o',
    'Dir::State::status=/var/lib/dpkg/status',
    '-o',
    `Dir::Cache=${join(folder, 'cache')}`,
  ];
}

/** Downloads and unpacks into `<cacheFolder>/<name>`. Two at once do not harm each other: the first to finish is kept. */
export function fetchRedis(plan: FetchPlan, cacheFolder: string, name: string): void {
  const folder = scratchFolder(cacheFolder);
  try {
    const download = aptGet([...plan.aptOptions, 'download', ...plan.packages], folder);
    if (download.status !== 0) throw unavailable(`apt-get download failed\n${tailOf(download)}`);
    const root = join(folder, 'root');
    for (const file of readdirSync(folder).filter((entry) => entry.endsWith('.deb'))) {
      const unpack = spawnSync('dpkg-deb', ['-x', join(folder, file), root], { encoding: 'utf8' });
      if (unpack.status !== 0) throw unavailable(`${file} could not be unpacked\n${tailOf(unpack)}`);
    }
    rmSync(join(cacheFolder, name), { recursive: true, force: true });
    renameSync(root, join(cacheFolder, name));
    // Lists of our own have served: they are four times the size of what they led to.
    rmSync(aptFolder(cacheFolder), { recursive: true, force: true });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function tailOf(done: { readonly stdout: string | null; readonly stderr: string | null }): string {
  return `${done.stdout ?? ''}${done.stderr ?? ''}`.trim().split('\n').slice(-5).join('\n');
}

function unavailable(message: string): SimError {
  return new SimError('SIM_RUNTIME_UNAVAILABLE', message, { hint: INSTALL_HINT });
}
