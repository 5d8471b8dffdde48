/** The conformance suite of the pooler stand-in, run against the real PgBouncer before a real Postgres. */
import { PostgreSqlContainer } from '@testcontainers/postgresql';
import { GenericContainer, Network, Wait } from 'testcontainers';
import { describe } from 'vitest';
import { makeAuthority } from '../../sim/runtimes/certificates.ts';
import { QUERY_WAIT_MS, runPoolerCases, SERVERS, type PoolerWorld } from '../conformance/pooler-cases.ts';
import { imageOf } from './containers.ts';

const PORT = 6432;
const FOLDER = '/etc/pgbouncer';
const [user, password, database] = ['twin', 'plain', 'honeydue'];

const CONFIGURATION = `
[databases]
${database} = host=postgres port=5432 dbname=${database}
[pgbouncer]
listen_addr = *
listen_port = ${PORT}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${FOLDER}/users.txt
pool_mode = transaction
default_pool_size = ${SERVERS}
query_wait_timeout = ${QUERY_WAIT_MS / 1_000}
client_tls_sslmode = require
client_tls_key_file = ${FOLDER}/server.key
client_tls_cert_file = ${FOLDER}/server.crt
`;

async function real(): Promise<PoolerWorld> {
  const network = await new Network().start();
  const postgres = await new PostgreSqlContainer(imageOf('TWIN_IMAGE_POSTGRES'))
    .withNetwork(network)
    .withNetworkAliases('postgres')
    .withDatabase(database)
    .withUsername(user)
    .withPassword(password)
    .start();
  const { key, cert } = makeAuthority().issue(['pooler']);
  const files = {
    'pgbouncer.ini': CONFIGURATION,
    'users.txt': `"${user}" "${password}"\n`,
    'server.key': key,
    'server.crt': cert,
  };
  const pooler = await new GenericContainer(imageOf('TWIN_IMAGE_PGBOUNCER'))
    .withNetwork(network)
    .withCopyContentToContainer(
      Object.entries(files).map(([name, content]) => ({ content, target: `${FOLDER}/${name}`, mode: 0o644 })),
    )
    .withExposedPorts(PORT)
    .withWaitStrategy(Wait.forListeningPorts())
    .start();
  return {
    login: { host: pooler.getHost(), port: pooler.getMappedPort(PORT), user, password, database },
    async [Symbol.asyncDispose]() {
      for (const one of [pooler, postgres, network]) await one.stop();
    },
  };
}

describe('pooler: the real PgBouncer', () => runPoolerCases(real));
