/** A real Postgres with the api's schema for one test file. */
import { mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ApiConfig, HostPort } from '../../sim/parts/config.ts';
import { makeAuthority } from '../../sim/runtimes/certificates.ts';
import { findPostgres, postgresBlocker } from '../../sim/runtimes/embedded/postgres-binaries.ts';
import { preparePostgres, startPostgres, type PostgresOptions } from '../../sim/runtimes/embedded/postgres.ts';
import { openRun } from '../../sim/runtimes/embedded/warden.ts';

const SCHEMA = fileURLToPath(new URL('../../sim/parts/api/schema.sql', import.meta.url));
const CACHE = fileURLToPath(new URL('../../.cache', import.meta.url));

/** Why tests that need Postgres are skipped, or undefined. */
export function noPostgres(): string | undefined {
  const binaries = findPostgres();
  return binaries === undefined ? `no Postgres for ${process.platform}-${process.arch}` : postgresBlocker(binaries);
}

export interface TestDatabase extends AsyncDisposable {
  readonly config: ApiConfig['database'];
  readonly socket: string;
  kill(signal: 'SIGQUIT' | 'SIGSTOP' | 'SIGCONT'): void;
}
export async function testDatabase(
  at: HostPort,
  options: Pick<PostgresOptions, 'behindPooler'> = {},
): Promise<TestDatabase> {
  const run = openRun();
  mkdirSync(CACHE, { recursive: true });
  const template = await preparePostgres(run, CACHE, readFileSync(SCHEMA, 'utf8'));
  const { part, host, port, user, password, database, socket } = await startPostgres(run, {
    template,
    name: 'postgres',
    ...at,
    ...options,
    certificate: makeAuthority().issue(['neon']),
  });
  return {
    config: { host, port, user, password, name: database },
    socket,
    kill: (signal) => void part.kill(signal),
    [Symbol.asyncDispose]: () => run[Symbol.asyncDispose](),
  };
}
