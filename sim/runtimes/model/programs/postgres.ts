/** Postgres in the model: the rows the journeys touch, with transactions as far as these need them. */
import { VERSIONS } from '../../../behaviour/schema-gate.ts';
import type { SqlMessage, SqlRows } from '../../../behaviour/sql-pool.ts';
import { admit, release, type Pooled, type Pooler } from '../../../behaviour/pooler.ts';
import type { ContainerSettings } from '../../../../topology/schema.ts';
import { timer } from '../../../../topology/timers.ts';
import type { ModelConnection } from '../connection.ts';
import { run } from '../driver.ts';
import { SERVICE_MS, type ModelProgram, type Records } from './program.ts';

/** SSLRequest 1, TLS 1.3 1, start-up with SCRAM 3 (facts: round trips to the first query). */
const HANDSHAKE_TRIPS = 5;

/** goose's record as `parts/api/schema.sql` leaves it: migrations 0 and 1. */
const APPLIED: SqlRows = [1, 0].map((version) => ({ version_id: version, is_applied: true }));

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
  private readonly records: Records;
  constructor(records: Records) {
    this.records = records;
  }

  execute(session: Session, message: SqlMessage): SqlRows {
    if (message.sql === 'prepare') return [];
    if (message.sql === 'execute') return this.statement(session, message.name, message.values);
    if (message.text === VERSIONS) return APPLIED;
    if (message.text === 'BEGIN') session.uncommitted = [];
    if (message.text === 'COMMIT') {
      for (const row of session.uncommitted ?? []) this.commit(row);
      session.uncommitted = undefined;
    }
    return [];
  }
  private statement(session: Session, name: string, values: readonly (string | number)[]): SqlRows {
    if (name === 'residence') return [{ id: Number(values[0]) }];
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

/** The pooler before it, where its size is told; without one nobody waits in line. */
function poolerOf(settings: ContainerSettings): Pooler | undefined {
  const { poolerServers: capacity } = settings;
  return typeof capacity === 'number' ? { gate: { capacity }, queryWaitMs: timer('pooler.query-wait').ms } : undefined;
}

export const postgres: ModelProgram = ({ world, record, settings }) => {
  const database = new Database(record);
  const pooler = poolerOf(settings);
  const serve = (session: Session, message: SqlMessage, reply: (value: unknown) => void): void => {
    world.queue.after(SERVICE_MS.sql, () => {
      if (!world.alive) return;
      reply(database.execute(session, message));
      if (pooler !== undefined && session.uncommitted === undefined)
        run(world, release(pooler, session), () => undefined);
    });
  };
  return {
    handshakeTrips: HANDSHAKE_TRIPS,
    closed(connection) {
      if (pooler !== undefined) run(world, release(pooler, sessionOf(connection)), () => undefined);
    },
    handle(connection, message, reply) {
      const session = sessionOf(connection);
      if (pooler === undefined) return serve(session, message as SqlMessage, reply);
      run(world, admit(pooler, session), (admitted) =>
        admitted ? serve(session, message as SqlMessage, reply) : world.network.end(connection),
      );
    },
  };
};
