/** Where Redis comes from: the path, this project's cache, or Debian packages unpacked into that cache. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { SimError } from '../../errors.ts';
import { assertCanFetch, fetchLists, fetchRedis, INSTALL_HINT, planFetch, type FetchPlan } from './redis-fetch.ts';
import { findProgram } from './processes.ts';

export interface RedisProgram {
  readonly path: string;
  readonly product: 'Redis' | 'Valkey';
  /** `7.0.15` */
  readonly version: string;
  /** What it needs to find its libraries when it came from the cache. */
  readonly env: Readonly<Record<string, string>>;
  readonly from: 'path' | 'cache' | 'fetched';
}
export interface FindRedisOptions {
  readonly cacheFolder: string;
  /** `ask` asks on a terminal; where there is none it says what it does and does it. */
  readonly fetch: 'ask' | 'yes' | 'no';
  readonly say: (line: string) => void;
  /** Where to look first; absent: PATH. */
  readonly searchPath?: string;
  /** Absent: asks on the terminal of this process, undefined when it has none. */
  readonly confirm?: (question: string) => Promise<boolean>;
}

const SERVERS = ['redis-server', 'valkey-server'] as const;
const CACHED = 'redis';
/** A wrapper script on the path may hang; the program itself answers at once. */
const VERSION_PATIENCE_MS = 5000;

/**
 * A Redis that runs on this machine. Nothing is installed and no service is started, whichever way it comes.
 *
 * @throws SimError `SIM_FETCH_FORBIDDEN` when it would have to be fetched and must not be (forbidden, or answered with no),
 *   `SIM_RUNTIME_UNAVAILABLE` when it cannot be fetched here; both say what to type
 */
export async function findRedis(options: FindRedisOptions): Promise<RedisProgram> {
  const found = onPath(options.searchPath) ?? inCache(options.cacheFolder);
  if (found !== undefined) return found;
  if (options.fetch === 'no')
    throw forbidden('no redis-server on the path, and fetching it is forbidden by --no-fetch');
  assertCanFetch();
  options.say('redis-server: not found');
  const plan = planFetch();
  await consent(options, plan);
  const startMs = performance.now();
  fetchRedis(plan ?? fetchLists(options.cacheFolder), options.cacheFolder, CACHED);
  const fetched = inCache(options.cacheFolder);
  if (fetched === undefined)
    throw new SimError('SIM_RUNTIME_UNAVAILABLE', 'the fetched redis-server does not run on this machine', {
      hint: INSTALL_HINT,
    });
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  options.say(`fetched ${fetched.product} ${fetched.version} in ${seconds} s`);
  return { ...fetched, from: 'fetched' };
}

/** Says how much is about to be fetched, and asks where it must be asked. @throws SimError when the answer is no */
async function consent(options: FindRedisOptions, plan: FetchPlan | undefined): Promise<void> {
  const size =
    plan === undefined ? 'about 20 MB, package lists and all,' : `${Math.max(1, Math.round(plan.bytes / 1e6))} MB`;
  const [what, how] = [
    `fetch Redis ${plan?.version ?? ''}`.trim(),
    `${size} by apt-get download, no root, no service started`,
  ];
  const confirm = options.confirm ?? terminalConfirm();
  if (options.fetch === 'yes' || confirm === undefined) return options.say(`${what} into this folder: ${how}`);
  if (await confirm(`${what} into this folder? ${how} [Y/n] `)) return;
  throw forbidden('no redis-server on the path, and it was not to be fetched');
}

/** A Redis that is here already; undefined when it would have to be fetched. Asks nothing, changes nothing. */
export function presentRedis(cacheFolder: string): RedisProgram | undefined {
  return onPath(undefined) ?? inCache(cacheFolder);
}

function forbidden(message: string): SimError {
  return new SimError('SIM_FETCH_FORBIDDEN', message, { hint: `run it again without --no-fetch, or ${INSTALL_HINT}` });
}

function terminalConfirm(): ((question: string) => Promise<boolean>) | undefined {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return undefined;
  return async (question) => {
    const terminal = createInterface({ input: process.stdin, output: process.stdout });
    try {
      return !/^n/i.test((await terminal.question(question)).trim());
    } finally {
      terminal.close();
    }
  };
}

function onPath(searchPath: string | undefined): RedisProgram | undefined {
  for (const name of SERVERS) {
    const path = findProgram(name, searchPath);
    const identity = path === undefined ? undefined : identify(path, {});
    if (path !== undefined && identity !== undefined) return { path, ...identity, env: {}, from: 'path' };
  }
  return undefined;
}

function inCache(cacheFolder: string): RedisProgram | undefined {
  const root = join(cacheFolder, CACHED);
  const path = join(root, 'usr/bin/redis-server');
  if (!existsSync(path)) return undefined;
  const env = { LD_LIBRARY_PATH: libraryFolders(root).join(':') };
  const identity = identify(path, env);
  return identity === undefined ? undefined : { path, ...identity, env, from: 'cache' };
}

/** Debian keeps libraries in a folder per architecture, such as usr/lib/x86_64-linux-gnu. */
function libraryFolders(root: string): string[] {
  return ['usr/lib', 'lib'].flatMap((name) => {
    const folder = join(root, name);
    if (!existsSync(folder)) return [];
    const multiarch = readdirSync(folder).filter((entry) => entry.endsWith('-linux-gnu'));
    return [...multiarch.map((entry) => join(folder, entry)), folder];
  });
}

/** What the program says it is; undefined when it does not run, for example for want of a library. */
function identify(
  path: string,
  env: Readonly<Record<string, string>>,
): Pick<RedisProgram, 'product' | 'version'> | undefined {
  const { stdout } = spawnSync(path, ['--version'], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
    timeout: VERSION_PATIENCE_MS,
  });
  // `Redis server v=7.0.15 sha=…`; Valkey 7 said `Server v=7.2.5`.
  const match = /(\w+)(?: server)? v=([\d.]+)/i.exec(stdout ?? '');
  if (match?.[2] === undefined) return undefined;
  return { product: match[1] === 'Redis' ? 'Redis' : 'Valkey', version: match[2] };
}
