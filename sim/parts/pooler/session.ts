/**
 * One client of the pooler, and what it says to the database. Log-in passes as it is; from then on what the client says
 * waits until it has a server, and the server is taken back when its transaction has ended.
 */
import { connect, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { admit, release, type Pooled, type Pooler } from '../../behaviour/pooler.ts';
import { run, type World } from '../driver.ts';
import { fatal, Messages, type PgMessage } from './messages.ts';

/** Each is answered by one ReadyForQuery: Query, Sync, FunctionCall. */
const ANSWERED_BY_READY = ['Q', 'S', 'F'];
const TERMINATE = 'X';
const READY_FOR_QUERY = 'Z';
/** Of ReadyForQuery: no transaction is open. Its byte follows type and length. */
const IDLE = 'I'.charCodeAt(0);
const STATUS_AT = 5;

/** @see pgbouncer src/janitor.c: disconnect_client(client, true, "query_wait_timeout"), sent as 08P01 */
const QUERY_WAIT_TIMEOUT = fatal('08P01', 'query_wait_timeout');

export class Session {
  readonly #client: TLSSocket;
  readonly #server: Socket;
  readonly #pooler: Pooler;
  readonly #world: World;
  readonly #pooled: Pooled = { hasServer: false };
  readonly #gone = new AbortController();
  /** What the client has said and no server has heard yet. */
  #unheard: Buffer[] = [];
  #loggedIn = false;
  #isInLine = false;
  #unanswered = 0;

  constructor(client: TLSSocket, databaseSocket: string, pooler: Pooler, world: World) {
    this.#client = client;
    this.#pooler = pooler;
    this.#world = world;
    this.#server = connect(databaseSocket);
    relay(client, this.#server, true, (message) => this.#fromClient(message));
    relay(this.#server, client, false, (message) => this.#fromServer(message));
    client.once('close', () => void this.#end());
  }

  #fromClient(message: PgMessage): void {
    if (!this.#loggedIn || message.type === TERMINATE) return void this.#server.write(message.bytes);
    if (ANSWERED_BY_READY.includes(message.type)) this.#unanswered++;
    if (this.#pooled.hasServer && !this.#isInLine) return void this.#server.write(message.bytes);
    this.#unheard.push(message.bytes);
    if (!this.#isInLine) void this.#standInLine();
  }

  async #standInLine(): Promise<void> {
    this.#isInLine = true;
    const admitted = await this.#admitted();
    this.#isInLine = false;
    if (this.#gone.signal.aborted) return this.#giveBack();
    if (!admitted) return void this.#client.end(QUERY_WAIT_TIMEOUT);
    this.#server.write(Buffer.concat(this.#unheard));
    this.#unheard = [];
  }

  /** False when its turn did not come: in time, or before it went away. */
  async #admitted(): Promise<boolean> {
    try {
      return await run(admit(this.#pooler, this.#pooled), this.#world, this.#gone.signal);
    } catch (error) {
      if (this.#gone.signal.aborted) return false;
      throw error;
    }
  }

  #fromServer({ type, bytes }: PgMessage): void {
    this.#client.write(bytes);
    if (type !== READY_FOR_QUERY) return;
    if (!this.#loggedIn) this.#loggedIn = true;
    else if (--this.#unanswered <= 0 && bytes[STATUS_AT] === IDLE) void this.#giveBack();
  }

  async #giveBack(): Promise<void> {
    await run(release(this.#pooler, this.#pooled), this.#world);
  }
  async #end(): Promise<void> {
    this.#gone.abort();
    await this.#giveBack();
  }
}

/** Carries one direction message by message. Who is slow to take is waited for; the end of one is the end of the other. */
function relay(from: Socket, to: Socket, untypedFirst: boolean, hear: (message: PgMessage) => void): void {
  const messages = new Messages(untypedFirst);
  from.on('data', (chunk: Buffer) => {
    for (const message of messages.push(chunk)) hear(message);
    if (to.writableNeedDrain) from.pause();
  });
  to.on('drain', () => from.resume());
  from.on('error', () => undefined);
  from.once('close', () => to.end());
}
