/** What this machine has, and what that enables: the material of `twin doctor`. Asks, changes nothing. */
import { existsSync } from 'node:fs';
import { availableParallelism, cpus, freemem, loadavg, totalmem } from 'node:os';
import { INSTEAD, platformBlocker } from './platform.mjs';
import { findPostgres, postgresBlocker } from './postgres-binaries.ts';
import { findProgram } from './processes.ts';
import { presentRedis, type RedisProgram } from './redis.ts';
import { request } from '../../node-http.ts';

export interface Host {
  readonly platform: string;
  readonly arch: string;
  /** `2.36`; undefined on musl and outside of Linux. */
  readonly glibc: string | undefined;
  readonly node: string;
  readonly cores: number;
  readonly processor: string;
  readonly memoryBytes: number;
  readonly freeMemoryBytes: number;
  /** Processes that ran or waited, average of a minute. Above the number of cores, the twin runs late. */
  readonly loadAverage: number;
  readonly root: boolean;
  /** With it the kernel ends our processes 7 ms after us, else the warden does after some 20. */
  readonly setpriv: boolean;
  readonly procfs: boolean;
  /** Version of the Postgres that npm brought. */
  readonly postgres: string | undefined;
  readonly redis: RedisProgram | undefined;
  /** With it a missing Redis can be fetched. */
  readonly aptGet: boolean;
  /** Version of the container engine that answers. */
  readonly docker: string | undefined;
  /** What runs here; a reason and what to type where it does not. */
  readonly runtimes: Readonly<
    Record<'model' | 'embedded' | 'docker', 'runs' | { readonly missing: string; readonly instead: string }>
  >;
}

/** @param cacheFolder where a fetched Redis would lie */
export async function describeHost(cacheFolder: string): Promise<Host> {
  const docker = await dockerVersion();
  const blocker = embeddedBlocker();
  return {
    platform: process.platform,
    arch: process.arch,
    glibc: glibcVersion(),
    node: process.version,
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? 'unknown',
    memoryBytes: totalmem(),
    freeMemoryBytes: freemem(),
    loadAverage: loadavg()[0] ?? 0,
    root: process.getuid?.() === 0,
    setpriv: findProgram('setpriv') !== undefined,
    procfs: existsSync('/proc/self/stat'),
    postgres: findPostgres()?.version,
    redis: presentRedis(cacheFolder),
    aptGet: findProgram('apt-get') !== undefined,
    docker,
    runtimes: {
      model: 'runs',
      embedded: blocker === undefined ? 'runs' : { missing: blocker, instead: INSTEAD },
      docker:
        docker === undefined
          ? { missing: 'no container engine answers', instead: 'start Docker, or set DOCKER_HOST' }
          : 'runs',
    },
  };
}

/** One sentence that says why the embedded runtime cannot run here; undefined when it can. `INSTEAD` says what to type. */
export function embeddedBlocker(): string | undefined {
  const platform = platformBlocker();
  if (platform !== undefined) return platform;
  if (!existsSync('/proc/self/stat')) return 'the embedded runtime needs /proc, and it is not mounted here';
  const postgres = findPostgres();
  return postgres === undefined
    ? 'the Postgres that npm brings is not installed (type npm ci)'
    : postgresBlocker(postgres);
}

export { INSTEAD } from './platform.mjs';

function glibcVersion(): string | undefined {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime;
}

/** A daemon that does not answer in this time is of no use to a run either. */
const ENGINE_PATIENCE_MS = 1000;

/** Asks the engine itself: a `docker` command on the path says nothing about a daemon behind it. */
function dockerVersion(): Promise<string | undefined> {
  const target = engineAddress(process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock');
  if (target === undefined) return Promise.resolve(undefined);
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const asked = request({ ...target, path: '/version', timeout: ENGINE_PATIENCE_MS }, (response) => {
    let body = '';
    response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    response.on('end', () => resolve(versionIn(body)));
  });
  asked.on('timeout', () => asked.destroy());
  asked.on('error', () => resolve(undefined));
  asked.on('close', () => resolve(undefined));
  asked.end();
  return promise;
}

function engineAddress(
  dockerHost: string,
): { readonly socketPath: string } | { readonly host: string; readonly port: number } | undefined {
  if (dockerHost.startsWith('unix://')) return { socketPath: dockerHost.slice('unix://'.length) };
  const tcp = /^(?:tcp|http):\/\/([^:/]+):(\d+)/.exec(dockerHost);
  return tcp === null ? undefined : { host: tcp[1] ?? '', port: Number(tcp[2]) };
}

function versionIn(body: string): string | undefined {
  try {
    const { Version } = JSON.parse(body) as { Version?: unknown };
    return typeof Version === 'string' ? Version : undefined;
  } catch {
    return undefined;
  }
}
