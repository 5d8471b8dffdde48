/** What is left when the traffic has ended: rows of Postgres, lines of the worker's record. Asked once, compared elsewhere. */
import { readFileSync } from 'node:fs';
import { Client, DatabaseError } from 'pg';
import type { Readback } from '../contract.ts';
import { writtenRows } from '../written-rows.ts';
import type { EmbeddedNetwork } from './network.ts';
import { APP_USER, DATABASE } from './postgres.ts';
import type { Secrets } from './programs.ts';
import { storedPhotos, type StoredPhotos } from './stored-photos.ts';

/** undefined_table, undefined_column. */
const NO_SUCH = ['42P01', '42703'];

/** Straight to Postgres, past every wire. Has not connected yet. Undefined where none stands outside of the cluster. */
export function databaseClient(network: EmbeddedNetwork, secrets: Secrets): Client | undefined {
  const address = network.postgresAddress();
  const login = { user: APP_USER, password: secrets.databasePassword, database: DATABASE };
  return address && new Client({ ...address, ...login, ssl: { rejectUnauthorized: false } });
}
/** A foreign api may have put tables of its own in the place of ours: then nothing of it is found. */
function unlessForeign(error: unknown): ReadonlyMap<string, number> {
  if (error instanceof DatabaseError && NO_SUCH.includes(error.code ?? '')) return new Map();
  throw error;
}

/** @param photos  absent where the twin has no object store */
export function readbackOf(
  network: EmbeddedNetwork,
  secrets: Secrets,
  recordFile: string,
  photos: StoredPhotos | undefined,
): Readback {
  return {
    async writes() {
      const client = databaseClient(network, secrets);
      // Of one within the cluster nothing is read, and so no write is called lost: of photos alone it would look as if tasks were.
      if (client === undefined) return new Map();
      const rows = await writtenRows(client).catch(unlessForeign);
      const stored = photos === undefined ? [] : await storedPhotos(photos);
      return new Map([...rows, ...stored.map((id) => [id, 1] as const)]);
    },
    jobs() {
      const times = new Map<string, number>();
      for (const line of readFileSync(recordFile, 'utf8').split('\n')) {
        if (line === '') continue;
        const { requestId } = JSON.parse(line) as { requestId: string };
        times.set(requestId, (times.get(requestId) ?? 0) + 1);
      }
      return Promise.resolve(times);
    },
  };
}
