/**
 * database/sql over pgx 5.9 as a client of Postgres: pool, ping after idleness, prepared statements, bad connections.
 * Sources: golang/go src/database/sql/sql.go; jackc/pgx stdlib/sql.go (ResetSession), conn.go.
 */
import {
  close,
  dial,
  enter,
  exchange,
  leave,
  now,
  type Connection,
  type Failure,
  type Gate,
  type Program,
  type Reply,
} from './effects.ts';
import { lookUp, POD_RESOLV_CONF, type StubSettings } from './resolver.ts';

export interface SqlSettings {
  readonly host: string;
  readonly port: number;
  readonly maxOpen: number;
  readonly maxIdle: number;
  /**
   * pgx has none of its own: Infinity leaves it to the kernel. It is set anew for each address, so the look-up before is
   * not in it. @see jackc/pgx pgconn/pgconn.go, buildConnectOneConfigs and connectPreferred
   */
  readonly connectTimeoutMs: number;
  readonly pingAfterIdleMs: number;
  readonly resolver: StubSettings;
}
export const PGX_DEFAULTS = {
  maxOpen: 25,
  maxIdle: 25,
  connectTimeoutMs: Infinity,
  pingAfterIdleMs: 1_000,
  resolver: POD_RESOLV_CONF,
} as const;
/** database/sql `maxBadConnRetries`: twice from the pool, then once on a new connection. */
export const MAX_BAD_CONNECTIONS = 2;

export type SqlMessage =
  | { readonly sql: 'simple'; readonly text: string }
  | { readonly sql: 'prepare'; readonly name: string }
  | { readonly sql: 'execute'; readonly name: string; readonly values: readonly (string | number)[] };
export type SqlRows = readonly Readonly<Record<string, string | number | boolean>>[];
export type SqlResult = Reply<SqlRows> | { readonly ok: false; readonly saw: 'sql-error'; readonly detail: string };

interface Pooled {
  readonly connection: Connection;
  readonly prepared: Set<string>;
  usedMs: number;
}
export interface SqlPool {
  readonly settings: SqlSettings;
  readonly idle: Pooled[];
  readonly gate: Gate;
}
export const sqlPool = (settings: SqlSettings): SqlPool => ({
  settings,
  idle: [],
  gate: { capacity: settings.maxOpen },
});

/** A connection borrowed for one request. */
export interface Session {
  readonly pooled: Pooled;
  broken: boolean;
}

function* connect(pool: SqlPool): Program<{ ok: true; pooled: Pooled } | Failure> {
  const s = pool.settings;
  const resolved = yield* lookUp(s.host, s.resolver, Infinity);
  if (!resolved.ok) return { ok: false, saw: resolved.saw };
  const dialled = yield* dial('postgres', resolved.addresses[0] ?? '', s.port, s.connectTimeoutMs);
  if (!dialled.ok) return dialled;
  return { ok: true, pooled: { connection: dialled.connection, prepared: new Set(), usedMs: yield* now() } };
}

/** Takes a connection: the last used idle one (pinged when idle for more than a second), else a new one. Waits without limit for a place. */
export function* borrow(pool: SqlPool): Program<{ ok: true; session: Session } | Failure> {
  yield* enter(pool.gate, Infinity);
  for (let bad = 0; bad < MAX_BAD_CONNECTIONS;) {
    const pooled = pool.idle.pop();
    if (pooled === undefined) break;
    if (pooled.connection.alive) {
      const idleMs = (yield* now()) - pooled.usedMs;
      if (idleMs <= pool.settings.pingAfterIdleMs) return { ok: true, session: { pooled, broken: false } };
      const ping = yield* exchange<SqlRows>(
        pooled.connection,
        { sql: 'simple', text: '-- ping' } satisfies SqlMessage,
        Infinity,
      );
      if (ping.ok) return { ok: true, session: { pooled, broken: false } };
    }
    bad++;
    yield* close(pooled.connection);
  }
  const opened = yield* connect(pool);
  if (opened.ok) return { ok: true, session: { pooled: opened.pooled, broken: false } };
  yield* leave(pool.gate);
  return opened;
}

/** Gives the connection back; a broken one, or one too many, is closed. */
export function* giveBack(pool: SqlPool, session: Session): Program<void> {
  const { pooled } = session;
  if (session.broken || !pooled.connection.alive || pool.idle.length >= pool.settings.maxIdle)
    yield* close(pooled.connection);
  else {
    pooled.usedMs = yield* now();
    pool.idle.push(pooled);
  }
  yield* leave(pool.gate);
}

/** One round trip; none on a session whose connection has failed before. */
function* trip(session: Session, message: SqlMessage): Program<SqlResult> {
  if (session.broken) return { ok: false, saw: 'end-of-file' };
  const reply = (yield* exchange<SqlRows>(session.pooled.connection, message, Infinity)) as SqlResult;
  if (!reply.ok && reply.saw !== 'sql-error') session.broken = true;
  return reply;
}

/** A statement without arguments: simple protocol, one round trip. */
export const simple = (session: Session, text: string): Program<SqlResult> => trip(session, { sql: 'simple', text });

/** A statement with arguments: two round trips the first time on a connection (Parse and Describe, then Bind and Execute), one after. */
export function* execute(session: Session, name: string, values: readonly (string | number)[]): Program<SqlResult> {
  if (!session.pooled.prepared.has(name)) {
    const prepared = yield* trip(session, { sql: 'prepare', name });
    if (!prepared.ok) return prepared;
    session.pooled.prepared.add(name);
  }
  return yield* trip(session, { sql: 'execute', name, values });
}
