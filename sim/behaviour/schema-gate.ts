/** The api's condition for serving at all: its migrations have run (the book's RequireSchemaApplied). */
import { now, wait, type Program } from './effects.ts';
import { borrow, giveBack, simple, type Session, type SqlPool, type SqlResult } from './sql-pool.ts';

/** Newest record of each version; the newest version whose record says applied is the schema's (goose migrate.go). */
export const VERSIONS = 'SELECT version_id, is_applied FROM goose_db_version ORDER BY id DESC';

/** How long a starting api tries to reach its database before it gives up and exits, and how often. Assumed: the book is silent. */
const PATIENCE_MS = 5_000;
const PAUSE_MS = 20;

/** A session, tried again while nobody is reached: at a cold start all parts of a cluster come up at once. */
function* reach(pool: SqlPool): Program<Session | { readonly saw: string }> {
  const fromMs = yield* now();
  for (;;) {
    const borrowed = yield* borrow(pool);
    if (borrowed.ok) return borrowed.session;
    if ((yield* now()) - fromMs > PATIENCE_MS) return borrowed;
    yield* wait(PAUSE_MS);
  }
}

function verdict(rows: SqlResult, wanted: number): string | undefined {
  if (!rows.ok) return rows.saw === 'sql-error' ? rows.detail : rows.saw;
  const found = appliedVersion(rows.value as unknown as readonly VersionRow[]);
  return found < wanted ? `version ${wanted} wanted, ${found} applied` : undefined;
}

/**
 * Reads the version of the schema without changing anything.
 * @returns why the api must not serve; undefined when it may
 */
export function* schemaRefusal(pool: SqlPool, wanted: number): Program<string | undefined> {
  const session = yield* reach(pool);
  if ('saw' in session) return `schema precondition: database not reached (${session.saw})`;
  const rows = yield* simple(session, VERSIONS);
  yield* giveBack(pool, session);
  const why = verdict(rows, wanted);
  return why === undefined ? undefined : `schema precondition: ${why}`;
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
