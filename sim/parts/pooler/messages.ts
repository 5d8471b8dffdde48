/**
 * Postgres' messages in a stream of bytes: a type of one byte, then a length of four that counts itself. A client's first
 * message has no type.
 * @see PostgreSQL documentation, Frontend/Backend Protocol, Message Formats
 */
const TYPE_BYTES = 1;
const LENGTH_BYTES = 4;

export interface PgMessage {
  /** `Q`, `Z`, …; empty for a client's first. */
  readonly type: string;
  /** All of it, as it came. */
  readonly bytes: Buffer;
}

/** Cuts one direction of a session into its messages, whatever pieces it comes in. */
export class Messages {
  #rest: Buffer = Buffer.alloc(0);
  #typeBytes: number;
  /** @param untypedFirst  true for what a client sends */
  constructor(untypedFirst: boolean) {
    this.#typeBytes = untypedFirst ? 0 : TYPE_BYTES;
  }

  /** @returns the messages that are whole now */
  push(chunk: Buffer): PgMessage[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const whole: PgMessage[] = [];
    for (let message = this.#next(); message !== undefined; message = this.#next()) whole.push(message);
    return whole;
  }

  #next(): PgMessage | undefined {
    const typeBytes = this.#typeBytes;
    if (this.#rest.length < typeBytes + LENGTH_BYTES) return undefined;
    const length = typeBytes + Math.max(LENGTH_BYTES, this.#rest.readUInt32BE(typeBytes));
    if (this.#rest.length < length) return undefined;
    const bytes = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    this.#typeBytes = TYPE_BYTES;
    return { type: bytes.toString('latin1', 0, typeBytes), bytes };
  }
}

/** The error after which a server hangs up. */
export function fatal(code: string, text: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${text}\0\0`);
  const head = Buffer.alloc(TYPE_BYTES + LENGTH_BYTES);
  head.write('E', 'latin1');
  head.writeUInt32BE(LENGTH_BYTES + fields.length, TYPE_BYTES);
  return Buffer.concat([head, fields]);
}
