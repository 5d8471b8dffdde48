import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PostgreSqlContainer } from '@testcontainers/postgresql';
import { RedisContainer, type StartedRedisContainer } from '@testcontainers/redis';
import { Client } from 'pg';
import { GenericContainer, Wait } from 'testcontainers';
import { Toxiproxy } from 'toxiproxy-node-client';
import { expect, test } from 'vitest';
import { imageOf } from './containers.ts';
import { VERSIONS } from './versions.ts';

const run = promisify(execFile);

test('postgres: makes the user and the database that PostgreSqlContainer asks for', async () => {
  const container = new PostgreSqlContainer(imageOf('TWIN_IMAGE_POSTGRES'))
    .withDatabase('honeydue')
    .withUsername('bee');
  await using postgres = await container.withPassword('s3cret').start();
  const client = new Client({ connectionString: postgres.getConnectionUri() });
  await client.connect();
  const { rows } = await client.query('select current_user as "user", current_database() as database');
  await client.end();
  expect(rows).toEqual([{ user: 'bee', database: 'honeydue' }]);
});

test('postgres: refuses a wrong password on the network, so SCRAM is in force', async () => {
  await using postgres = await new PostgreSqlContainer(imageOf('TWIN_IMAGE_POSTGRES')).start();
  const client = new Client({ host: postgres.getHost(), port: postgres.getPort(), user: 'test', password: 'wrong' });
  client.on('error', () => undefined);
  await expect(client.connect()).rejects.toMatchObject({ code: '28P01' });
});

test('postgres: speaks TLS and SCRAM when withSSL brings a certificate', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cluster-twin-test-'));
  try {
    const [key, cert] = [join(folder, 'server.key'), join(folder, 'server.crt')];
    await run('openssl', [
      'req',
      '-x509',
      '-newkey',
      'ed25519',
      '-nodes',
      '-subj',
      '/CN=neon',
      '-keyout',
      key,
      '-out',
      cert,
    ]);
    await using postgres = await new PostgreSqlContainer(imageOf('TWIN_IMAGE_POSTGRES')).withSSL(cert, key).start();
    const client = new Client({ connectionString: postgres.getConnectionUri(), ssl: { rejectUnauthorized: false } });
    await client.connect();
    const { rows } = await client.query(
      'select ssl, (select rolpassword from pg_authid where rolname = current_user) as password from pg_stat_ssl where pid = pg_backend_pid()',
    );
    await client.end();
    expect(rows).toEqual([{ ssl: true, password: expect.stringMatching(/^SCRAM-SHA-256\$/) }]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** What Redis answers to inline commands sent over its published port. */
async function askRedis(redis: StartedRedisContainer, commands: string): Promise<string> {
  const socket = connect(redis.getPort(), redis.getHost()).end(commands);
  return (await socket.toArray()).join('');
}

test('redis: answers on the published port of a RedisContainer without a password, protected mode being off', async () => {
  await using redis = await new RedisContainer(imageOf('TWIN_IMAGE_REDIS')).start();
  expect(await askRedis(redis, 'SET key value\r\nGET key\r\n')).toBe('+OK\r\n$5\r\nvalue\r\n');
});

test('redis: asks for the password that RedisContainer sets', async () => {
  await using redis = await new RedisContainer(imageOf('TWIN_IMAGE_REDIS')).withPassword('s3cret').start();
  expect(await askRedis(redis, 'PING\r\nAUTH s3cret\r\nPING\r\n')).toMatch(/^-NOAUTH [^\r]*\r\n\+OK\r\n\+PONG\r\n$/);
});

test('toxiproxy: tells its version as the released server does', async () => {
  const container = new GenericContainer(imageOf('TWIN_IMAGE_TOXIPROXY')).withExposedPorts(8474);
  await using started = await container.withWaitStrategy(Wait.forHttp('/version', 8474)).start();
  const url = `http://${started.getHost()}:${started.getMappedPort(8474)}`;
  expect(await new Toxiproxy(url).getVersion()).toBe(`{"version": "${VERSIONS.toxiproxy}"}\n`);
});

test.for(['TWIN_IMAGE_PARTS', 'TWIN_IMAGE_EMBEDDED'])(
  '%s: runs the pinned Node as an ordinary user',
  async (variable) => {
    const container = new GenericContainer(imageOf(variable)).withEntrypoint(['/twin/node_modules/.bin/node']);
    const script =
      'console.log(process.version, process.getuid() > 0); process.on("SIGTERM", process.exit); setInterval(() => {}, 1e9)';
    const ready = Wait.forLogMessage(`${process.version} true`).withStartupTimeout(30_000);
    await using started = await container.withCommand(['-e', script]).withWaitStrategy(ready).start();
    expect((await started.exec(['id', '-u'])).stdout.trim()).not.toBe('0');
  },
);
