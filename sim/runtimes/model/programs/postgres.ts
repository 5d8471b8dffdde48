/** Postgres in the model: the rows the journeys touch, with transactions as far as these need them. */
import { VERSIONS } from '../../../behaviour/schema-gate.ts';
import type { SqlMessage, SqlResult, SqlRows } from '../../../behaviour/sql-pool.ts';
import { admit, poolerOf, release, type Pooled, type Pooler } from '../../../behaviour/pooler.ts';
import type { ModelConnection } from '../connection.ts';
import { run } from '../driver.ts';
import { Compute } from './compute.ts';
import { SERVICE_MS, type ModelProgram, type Records } from './program.ts';

/** SSLRequest 1, TLS 1.3 1, start-up with SCRAM 3 (facts: round trips to the first query). */
const HANDSHAKE_TRIPS = 5;

interface VersionRow {
  readonly version_id: number;
  readonly is_applied: boolean;
}
const noColumn = (name: string): SqlResult => ({
  ok: false,
  saw: 'sql-error',
  detail: `42703 column "${name}" does not exist`,
});

interface Row {
  readonly id: number;
  readonly user: number;
  readonly title: string;
  readonly requestId: string;
}
interface Session extends Pooled {
  uncommitted: Row[] | undefined;
}

class Database {
  private readonly rows = new Map<number, Row[]>();
  private nextId = 1;
  /** Of task_task, those that somebody may miss. */
  private readonly columns = new Set(['title']);
  /** goose's record as `parts/api/schema.sql` leaves it: migrations 0 and 1, the newest first. */
  private versions: readonly VersionRow[] = [1, 0].map((version) => ({ version_id: version, is_applied: true }));
  private readonly records: Records;
  constructor(records: Records) {
    this.records = records;
  }

  execute(session: Session, message: SqlMessage): SqlRows | SqlResult {
    if (message.sql !== 'simple' && !['residence', 'users'].includes(message.name) && !this.columns.has('title'))
      return noColumn('title');
    if (message.sql === 'prepare') return [];
    if (message.sql === 'execute') return this.statement(session, message.name, message.values);
    if (message.text === VERSIONS) return this.versions.map((row) => ({ ...row }));
    if (message.text === 'BEGIN') session.uncommitted = [];
    if (message.text === 'COMMIT') {
      for (const row of session.uncommitted ?? []) this.commit(row);
      session.uncommitted = undefined;
    }
    if (message.text === 'ROLLBACK') session.uncommitted = undefined;
    return this.migrate(message.text) ?? [];
  }
  /** The few statements by which a migration, or who undoes it, changes what others meet. */
  private migrate(text: string): SqlResult | undefined {
    const [, column = '', to = ''] = /^ALTER TABLE task_task RENAME COLUMN (\w+) TO (\w+)$/.exec(text) ?? [];
    if (column !== '') {
      if (!this.columns.delete(column)) return noColumn(column);
      this.columns.add(to);
    }
    const [, version, applied] = /^INSERT INTO goose_db_version .* VALUES \((\d+), (true|false)\)$/.exec(text) ?? [];
    if (version !== undefined)
      this.versions = [{ version_id: Number(version), is_applied: applied === 'true' }, ...this.versions];
    const [, undone] = /^DELETE FROM goose_db_version WHERE version_id = (\d+)$/.exec(text) ?? [];
    this.versions = this.versions.filter((row) => row.version_id !== Number(undone));
    const [, read] = /^SELECT (\w+) FROM task_task LIMIT 1$/.exec(text) ?? [];
    return read === undefined || this.columns.has(read) ? undefined : noColumn(read);
  }
  private statement(session: Session, name: string, values: readonly (string | number)[]): SqlRows {
    if (name === 'residence') return [{ id: Number(values[0]) }];
    if (name === 'users')
      return Array.from({ length: 50 }, (_, n) => ({ id: n + 1, email: `user${n + 1}@example.com` }));
    if (name === 'list')
      return (this.rows.get(Number(values[0])) ?? []).map((row) => ({
        id: row.id,
        title: row.title,
        request_id: row.requestId,
      }));
    const row: Row = {
      id: this.nextId++,
      user: Number(values[1]),
      title: String(values[2]),
      requestId: String(values[3]),
    };
    if (session.uncommitted === undefined) this.commit(row);
    else session.uncommitted.push(row);
    return [{ id: row.id }];
  }
  private commit(row: Row): void {
    const own = this.rows.get(row.user) ?? [];
    own.push(row);
    this.rows.set(row.user, own);
    this.records.writes.set(row.requestId, (this.records.writes.get(row.requestId) ?? 0) + 1);
  }
}

const sessionOf = (connection: ModelConnection): Session => {
  connection.session ??= { uncommitted: undefined, hasServer: false } satisfies Session;
  return connection.session as Session;
};

/** Whoever comes has a server at once. */
const NO_POOLER: Pooler = { gate: { capacity: Infinity }, queryWaitMs: Infinity };

export const postgres: ModelProgram = ({ world, record, settings }) => {
  const database = new Database(record);
  const pooler = poolerOf(settings) ?? NO_POOLER;
  const compute = new Compute(world.queue);
  const open = new Set<ModelConnection>();
  const serve = (session: Session, message: SqlMessage, reply: (value: unknown) => void): void => {
    world.queue.after(SERVICE_MS.sql, () => {
      if (!world.alive) return;
      reply(database.execute(session, message));
      if (session.uncommitted === undefined) run(world, release(pooler, session), () => undefined);
    });
  };
  return {
    handshakeTrips: HANDSHAKE_TRIPS,
    opened: (connection) => void open.add(connection),
    admit: (done) => compute.admit(done),
    suspend(wakeMs) {
      compute.sleep(wakeMs);
      if (wakeMs !== undefined) for (const connection of [...open]) world.network.end(connection);
    },
    closed(connection) {
      open.delete(connection);
      run(world, release(pooler, sessionOf(connection)), () => undefined);
    },
    handle(connection, message, reply) {
      const session = sessionOf(connection);
      run(world, admit(pooler, session), (admitted) => {
        if (!admitted) return world.network.end(connection);
        if (open.has(connection)) return serve(session, message as SqlMessage, reply);
        // Who went away while he stood in line needs no server.
        run(world, release(pooler, session), () => undefined);
      });
    },
  };
};
