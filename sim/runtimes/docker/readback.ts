/** What is left when the traffic has ended: rows of Postgres by its published port, lines of the worker's record. */
import { Client } from 'pg';
import type { Readback } from '../contract.ts';
import { writtenRows } from '../written-rows.ts';
import { APP_USER, DATABASE } from './programs.ts';

/** @param postgresPort on 127.0.0.1; undefined where no Postgres stands outside of the cluster */
export function readbackOf(
  postgresPort: () => Promise<number | undefined>,
  password: string,
  jobs: ReadonlyMap<string, number>,
): Readback {
  return {
    async writes() {
      const port = await postgresPort();
      // Of one within the cluster nothing is read, and so no write is called lost.
      if (port === undefined) return new Map();
      const client = new Client({
        host: '127.0.0.1',
        port,
        user: APP_USER,
        password,
        database: DATABASE,
        ssl: { rejectUnauthorized: false },
      });
      return writtenRows(client);
    },
    jobs: () => Promise.resolve(new Map(jobs)),
  };
}
