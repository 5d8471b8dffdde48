/**
 * What the reference api answers to a health probe. `/healthz` says that the program is there and asks nobody;
 * `/healthz?ask=database` takes a connection and pings, as Go's `db.PingContext` does. Both are our own: the book is silent.
 */
import type { Program } from './effects.ts';
import { withoutQuery, type HttpRequest, type HttpResponse } from './http-message.ts';
import { borrow, giveBack, simple, type SqlPool } from './sql-pool.ts';

const PATH = '/healthz';
const ASKS_DATABASE = `${PATH}?ask=database`;
const HEADERS = { 'content-type': 'text/plain' } as const;

export const isHealthProbe = ({ method, path }: Pick<HttpRequest, 'method' | 'path'>): boolean =>
  method === 'GET' && withoutQuery(path) === PATH;

/** 200, or 503 when the database that it was told to ask does not answer. It waits as long as that takes: who asks has a time-out. */
export function* health(sql: SqlPool, path: string): Program<HttpResponse> {
  if (path !== ASKS_DATABASE) return { status: 200, headers: HEADERS, body: 'ok' };
  const borrowed = yield* borrow(sql);
  if (!borrowed.ok) return { status: 503, headers: HEADERS, body: `database: ${borrowed.saw}` };
  const pinged = yield* simple(borrowed.session, '-- ping');
  yield* giveBack(sql, borrowed.session);
  return pinged.ok
    ? { status: 200, headers: HEADERS, body: 'ok' }
    : { status: 503, headers: HEADERS, body: `database: ${pinged.saw}` };
}
