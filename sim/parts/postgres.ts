/** Postgres as a client: `pg` on our own socket, one protocol message a round trip as pgx sends them. */
import { Socket } from 'node:net';
import { Client, DatabaseError, type QueryResult } from 'pg';
import type { SqlMessage, SqlResult, SqlRows } from '../behaviour/sql-pool.ts';
import type { ApiConfig } from './config.ts';
import {
  CONNECT_SILENT,
  END_OF_FILE,
  failureOf,
  REPLY_SILENT,
  type Dialer,
  type LiveConnection,
  type LiveDialled,
} from './connection.ts';
import { pending, type Limits } from './pending.ts';
import { Preparation } from './postgres-prepare.ts';
import { Lifeline } from './tcp.ts';

/** @param statements  name → text of the statements that `prepare` and `execute` speak of */
export const postgresDialer =
  (database: ApiConfig['database'], statements: Readonly<Record<string, string>>): Dialer =>
  async ({ host, port }, limits) => {
    const socket = new Socket();
    const line = new Lifeline(socket);
    const { user, password, name } = database;
    const client = new Client({
      host,
      port,
      user,
      password,
      database: name,
      ssl: { rejectUnauthorized: false },
      stream: () => socket,
    });
    let connected = false;
    socket.once('connect', () => (connected = true));
    const result = pending<LiveDialled>(limits, CONNECT_SILENT, () => socket.destroy());
    client.on('error', () => {}); // what it means is read from the socket's end
    client.connect().then(
      () => result.settle({ ok: true, connection: new PostgresConnection(client, socket, line, statements) }),
      (error: unknown) => {
        socket.destroy();
        // A server that says no (FATAL) hangs up after it.
        result.settle(error instanceof DatabaseError ? END_OF_FILE : connected ? line.end : failureOf(error));
      },
    );
    const dialled = await result.promise;
    return !dialled.ok && dialled.saw === 'connect-silent' && connected ? REPLY_SILENT : dialled;
  };

class PostgresConnection implements LiveConnection {
  readonly #client: Client;
  readonly #socket: Socket;
  readonly #line: Lifeline;
  readonly #statements: Readonly<Record<string, string>>;
  #fatal = false;
  constructor(client: Client, socket: Socket, line: Lifeline, statements: Readonly<Record<string, string>>) {
    this.#client = client;
    this.#socket = socket;
    this.#line = line;
    this.#statements = statements;
    client.on('error', () => (this.#fatal = true));
    client.on('end', () => (this.#fatal = true));
  }

  get alive(): boolean {
    return this.#line.alive && !this.#fatal && !this.#socket.destroyed;
  }

  exchange(message: unknown, limits: Limits): Promise<SqlResult> {
    const result = pending<SqlResult>(limits, REPLY_SILENT, () => this.#socket.destroy());
    this.#perform(message as SqlMessage).then(
      (value) => result.settle({ ok: true, value }),
      (error: unknown) => result.settle(this.#failureOf(error)),
    );
    return result.promise;
  }

  close(): void {
    if (this.alive) void this.#client.end().catch(() => {});
    else this.#socket.destroy();
  }

  async #perform(message: SqlMessage): Promise<SqlRows> {
    if (!this.alive) throw new Error('the connection ended');
    if (message.sql === 'simple') return rowsOf(await this.#client.query(message.text));
    const text = this.#statements[message.name];
    if (text === undefined) throw new Error(`no statement is called ${message.name}`);
    if (message.sql === 'execute')
      return rowsOf(await this.#client.query({ name: message.name, text, values: [...message.values] }));
    const preparation = new Preparation(message.name, text);
    void this.#client.query(preparation);
    await preparation.done;
    return [];
  }

  #failureOf(error: unknown): SqlResult {
    if (!(error instanceof DatabaseError)) return this.#line.end;
    // FATAL (57P01 and its like): the server hangs up after it, so the session is over now.
    if (error.severity === 'FATAL' || error.severity === 'PANIC') {
      this.#fatal = true;
      return END_OF_FILE;
    }
    return { ok: false, saw: 'sql-error', detail: `${error.code ?? '?????'} ${error.message}` };
  }
}

const rowsOf = (result: QueryResult): SqlRows => result.rows as SqlRows;
