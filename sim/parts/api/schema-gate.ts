/** The api's condition for serving at all: its migrations have run (the book's RequireSchemaApplied). */
import { now, wait, type Program } from '../../behaviour/effects.ts';
import { borrow, giveBack, simple, type Session, type SqlPool } from '../../behaviour/sql-pool.ts';

/** Newest record of each version; the newest version whose record says applied is the schema's (goose migrate.go). */
const VERSIONS = 'SELECT version_id, is_applied FROM goose_db_version ORDER BY id DESC';

/** How long a starting api tries to reach its database before it gives up and exits, and how often. Assumed: the book is silent. */
const PATIENCE_MS = 5_000;
const PAUSE_MS = 20;

/** A session, tried again while nobody is reached: at a cold start all parts of a cluster come up at once. */
function* reach(pool: SqlPool): Program<Session> {
  const fromMs = yield* now();
  for (;;) {
    const borrowed = yield* borrow(pool);
    if (borrowed.ok) return borrowed.session;
    if ((yield* now()) - fromMs > PATIENCE_MS)
      throw new Error(`schema precondition: database not reached (${borrowed.saw})`);
    yield* wait(PAUSE_MS);
  }
}

/**
 * Reads the version of the schema without changing anything.
 * @throws Error saying why the api must not serve
 */
export function* requireSchema(pool: SqlPool, wanted: number): Program<void> {
  const session = yield* reach(pool);
  try {
    const rows = yield* simple(session, VERSIONS);
    if (!rows.ok) throw new Error(`schema precondition: ${rows.saw === 'sql-error' ? rows.detail : rows.saw}`);
    const found = appliedVersion(rows.value as unknown as readonly VersionRow[]);
    if (found < wanted) throw new Error(`schema precondition: version ${wanted} wanted, ${found} applied`);
  } finally {
    yield* giveBack(pool, session);
  }
}

interface VersionRow {
  /** A bigint: `pg` gives it as text. */
  readonly version_id: string | number;
  readonly is_applied: boolean;
}

/** @param rows  newest record first */
export function appliedVersion(rows: readonly VersionRow[]): number {
  const undone = new Set<number>();
  for (const row of rows) {
    const version = Number(row.version_id);
    if (undone.has(version)) continue;
    if (row.is_applied) return version;
    undone.add(version);
  }
  return 0;
}
