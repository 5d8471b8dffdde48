/** Writes that lie in the live runtimes' Postgres when the traffic has ended. */
import type { Client } from 'pg';

const QUERY =
  'SELECT request_id, count(*)::int AS times FROM task_task WHERE request_id IS NOT NULL GROUP BY request_id';

/** How many rows each request left. Connects, asks and ends. */
export async function writtenRows(client: Client): Promise<ReadonlyMap<string, number>> {
  await client.connect();
  try {
    const { rows } = await client.query<{ request_id: string; times: number }>(QUERY);
    return new Map(rows.map((row) => [row.request_id, row.times]));
  } finally {
    await client.end();
  }
}
