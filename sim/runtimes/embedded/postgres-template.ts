/**
 * A data folder made once and copied for each run: initdb, the schema in `template1`, one database cloned from it. No
 * password is in it, so nobody can log in over TCP with what the cache holds.
 */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { SimError } from '../../errors.ts';
import { findPostgres, postgresUser, type PostgresBinaries } from './postgres-binaries.ts';
import { openAdmin, startServer, SUPERUSER } from './postgres-server.ts';
import { spawnPart } from './processes.ts';
import type { RunDirectory } from './run-directory.ts';
import { scratchFolder } from './scratch.ts';

/** Change it when what a template holds changes for another reason than its version or schema. */
const TEMPLATE_FORMAT = 2;
export const DATABASE = 'honeydue';
/** The role the twin's programs log in as; it owns the database and is no superuser, as on Neon. */
export const APP_USER = 'twin';

export interface PostgresTemplate {
  readonly folder: string;
  readonly binaries: PostgresBinaries;
  /** False when it came from the cache. */
  readonly made: boolean;
}

/**
 * The template for this schema, from the cache or made now (about a second). Two first runs at once both make one and
 * the first to finish is kept. A cache that cannot be written is no error: the template then lives as long as the run.
 *
 * @throws SimError `SIM_RUNTIME_UNAVAILABLE` when there is no Postgres for this platform, or initdb or the schema fails
 */
export async function preparePostgres(
  run: RunDirectory,
  cacheFolder: string,
  schemaSql: string,
): Promise<PostgresTemplate> {
  const binaries = findPostgres();
  if (binaries === undefined)
    throw unavailable(`no Postgres for ${process.platform}-${process.arch} is installed: type npm ci`);
  const { user } = postgresUser(binaries);
  const hash = createHash('sha256').update(`${TEMPLATE_FORMAT}\0${schemaSql}`).digest('hex').slice(0, 16);
  // Files belong to who runs the server; root and an ordinary user may share one clone.
  const owner = user?.uid ?? process.getuid?.() ?? 0;
  const name = `postgres-${binaries.version}-${hash}-${owner}`;
  const cached = join(cacheFolder, name);
  // A cache that was copied, or restored from an archive, may belong to somebody else now, and is of no use to anybody.
  const isOurs = (): boolean => statSync(cached, { throwIfNoEntry: false })?.uid === owner;
  if (isOurs()) return { folder: cached, binaries, made: false };
  const made = await makeTemplate(run, binaries, schemaSql);
  await keep(made, cacheFolder, name, isOurs);
  return { folder: isOurs() ? cached : made, binaries, made: true };
}

async function makeTemplate(run: RunDirectory, binaries: PostgresBinaries, schemaSql: string): Promise<string> {
  const folder = partFolder(run, `postgres-template-${randomBytes(4).toString('hex')}`, binaries);
  const data = join(folder, 'data');
  const initdb = spawnPart(run, {
    name: 'initdb',
    command: binaries.initdb,
    args: [
      '-D',
      data,
      '-U',
      SUPERUSER,
      '--auth-local=trust',
      '--auth-host=scram-sha-256',
      '--encoding=UTF8',
      ...INITDB_SPEED,
    ],
    cwd: folder,
    ...postgresUser(binaries),
  });
  const { code } = await initdb.exited;
  if (code !== 0) throw unavailable(`initdb exited ${code}\n${initdb.lines(20).join('\n')}`);
  writeFileSync(join(data, 'pg_hba.conf'), HOST_BASED_ACCESS);
  const server = await startServer(run, {
    name: 'postgres-template',
    folder,
    binaries,
    settings: { listen_addresses: '', min_wal_size: '2MB', max_wal_size: '2MB' },
  });
  try {
    await loadSchema(folder, schemaSql);
  } catch (error) {
    throw unavailable(
      `the schema of ${DATABASE} could not be loaded: ${error instanceof Error ? error.message : String(error)}`,
      error,
    );
  } finally {
    // SIGINT: a fast and clean end; the copy then starts without recovery.
    server.kill('SIGINT');
    await server.exited;
  }
  return data;
}

/** Nothing is durable, nothing needs a sync; the built-in locale needs none on the host; small log files copy fast. */
const INITDB_SPEED = [
  '--no-sync',
  '--no-instructions',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--locale=C',
  '--wal-segsize=1',
];

/**
 * Over TCP one role, one database, TLS and SCRAM; by the socket, in a folder that is closed to others, the superuser, and
 * that role for whom a pooler comes.
 */
const HOST_BASED_ACCESS = `local all ${SUPERUSER} trust
local ${DATABASE} ${APP_USER} scram-sha-256
hostssl ${DATABASE} ${APP_USER} all scram-sha-256\n`;

async function loadSchema(folder: string, schemaSql: string): Promise<void> {
  await using admin = await openAdmin(folder);
  await admin.query(`CREATE ROLE ${APP_USER} LOGIN`);
  await admin.query(`GRANT ALL ON SCHEMA public TO ${APP_USER}`);
  // Tables belong to the role that the programs log in as.
  await admin.query(`SET ROLE ${APP_USER}`);
  await admin.query(schemaSql);
  await admin.query('RESET ROLE');
  await admin.query(CREATE_DATABASE);
  // Nobody uses these two, and every run would copy their 600 files.
  await admin.query('ALTER DATABASE template0 IS_TEMPLATE false');
  for (const unused of ['template0', 'postgres']) await admin.query(`DROP DATABASE ${unused}`);
}

export const CREATE_DATABASE = `CREATE DATABASE ${DATABASE} TEMPLATE template1 OWNER ${APP_USER}`;

/** Copies a template into the cache, if it can. */
async function keep(data: string, cacheFolder: string, name: string, isKept: () => boolean): Promise<void> {
  let scratch: string | undefined;
  try {
    scratch = scratchFolder(cacheFolder);
    await copyFolder(data, join(scratch, name));
    if (!isKept()) rmSync(join(cacheFolder, name), { recursive: true, force: true });
    renameSync(join(scratch, name), join(cacheFolder, name));
  } catch {
    // Another first run was faster, or the cache cannot be written.
  } finally {
    if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true });
  }
}

/** The working folder of a server, owned by who it runs as; nobody else may enter, for its socket asks for no password. */
export function partFolder(run: RunDirectory, name: string, binaries: PostgresBinaries): string {
  const folder = join(run.path, name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { user } = postgresUser(binaries);
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  return folder;
}

/** `cp -a`: a thousand files in a tenth of the time that Node needs, owners and modes kept. */
export async function copyFolder(from: string, to: string): Promise<void> {
  const copy = spawn('cp', ['-a', from, to], { stdio: ['ignore', 'ignore', 'pipe'] });
  const said: string[] = [];
  copy.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const [code] = (await once(copy, 'close')) as [number | null];
  if (code !== 0) throw unavailable(`copying the database template failed: ${said.join('').trim()}`);
}

function unavailable(message: string, cause?: unknown): SimError {
  return new SimError('SIM_RUNTIME_UNAVAILABLE', message, { cause });
}
