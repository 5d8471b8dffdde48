/**
 * AWS SDK for Go v2 as a client of an S3 interface: what is tried again and when, and its connections. The book does not
 * say which client the api has; this is the one that its language's vendor ships, with its defaults.
 * @see aws/aws-sdk-go-v2 aws/retry/{standard,jitter_backoff,middleware}.go, aws/transport/http/client.go
 */
import { timer } from '../../topology/timers.ts';
import { close, exchange, random, wait, type Connection, type Dialled, type Failure, type Program } from './effects.ts';
import type { HttpRequest, HttpResponse } from './http-message.ts';
import { takeAlive } from './ingress.ts';
import { dialByName } from './resolver.ts';

export interface S3Settings {
  readonly host: string;
  readonly port: number;
  readonly bucket: string;
}
export interface S3Client {
  readonly settings: S3Settings;
  readonly idle: Connection[];
  /** What is left for further tries, of all requests together. */
  tokens: number;
}
/** retry.Standard: a request is sent three times at most. */
export const MAX_ATTEMPTS = 3;
/** A further try costs so much of a common purse; it is given back when the try succeeds. Without it nothing is tried again. */
export const RETRY_TOKENS = 500;
export const RETRY_COST = 5;
/** A success puts this much back. */
const SUCCESS_TOKENS = 1;
const RETRIED_STATUS = [500, 502, 503, 504];
/** MaxIdleConnsPerHost: what is open beyond it is closed after use. */
export const MAX_IDLE = 10;

export const s3Client = (settings: S3Settings): S3Client => ({ settings, idle: [], tokens: RETRY_TOKENS });

export type S3Request = Pick<HttpRequest, 'method' | 'headers' | 'body'> & { readonly key: string };
export type S3Reply =
  | { readonly ok: true; readonly response: HttpResponse; readonly attempts: number }
  /** `why`: a status, or what was seen instead of an answer. */
  | { readonly ok: false; readonly why: number | Failure['saw']; readonly attempts: number };

/** Before try `attempt` + 1, in milliseconds: an even draw from nothing to 2^attempt seconds. */
export const backOffMs = (attempt: number, draw: number): number => draw * 2 ** attempt * 1_000;

/** As Signature Version 4 wants a path: all but letters, digits and `-._~` are escaped. */
const encoded = (part: string): string =>
  encodeURIComponent(part).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

const connect = ({ settings: { host, port } }: S3Client): Program<Dialled> =>
  dialByName('http', {
    name: host,
    port,
    timeoutMs: timer('s3.dial').ms,
    serverName: host,
    handshakeMs: timer('s3.handshake').ms,
  });

/** Stands where a signature will: who sends the request signs it (`parts/api`), and the model's messages need none. */
export const TO_BE_SIGNED = { authorization: 'AWS4-HMAC-SHA256' } as const;

/** One try, on an idle connection if there is one. The SDK sets no limit to how long an answer may take. */
function* attempt(client: S3Client, message: HttpRequest): Program<{ ok: true; response: HttpResponse } | Failure> {
  const opened = takeAlive(client.idle);
  const dialled = opened === undefined ? yield* connect(client) : ({ ok: true, connection: opened } as const);
  if (!dialled.ok) return dialled;
  const { connection } = dialled;
  const reply = yield* exchange<HttpResponse>(connection, message, Infinity);
  if (!reply.ok) {
    yield* close(connection);
    return reply;
  }
  if (connection.alive && reply.value.headers['connection'] !== 'close' && client.idle.length < MAX_IDLE)
    client.idle.push(connection);
  else yield* close(connection);
  return { ok: true, response: reply.value };
}

/** Whatever went wrong on the way is tried again, and what the service calls its own fault; what it refuses is not. */
export function* s3Request(client: S3Client, { key, ...request }: S3Request): Program<S3Reply> {
  const { host, bucket } = client.settings;
  const path = `/${bucket}/${key.split('/').map(encoded).join('/')}`;
  for (let attempts = 1, lent = 0; ; attempts++) {
    const tried = yield* attempt(client, { ...request, host, path, headers: { ...request.headers, ...TO_BE_SIGNED } });
    if (tried.ok && !RETRIED_STATUS.includes(tried.response.status)) {
      client.tokens = Math.min(RETRY_TOKENS, client.tokens + (lent === 0 ? SUCCESS_TOKENS : lent));
      return { ok: true, response: tried.response, attempts };
    }
    if (attempts === MAX_ATTEMPTS || client.tokens < RETRY_COST)
      return { ok: false, why: tried.ok ? tried.response.status : tried.saw, attempts };
    client.tokens -= RETRY_COST;
    lent = RETRY_COST;
    yield* wait(backOffMs(attempts, yield* random()));
  }
}
