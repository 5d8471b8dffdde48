/** Postgres as a client: `pg` on our own socket, one protocol message a round trip as pgx sends them. */
import type { EventEmitter } from 'node:events';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { Client, DatabaseError, type QueryResult } from 'pg';
import type { SqlMessage, SqlResult, SqlRows } from '../behaviour/sql-pool.ts';
import { TripCounter } from '../behaviour/tally.ts';
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
import { Lifeline, TCP_TRIPS } from './tcp.ts';
import { tlsTrips } from './tls.ts';

/** @param statements  name → text of the statements that `prepare` and `execute` speak of */
export const postgresDialer =
  (database: ApiConfig['database'], statements: Readonly<Record<string, string>>): Dialer =>
  async ({ host, port }, limits) => {
    const socket = new Socket();
    const line = new Lifeline(socket);
    const counter = new TripCounter();
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
    socket.once('connect', () => {
      connected = true;
      countOn(socket, counter); // not before: connecting gives a socket its own `write` back
    });
    let tls: TLSSocket | undefined;
    const wire = wireOf(client);
    wire.once('sslconnect', () => countOn((tls = wire.stream as TLSSocket), counter));
    const result = pending<LiveDialled>(limits, CONNECT_SILENT, () => socket.destroy());
    client.on('error', () => {}); // what it means is read from the socket's end
    client.connect().then(
      () =>
        result.settle({
          ok: true,
          connection: new PostgresConnection(client, socket, line, statements, () => openingTrips(tls) + counter.trips),
        }),
      (error: unknown) => {
        socket.destroy();
        // A server that says no (FATAL) hangs up after it.
        result.settle(error instanceof DatabaseError ? END_OF_FILE : connected ? line.end : failureOf(error));
      },
    );
    const dialled = await result.promise;
    return !dialled.ok && dialled.saw === 'connect-silent' && connected ? REPLY_SILENT : dialled;
  };

/** `pg`'s own side of the wire: its stream is the TCP socket, and the TLS one from `sslconnect` on. */
const wireOf = (client: Client): EventEmitter & { readonly stream: Duplex } =>
  (client as unknown as { readonly connection: EventEmitter & { readonly stream: Duplex } }).connection;
/** TCP's and TLS' own; what crosses them (SSLRequest, log-in, statements) is counted on the streams. */
const openingTrips = (tls: TLSSocket | undefined): number => TCP_TRIPS + (tls === undefined ? 0 : tlsTrips(tls));

/** Tells the counter of whatever is written to and read from a stream. */
function countOn(stream: Duplex, counter: TripCounter): void {
  const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
  stream.write = (...args: unknown[]) => {
    counter.sent();
    return write(...args);
  };
  // First of all listeners: another one answers at once what it reads.
  stream.prependListener('data', () => counter.received());
}

class PostgresConnection implements LiveConnection {
  readonly #client: Client;
  readonly #socket: Socket;
  readonly #line: Lifeline;
  readonly #statements: Readonly<Record<string, string>>;
  #fatal = false;
  readonly speaks = 'postgres';
  readonly #trips: () => number;
  constructor(
    client: Client,
    socket: Socket,
    line: Lifeline,
    statements: Readonly<Record<string, string>>,
    trips: () => number,
  ) {
    this.#trips = trips;
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
  get trips(): number {
    return this.#trips();
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
