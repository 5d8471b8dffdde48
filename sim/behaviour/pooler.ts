/**
 * PgBouncer in transaction mode, as it stands before Neon's Postgres: a client has a server of the pool from the first
 * statement of a transaction to its end, and waits in line for one. Who waits for 120 s is told `query_wait_timeout`
 * (FATAL, 08P01) and cut off.
 *
 * Not modelled: servers that have to be connected first, limits by user, `reserve_pool`.
 * @see pgbouncer doc/config.md (pool_mode, query_wait_timeout), src/janitor.c; Neon docs, connection pooling
 */
import type { ContainerSettings } from '../../topology/schema.ts';
import { timer } from '../../topology/timers.ts';
import { enter, leave, type Gate, type Program } from './effects.ts';

/**
 * Servers that a client's user has in Neon's pool, where nobody says otherwise: 0.9 of max_connections, 104 at the smallest size.
 * @see Neon docs, connect/connection-pooling
 */
export const POOLER_SERVERS = 93;

export interface Pooler {
  /** Servers of the pool. */
  readonly gate: Gate;
  readonly queryWaitMs: number;
}
/** The pooler that a Postgres' settings put before it, with its host's numbers where they say no other; undefined: they put none. */
export function poolerOf({ poolerServers, poolerQueryWaitMs }: ContainerSettings): Pooler | undefined {
  if (poolerServers === undefined && poolerQueryWaitMs === undefined) return undefined;
  return {
    gate: { capacity: Number(poolerServers ?? POOLER_SERVERS) },
    queryWaitMs: Number(poolerQueryWaitMs ?? timer('pooler.query-wait').ms),
  };
}
/** Of a client's connection: whether a server is his now. */
export interface Pooled {
  hasServer: boolean;
}

/** Gives the client a server, if he has none. @returns false when none was free in time: he is cut off */
export function* admit({ gate, queryWaitMs }: Pooler, client: Pooled): Program<boolean> {
  if (client.hasServer) return true;
  client.hasServer = yield* enter(gate, queryWaitMs);
  return client.hasServer;
}
/** Takes the server back, at the end of a transaction or of the connection. */
export function* release({ gate }: Pooler, client: Pooled): Program<void> {
  if (!client.hasServer) return;
  client.hasServer = false;
  yield* leave(gate);
}
