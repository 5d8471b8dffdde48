/** One Postgres server process, and the way in for its superuser. */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { SimError } from '../../errors.ts';
import { isInUse } from './kernel-tables.ts';
import { postgresUser, type PostgresBinaries } from './postgres-binaries.ts';
import { allPids, environmentOf, hasOverwrittenEnvironment, processLink } from './process-table.ts';
import { signalQuietly, spawnPart, type Part } from './processes.ts';
import { RUN_MARKER, type RunDirectory } from './run-directory.ts';

export const SUPERUSER = 'postgres';
const DEFAULT_PORT = 5432;
const READY = 'database system is ready to accept connections';
/** From spawn to READY takes 30 to 70 ms, after a kill some 40; a machine in distress may need seconds. */
const START_PATIENCE_MS = 30_000;
/** How often one looks whether a killed server's children have gone. */
const CHILD_GONE_MS = 5;

/**
 * What every server of a twin runs with. Durability is given up (a run's data dies with it), what users' requests meet
 * is not: isolation, locks, TLS and passwords are Postgres' own.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  fsync: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  // No files under /dev/shm, which a killed server would leave.
  dynamic_shared_memory_type: 'mmap',
  shared_buffers: '16MB',
  // One process less each; neither is used.
  max_logical_replication_workers: '0',
  io_method: 'sync',
  jit: 'off',
  password_encryption: 'scram-sha-256',
  unix_socket_permissions: '0700',
};

export interface ServerOptions {
  readonly name: string;
  /** Holds `data` and, while it runs, the socket. */
  readonly folder: string;
  readonly binaries: PostgresBinaries;
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * Starts a server on an existing data folder; settles when it accepts connections.
 *
 * @throws SimError `SIM_START_TIMEOUT` when it ends first, or does not say that it is ready within 30 s; with its last lines
 */
export async function startServer(run: RunDirectory, options: ServerOptions): Promise<Part> {
  const data = join(options.folder, 'data');
  // It refuses to start while a child of the one before it is there. One that stays is left to the server's own words.
  for (const endMs = performance.now() + START_PATIENCE_MS; isInUse(options.folder); await delay(CHILD_GONE_MS))
    if (performance.now() > endMs) break;
  const settings = { ...SETTINGS, unix_socket_directories: options.folder, ...options.settings };
  const ready = Promise.withResolvers<void>();
  const part = spawnPart(run, {
    name: options.name,
    command: options.binaries.postgres,
    args: ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    cwd: options.folder,
    deathSignal: 'SIGQUIT',
    onLine: (line) => line.includes(READY) && ready.resolve(),
    ...postgresUser(options.binaries),
  });
  const patience = setTimeout(
    () => ready.reject(notReady(part, `not ready after ${START_PATIENCE_MS} ms`)),
    START_PATIENCE_MS,
  );
  void part.exited.then(({ code }) => {
    endChildren(data);
    ready.reject(notReady(part, `exited ${code} before it was ready`));
  });
  try {
    await ready.promise;
  } catch (error) {
    part.kill('SIGKILL');
    throw error;
  } finally {
    clearTimeout(patience);
  }
  return part;
}

/**
 * As in a container, nobody outlives the first process. Each of its children is in a session of its own: no group has them
 * all. They have overwritten their environment, or do so in a moment; a shell that somebody opened there has its own.
 */
function endChildren(data: string): void {
  const isChild = (pid: number): boolean =>
    processLink(pid, 'cwd') === data &&
    (hasOverwrittenEnvironment(pid) || environmentOf(pid, RUN_MARKER) !== undefined);
  for (const pid of allPids()) if (isChild(pid)) signalQuietly(pid, 'SIGKILL');
}

function notReady(part: Part, what: string): SimError {
  return new SimError('SIM_START_TIMEOUT', `${part.name} ${what}; its last lines:\n${part.lines(10).join('\n')}`);
}

export interface Admin extends AsyncDisposable {
  query(sql: string): Promise<readonly Record<string, unknown>[]>;
  close(): Promise<void>;
}

/** A superuser's connection through the socket in the server's folder; the socket's name bears the server's port. */
export async function openAdmin(folder: string, port = DEFAULT_PORT, database = 'template1'): Promise<Admin> {
  // Triggers at log-in are for users: its own must not wait for one.
  const options = '-c event_triggers=off';
  const client = new Client({ host: folder, port, user: SUPERUSER, database, options });
  // A server that is killed under an open connection is the caller's doing; its next query says so.
  client.on('error', () => {});
  await client.connect();
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= client.end());
  return {
    query: async (sql) => (await client.query<Record<string, unknown>>(sql)).rows ?? [],
    close,
    [Symbol.asyncDispose]: close,
  };
}
