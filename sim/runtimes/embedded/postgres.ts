/** Neon's place in the embedded runtime: a real Postgres on a loopback address, with TLS and SCRAM, from a template. */
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IssuedCertificate } from '../certificates.ts';
import { postgresUser } from './postgres-binaries.ts';
import { openAdmin, startServer } from './postgres-server.ts';
import { suspend } from './postgres-suspend.ts';
import {
  APP_USER,
  copyFolder,
  CREATE_DATABASE,
  DATABASE,
  partFolder,
  type PostgresTemplate,
} from './postgres-template.ts';
import type { Part } from './processes.ts';
import type { RunDirectory } from './run-directory.ts';

export { APP_USER, DATABASE, preparePostgres, type PostgresTemplate } from './postgres-template.ts';

/** PgBouncer takes up to 10,000; each of ours is a process of Postgres. */
const POOLED_CLIENTS = 500;

export interface PostgresOptions {
  readonly template: PostgresTemplate;
  /** Also its folder in the run. Started again under the same name it finds its data again, as a restarted container does. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly certificate: IssuedCertificate;
  /** Who dials that address meets a pooler; this server listens on its socket alone, and takes as many clients as a pooler does. */
  readonly behindPooler?: true;
  /** Absent: drawn at random. Give the one of before when it is started again. */
  readonly password?: string;
}
export interface RunningPostgres {
  readonly part: Part;
  readonly host: string;
  readonly port: number;
  /** Path of its Unix socket, where the twin's user logs in with the same password, without TLS. */
  readonly socket: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** `18.4`, as the running server says. */
  readonly version: string;
  /** Gives the database back as the template has it, some 30 ms; connections to it are ended. */
  reset(): Promise<void>;
  /** Scales it to zero, to wake in so many milliseconds when somebody logs in; undefined wakes it. */
  suspend(wakeMs: number | undefined): Promise<void>;
}

/**
 * Starts Postgres on one address and port; settles when clients may log in.
 *
 * @throws SimError `SIM_START_TIMEOUT` with its last log lines, for example when the port is taken
 */
export async function startPostgres(run: RunDirectory, options: PostgresOptions): Promise<RunningPostgres> {
  const { binaries } = options.template;
  const folder = await layData(run, options.template, options.name);
  const files = writeCertificate(folder, options);
  const settings = {
    listen_addresses: options.behindPooler === true ? '' : options.host,
    ...(options.behindPooler === true && { max_connections: String(POOLED_CLIENTS) }),
    port: String(options.port),
    ssl: 'on',
    ssl_cert_file: files.cert,
    ssl_key_file: files.key,
  };
  const part = await startServer(run, { name: options.name, folder, binaries, settings });
  const password = options.password ?? randomBytes(16).toString('hex');
  if (!/^[\w-]+$/.test(password)) throw new Error('a password is written into SQL and must be plain');
  await using admin = await openAdmin(folder, options.port);
  await admin.query(`ALTER ROLE ${APP_USER} PASSWORD '${password}'`);
  const [row] = await admin.query('SHOW server_version');
  return {
    part,
    host: options.host,
    port: options.port,
    socket: join(folder, `.s.PGSQL.${options.port}`),
    user: APP_USER,
    password,
    database: DATABASE,
    version: String(row?.['server_version']),
    async reset() {
      await using second = await openAdmin(folder, options.port);
      await second.query(`DROP DATABASE ${DATABASE} WITH (FORCE)`);
      await second.query(CREATE_DATABASE);
    },
    suspend: (wakeMs) => suspend(folder, options.port, wakeMs),
  };
}

/** Gives a server its data, where it has none yet: some 50 ms, many more once a dozen programs start. @returns its folder */
export async function layData(run: RunDirectory, template: PostgresTemplate, name: string): Promise<string> {
  const folder = partFolder(run, name, template.binaries);
  if (!existsSync(join(folder, 'data'))) await copyFolder(template.folder, join(folder, 'data'));
  return folder;
}

/** Postgres wants its key readable by itself alone. */
function writeCertificate(folder: string, options: PostgresOptions): { readonly cert: string; readonly key: string } {
  const files = { cert: join(folder, 'server.crt'), key: join(folder, 'server.key') };
  writeFileSync(files.cert, options.certificate.cert);
  writeFileSync(files.key, options.certificate.key, { mode: 0o600 });
  const { user } = postgresUser(options.template.binaries);
  if (user !== undefined) for (const file of Object.values(files)) chownSync(file, user.uid, user.gid);
  return files;
}
