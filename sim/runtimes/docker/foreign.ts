/** The real programs, through testcontainers: each joins a sandbox's namespace, so none publishes a port or has an address. */
import { PostgreSqlContainer } from '@testcontainers/postgresql';
import { RedisContainer } from '@testcontainers/redis';
import {
  GenericContainer,
  StartupCheckStrategy,
  Wait,
  type StartedTestContainer,
  type StartupStatus,
} from 'testcontainers';
import type { IssuedCertificate } from '../certificates.ts';
import type { Engine } from './engine.ts';

export interface ForeignOptions {
  readonly image: string;
  readonly name: string;
  /** Id of the container whose namespace it joins. */
  readonly sandbox: string;
  readonly memoryLimitBytes?: number | undefined;
}

/** Probes say when a program answers; whoever starts it does not wait for that. */
class Started extends StartupCheckStrategy {
  override checkStartupState(): Promise<StartupStatus> {
    return Promise.resolve('SUCCESS');
  }
}
// Both classes publish their port as they are made, which the engine refuses in another container's namespace.
class JoinedRedis extends RedisContainer {
  override withExposedPorts(): this {
    return this;
  }
}
class JoinedPostgres extends PostgreSqlContainer {
  /**
   * Said to be there, and never given to the engine: its class asks `pg_isready` four times a second for ever. One that is
   * late on a busy machine is orphaned, ends with 2 as a child of process 1, and Postgres takes that for a crash of its own.
   */
  protected override healthCheck: NonNullable<PostgreSqlContainer['healthCheck']> = { test: ['CMD', 'true'] };
  override withExposedPorts(): this {
    return this;
  }
}

function joined<C extends GenericContainer>(engine: Engine, container: C, options: ForeignOptions): C {
  const { memoryLimitBytes: limit } = options;
  container
    .withName(engine.nameOf(options.name))
    .withLabels({ ...engine.run.labels })
    .withNetworkMode(`container:${options.sandbox}`)
    .withDroppedCapabilities('ALL')
    .withSecurityOpt('no-new-privileges')
    // Our own label and reaper do it.
    .withAutoCleanup(false);
  if (limit !== undefined) container.withResourcesQuota({ memory: limit / 1024 ** 3 });
  return container;
}

export async function startRedis(engine: Engine, options: ForeignOptions): Promise<string> {
  const redis = joined(engine, new JoinedRedis(options.image), options)
    .withUser('redis')
    .withCommand(['redis-server', '--save', '', '--appendonly', 'no'])
    .withWaitStrategy(new Started());
  return (await redis.start()).getId();
}

export interface PostgresOptions extends ForeignOptions {
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly schemaSql: string;
  readonly certificate: IssuedCertificate;
}

const TLS_FOLDER = '/etc/twin-tls';
/** Postgres wants its key readable by itself alone, and files are copied as root's. */
const POSTGRES_ENTRYPOINT = `chown -R postgres ${TLS_FOLDER} && chmod 600 ${TLS_FOLDER}/server.key && exec docker-entrypoint.sh "$@"`;

/** Settles when clients may log in, which on a first start is after the schema was loaded. */
export async function startPostgres(engine: Engine, options: PostgresOptions): Promise<string> {
  const postgres = joined(engine, new JoinedPostgres(options.image), options)
    .withDatabase(options.database)
    .withUsername(options.user)
    .withPassword(options.password)
    // The entrypoint begins as root, prepares its folders and changes to `postgres`.
    .withAddedCapabilities('CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID')
    .withCopyContentToContainer([
      { content: options.schemaSql, target: '/docker-entrypoint-initdb.d/schema.sql', mode: 0o644 },
      { content: options.certificate.cert, target: `${TLS_FOLDER}/server.crt` },
      { content: options.certificate.key, target: `${TLS_FOLDER}/server.key`, mode: 0o600 },
    ])
    // First the server that loads the schema, by its socket only; then the one that stays.
    .withWaitStrategy(Wait.forLogMessage('database system is ready to accept connections', 2))
    .withEntrypoint(['sh', '-c', POSTGRES_ENTRYPOINT, 'sh'])
    .withCommand([
      'postgres',
      ...['ssl=on', `ssl_cert_file=${TLS_FOLDER}/server.crt`, `ssl_key_file=${TLS_FOLDER}/server.key`].flatMap(
        (one) => ['-c', one],
      ),
    ]);
  return (await postgres.start()).getId();
}

const ROUTES_FOLDER = '/etc/traefik/dynamic';
const STAGING = '/etc/traefik/routes.next';

export interface StartedTraefik {
  readonly id: string;
  /** Replaces the file that it watches. */
  readonly write: (file: string) => Promise<void>;
}

/** @param file its dynamic configuration at the start */
export async function startTraefik(
  engine: Engine,
  options: ForeignOptions & { readonly port: number; readonly file: string },
): Promise<StartedTraefik> {
  const target = `${ROUTES_FOLDER}/routes.yml`;
  const traefik = joined(engine, new GenericContainer(options.image), options)
    .withCommand([
      `--entryPoints.web.address=:${options.port}`,
      '--ping=true',
      '--ping.entryPoint=web',
      `--providers.file.directory=${ROUTES_FOLDER}`,
      '--global.checkNewVersion=false',
      '--global.sendAnonymousUsage=false',
    ])
    .withCopyContentToContainer([{ content: options.file, target }])
    .withWaitStrategy(new Started());
  const started: StartedTestContainer = await traefik.start();
  let current = options.file;
  return {
    id: started.getId(),
    async write(content) {
      if (content === current) return;
      current = content;
      // Copied beside and moved: a file that is half written would cost all routes for a moment.
      await started.copyContentToContainer([{ content, target: STAGING }]);
      await started.exec(['mv', STAGING, target]);
    },
  };
}

export async function startToxiproxy(engine: Engine, options: ForeignOptions): Promise<string> {
  const toxiproxy = joined(engine, new GenericContainer(options.image), options)
    .withCommand(['-host=0.0.0.0'])
    .withWaitStrategy(new Started());
  return (await toxiproxy.start()).getId();
}
