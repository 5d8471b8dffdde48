/** Redis' wire protocol: commands out, RESP2 and RESP3 replies in (redis.io, "Redis serialization protocol specification"). */

/** `text`: bulk and simple strings as bytes. Maps are flat lists of keys and values. */
export type RespValue = Buffer | number | null | RespError | readonly RespValue[];
export class RespError {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/** A command as Redis reads it: an array of bulk strings. */
export function encodeCommand(parts: readonly (string | number | Buffer)[]): Buffer {
  const pieces: Buffer[] = [Buffer.from(`*${parts.length}\r\n`)];
  for (const part of parts) {
    const bytes = typeof part === 'object' ? part : Buffer.from(String(part));
    pieces.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n'));
  }
  return Buffer.concat(pieces);
}

/** Cuts a stream of bytes into replies. Out-of-band pushes (`>`) are passed over: they answer no command. */
export class RespReader {
  #buffer: Buffer = Buffer.alloc(0);
  #at = 0;

  /** @throws Error when the bytes are not RESP */
  read(chunk: Buffer): RespValue[] {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
    const replies: RespValue[] = [];
    this.#at = 0;
    let consumed = 0;
    while (this.#at < this.#buffer.length) {
      const push = this.#buffer[this.#at] === 0x3e;
      const value = this.#value();
      if (value === undefined) break;
      consumed = this.#at;
      if (!push) replies.push(value);
    }
    this.#buffer = this.#buffer.subarray(consumed);
    return replies;
  }

  /** The next value, or undefined while bytes of it are missing. */
  #value(): RespValue | undefined {
    const line = this.#line();
    if (line === undefined) return undefined;
    const rest = line.slice(1);
    switch (line.charAt(0)) {
      case '+':
      case '(':
        return Buffer.from(rest);
      case '-':
        return new RespError(rest);
      case ':':
      case ',':
        return Number(rest);
      case '#':
        return rest === 't' ? 1 : 0;
      case '_':
        return null;
      case '$':
      case '=':
        return this.#bytes(Number(rest));
      case '!': {
        const bytes = this.#bytes(Number(rest));
        return Buffer.isBuffer(bytes) ? new RespError(bytes.toString()) : undefined;
      }
      case '*':
      case '~':
      case '>':
        return this.#list(Number(rest));
      case '%':
        return this.#list(2 * Number(rest));
      default:
        throw new Error(`not a Redis reply: ${JSON.stringify(line.slice(0, 40))}`);
    }
  }

  #line(): string | undefined {
    const end = this.#buffer.indexOf('\r\n', this.#at, 'latin1');
    if (end < 0) return undefined;
    const line = this.#buffer.toString('utf8', this.#at, end);
    this.#at = end + 2;
    return line;
  }

  #bytes(length: number): Buffer | null | undefined {
    if (length < 0) return null;
    const from = this.#at;
    if (this.#buffer.length < from + length + 2) return undefined;
    this.#at = from + length + 2;
    return this.#buffer.subarray(from, from + length);
  }

  #list(length: number): RespValue | undefined {
    if (length < 0) return null;
    const items: RespValue[] = [];
    while (items.length < length) {
      const item = this.#value();
      if (item === undefined) return undefined;
      items.push(item);
    }
    return items;
  }
}
