/** Our stand-in before a real Postgres; the real PgBouncer runs the same cases in test/docker/pooler.docker.test.ts. */
import { makeAuthority } from '../../sim/runtimes/certificates.ts';
import { describe } from 'vitest';
import { noPostgres, testDatabase } from '../parts/database.ts';
import { addresses, startProgram } from '../parts/program.ts';
import { skipped } from '../skipped.ts';
import { QUERY_WAIT_MS, runPoolerCases, SERVERS, type PoolerWorld } from './pooler-cases.ts';

const address = addresses();

async function standIn(): Promise<PoolerWorld> {
  const database = await testDatabase(address(), { behindPooler: true });
  const listen = address();
  const pooler = await startProgram('pooler', {
    listen,
    tls: makeAuthority().issue(['neon']),
    servers: SERVERS,
    queryWaitMs: QUERY_WAIT_MS,
    database: database.socket,
  });
  const { user, password, name } = database.config;
  return {
    login: { ...listen, user, password, database: name },
    async [Symbol.asyncDispose]() {
      await pooler[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

const reason = noPostgres();
describe.skipIf(reason !== undefined)(`pooler: our stand-in${skipped(reason)}`, () => runPoolerCases(standIn));
