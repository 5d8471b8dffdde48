/** What `pg` hands to a query that sends its own messages. */
export interface PgConnection {
  parse(statement: { readonly name: string; readonly text: string; readonly types: readonly number[] }): void;
  describe(what: { readonly type: 'S'; readonly name: string }): void;
  sync(): void;
  readonly stream: { cork(): void; uncork(): void };
}

/**
 * Parse, Describe and Sync in one flight: how pgx prepares a statement before its first use on a connection. `pg` itself
 * would send Parse together with Bind and Execute, one round trip less than what production pays.
 * @see jackc/pgx conn.go `Prepare`; the methods are those `pg`'s client calls on its active query
 */
export class Preparation {
  /** `pg` notes a statement under this name as prepared when its ParseComplete comes in. */
  readonly name: string;
  readonly text: string;
  readonly done: Promise<void>;
  /** Called by `pg` when the query cannot be sent or its connection ends. */
  callback: (error?: unknown) => void;

  constructor(name: string, text: string) {
    this.name = name;
    this.text = text;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.done = promise;
    this.callback = (error) => (error === undefined || error === null ? resolve() : reject(error));
  }

  submit(connection: PgConnection): void {
    connection.stream.cork();
    connection.parse({ name: this.name, text: this.text, types: [] });
    connection.describe({ type: 'S', name: this.name });
    connection.sync();
    connection.stream.uncork();
  }

  handleError(error: unknown): void {
    this.callback(error);
  }
  handleReadyForQuery(): void {
    this.callback();
  }
  handleRowDescription(): void {
    /* the columns: `pg` asks for them again with each portal */
  }
}
