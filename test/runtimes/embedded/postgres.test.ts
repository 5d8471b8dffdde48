import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  mkdtempSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { claimLoopback, freePort, type LoopbackClaim } from '../../../sim/runtimes/embedded/addresses.ts';
import { makeAuthority } from '../../../sim/runtimes/certificates.ts';
import { segmentsOf } from '../../../sim/runtimes/embedded/kernel-tables.ts';
import {
  preparePostgres,
  startPostgres,
  type PostgresTemplate,
  type RunningPostgres,
} from '../../../sim/runtimes/embedded/postgres.ts';
import { processRecord } from '../../../sim/runtimes/embedded/process-table.ts';
import type { Part } from '../../../sim/runtimes/embedded/processes.ts';
import { journaledProcesses } from '../../../sim/runtimes/embedded/run-directory.ts';
import { openRun, type Run } from '../../../sim/runtimes/embedded/warden.ts';
import { skipped } from '../../skipped.ts';
import { isGone, segmentExists, survivors, until } from './traces.ts';

const SCHEMA = "CREATE TABLE task (id serial PRIMARY KEY, title text); INSERT INTO task (title) VALUES ('first');";
const NAME = 'ep-test.us-east-1.aws.neon.tech';
const authority = makeAuthority();

let cache: string;
let claim: LoopbackClaim;
let run: Run;
let template: PostgresTemplate;
beforeAll(async () => {
  cache = mkdtempSync(join(tmpdir(), 'twin-test-cache-'));
  claim = await claimLoopback();
  run = openRun();
  template = await preparePostgres(run, cache, SCHEMA);
}, 60_000);
afterAll(async () => {
  await run.close();
  await claim[Symbol.asyncDispose]();
  rmSync(cache, { recursive: true, force: true });
});

/** Each test's servers live on an address of their own. */
let hosts = 0;
async function start(name: string, owner: Run = run): Promise<RunningPostgres> {
  const host = `${claim.prefix}.9.${++hosts}`;
  return startPostgres(owner, {
    template,
    name,
    host,
    port: await freePort(host, 5432),
    certificate: authority.issue([NAME]),
  });
}

interface Login {
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
  readonly plain?: boolean;
}
async function ask(
  server: RunningPostgres,
  sql: string,
  login: Login = {},
): Promise<readonly Record<string, unknown>[]> {
  const { host, port, user, password, database } = { ...server, ...login };
  const client = new Client({
    host,
    port,
    user,
    password,
    database,
    ssl: login.plain === true ? false : { ca: authority.caPem, servername: NAME },
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('postgres: as Neon is reached', () => {
  let server: RunningPostgres;
  beforeAll(async () => {
    server = await start('login');
  }, 60_000);

  test('speaks TLS with a certificate of the run and asks for a password by SCRAM', async () => {
    const rows = await ask(server, 'SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
    expect(rows).toEqual([{ version: 'TLSv1.3' }]);
    expect(await ask(server, 'SHOW password_encryption')).toEqual([{ password_encryption: 'scram-sha-256' }]);
    expect(server.version).toBe('18.4');
  });

  test.each<[string, Login, string]>([
    ['a wrong password', { password: 'wrong' }, '28P01'],
    ['no TLS', { plain: true }, '28000'],
    ['the superuser over TCP', { user: 'postgres', password: '' }, '28000'],
    ['another database', { database: 'template1' }, '28000'],
  ])('refuses %s', async (_, login, code) => {
    await expect(ask(server, 'SELECT 1', login)).rejects.toMatchObject({ code });
  });

  test("the programs' role owns the tables and is no superuser", async () => {
    expect(await ask(server, "INSERT INTO task (title) VALUES ('second') RETURNING id")).toEqual([{ id: 2 }]);
    expect(
      await ask(server, 'SELECT pg_get_userbyid(datdba) AS owner FROM pg_database WHERE datname = current_database()'),
    ).toEqual([{ owner: 'twin' }]);
    expect(await ask(server, 'SELECT rolsuper FROM pg_roles WHERE rolname = current_user')).toEqual([
      { rolsuper: false },
    ]);
  });

  test('runs as nobody under root and as ourselves under any other user, and its socket is closed to others', () => {
    const uid = Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${server.part.pid}/status`, 'utf8'))?.[1]);
    expect(uid).toBe(process.getuid?.() === 0 ? 65_534 : process.getuid?.());
    expect(statSync(join(run.path, 'login')).mode & 0o077).toBe(0);
    expect(existsSync(`/tmp/.s.PGSQL.${server.port}`)).toBe(false);
  });

  test('reset gives the database back as the template has it, under open connections', async () => {
    const open = new Client({
      host: server.host,
      port: server.port,
      user: server.user,
      password: server.password,
      database: server.database,
      ssl: { ca: authority.caPem, servername: NAME },
    });
    const ended = new Promise((settle) => open.on('error', settle));
    await open.connect();
    await open.query('DELETE FROM task');
    await server.reset();
    await ended;
    expect(await ask(server, 'SELECT title FROM task')).toEqual([{ title: 'first' }]);
  });
});

test.each([
  ['that runs', (): void => undefined],
  // Its children stand still too: nothing but another's SIGKILL ends them.
  ['that stands still', (part: Part): void => part.pause()],
])('one %s, started again after SIGKILL, has what was committed, under the same password', async (how, before) => {
  const name = `restarted-${how.replaceAll(' ', '-')}`;
  const server = await start(name);
  await ask(server, "INSERT INTO task (title) VALUES ('kept')");
  before(server.part);
  server.part.kill('SIGKILL');
  expect(await server.part.exited).toEqual({ code: 137, signal: 'SIGKILL' });
  const { host, port, password } = server;
  const certificate = authority.issue([NAME]);
  const again = await startPostgres(run, { template, name, host, port, password, certificate });
  expect(await ask(again, 'SELECT title FROM task ORDER BY id')).toEqual([{ title: 'first' }, { title: 'kept' }]);
});

test("a shell that somebody opened in a server's data folder outlives the server", async () => {
  const server = await start('visited');
  const other = spawn('sleep', ['1000'], { stdio: 'ignore', cwd: join(run.path, 'visited', 'data') });
  server.part.kill('SIGKILL');
  await server.part.exited;
  expect(processRecord(other.pid ?? 0)).toBeDefined();
  other.kill('SIGKILL');
  await once(other, 'exit');
});

test('the end of a run frees the shared memory of a server that runs, one that is stopped and one that was killed', async () => {
  const own = openRun();
  const [running, stopped, killed] = await Promise.all([
    start('running', own),
    start('stopped', own),
    start('killed', own),
  ]);
  const segments = segmentsOf(own.path);
  expect(segments.length).toBe(3);
  stopped?.part.pause();
  killed?.part.kill('SIGKILL');
  await killed?.part.exited;
  const journal = journaledProcesses(own.path);
  await own.close();
  expect(segments.filter(segmentExists)).toEqual([]);
  expect(survivors(journal)).toEqual([]);
  expect(isGone(own)).toBe(true);
  expect(running?.part.pid).toBeGreaterThan(0);
});

test("a port that is taken is told with the server's own words", async () => {
  const server = await start('first-on-port');
  const second = startPostgres(run, {
    template,
    name: 'second-on-port',
    host: server.host,
    port: server.port,
    certificate: authority.issue([NAME]),
  });
  await expect(second).rejects.toMatchObject({
    code: 'SIM_START_TIMEOUT',
    message: expect.stringContaining('Address already in use'),
  });
});

test('the template is made once for a schema, and again for another', async () => {
  const same = await preparePostgres(run, cache, SCHEMA);
  expect([template.made, same.made, same.folder]).toEqual([true, false, template.folder]);
  const other = await preparePostgres(run, cache, `${SCHEMA} CREATE TABLE other (id int);`);
  expect(other.made).toBe(true);
  expect(other.folder).not.toBe(template.folder);
});

test('two first runs at once both get a template, and one is kept', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'twin-test-cache-'));
  const both = await Promise.all([preparePostgres(run, empty, SCHEMA), preparePostgres(run, empty, SCHEMA)]);
  expect(both.map(({ folder }) => existsSync(join(folder, 'PG_VERSION')))).toEqual([true, true]);
  expect(readdirSync(empty)).toHaveLength(1);
  rmSync(empty, { recursive: true });
});

const noRoot = process.getuid?.() === 0 ? undefined : 'only root gives files away';
test.skipIf(noRoot !== undefined)(
  `one that belongs to somebody else is made anew, and kept in its place${skipped(noRoot)}`,
  async () => {
    const folder = join(cache, 'copied');
    const first = await preparePostgres(run, folder, SCHEMA);
    chownSync(first.folder, 0, 0);
    const again = await preparePostgres(run, folder, SCHEMA);
    expect([again.made, again.folder, (await preparePostgres(run, folder, SCHEMA)).made]).toEqual([
      true,
      first.folder,
      false,
    ]);
  },
);

test("a schema that does not load is told with Postgres' words, and nothing is cached", async () => {
  const empty = mkdtempSync(join(tmpdir(), 'twin-test-cache-'));
  await expect(preparePostgres(run, empty, 'CREATE TABEL task ()')).rejects.toMatchObject({
    code: 'SIM_RUNTIME_UNAVAILABLE',
    message: expect.stringContaining('syntax error at or near "TABEL"'),
  });
  expect(readdirSync(empty)).toEqual([]);
  rmSync(empty, { recursive: true });
});

test('a cache that cannot be written is no error: the template lives as long as the run', async () => {
  writeFileSync(join(cache, 'a-file'), '');
  const made = await preparePostgres(run, join(cache, 'a-file', 'below'), SCHEMA);
  expect(made.folder.startsWith(run.path)).toBe(true);
  await until('its files are there', () => existsSync(join(made.folder, 'PG_VERSION')));
});

describe('postgres: scaled to zero (facts 4.1)', () => {
  let server: RunningPostgres;
  beforeAll(async () => {
    server = await start('asleep');
  }, 60_000);
  /** When the server heard one that comes now, and when it let it in. */
  const comes = async (): Promise<{ heard: Date; in: Date }> => {
    const sql = 'SELECT backend_start AS heard, now() AS in FROM pg_stat_activity WHERE pid = pg_backend_pid()';
    return (await ask(server, sql))[0] as { heard: Date; in: Date };
  };

  test('ends open sessions with 57P01, "terminating connection due to administrator command"', async () => {
    const { host, port, user, password, database } = server;
    const client = new Client({ host, port, user, password, database, ssl: { ca: authority.caPem, servername: NAME } });
    const ended = Promise.withResolvers<unknown>();
    client.on('error', (error) => ended.resolve(error));
    await client.connect();
    await server.suspend(1);
    expect(await ended.promise).toMatchObject({
      code: '57P01',
      severity: 'FATAL',
      message: 'terminating connection due to administrator command',
    });
  });
  test('lets nobody in until it is awake, then all who wait', async () => {
    await server.suspend(600);
    const came = await Promise.all([comes(), comes(), comes()]);
    const awakeMs = Math.min(...came.map(({ heard }) => heard.getTime())) + 600;
    expect(came.filter((one) => one.in.getTime() < awakeMs)).toEqual([]);
  });
  test('that is woken by its host lets everybody in; an hour is not waited for', async () => {
    await server.suspend(3_600_000);
    await server.suspend(undefined);
    expect(await ask(server, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});
