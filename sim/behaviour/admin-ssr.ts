/**
 * The reference admin's pages: rendered on the server from what the api answers. Which URL it fetches that from is its
 * setting `apiUrl`: the book's Next.js has one for browsers and server alike, the public one, so that each page goes out to
 * the edge and comes in again. Verdicts about it are about our reference admin (`reference-app`).
 */
import type { ContainerSettings } from '../../topology/schema.ts';
import { close, exchange, type Connection, type Dialled, type Program, type Reply } from './effects.ts';
import { timing, type HttpRequest, type HttpResponse } from './http-message.ts';
import { takeAlive } from './ingress.ts';
import { dialByName } from './resolver.ts';
import { fileBody } from './static-files.ts';
import type { Tally } from './tally.ts';

/** Node's fetch gives up a connect after ten seconds, look-up and TLS included. @see nodejs/undici lib/core/connect.js */
export const CONNECT_MS = 10_000;
/** And an answer's head after five minutes. @see nodejs/undici docs/docs/api/Client.md, headersTimeout */
export const HEADERS_MS = 300_000;
/** How long it keeps a connection that nobody uses. @see nodejs/undici docs/docs/api/Client.md, keepAliveTimeout */
export const KEEP_ALIVE_MS = 4_000;

export interface Admin {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  readonly idle: Connection[];
}
/** As its setting `apiUrl` says: `https://api.example.com` or `http://api:8000`. @param port  what is really dialled, where that is another one */
export function adminOf(settings: ContainerSettings, port?: number): Admin {
  const { apiUrl } = settings;
  const url = new URL(typeof apiUrl === 'string' && apiUrl !== '' ? apiUrl : 'http://api:8000');
  const secure = url.protocol === 'https:';
  return { secure, host: url.hostname, port: port ?? portOf(url), idle: [] };
}
export const portOf = ({ protocol, port }: Pick<URL, 'protocol' | 'port'>): number =>
  port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);

/** The page that is rendered from the api's list of users, and the route it is fetched from. */
export const USERS_PAGE = '/users';
export const USERS = '/api/admin/users/';

/** A living kept connection, or a new one; names are asked for as often as a pod's libc asks, five seconds and two tries. */
function* connectionTo(admin: Admin): Program<Dialled> {
  const pooled = takeAlive(admin.idle);
  if (pooled !== undefined) return { ok: true, connection: pooled };
  const { host, port, secure } = admin;
  const serverName = secure ? host : undefined;
  return yield* dialByName('http', { name: host, port, timeoutMs: CONNECT_MS, serverName });
}

/** One request to the api. A fetch that was sent is never sent again, not even where a kept connection had died. */
function* fetchApi(admin: Admin, request: HttpRequest): Program<Reply<HttpResponse>> {
  const connected = yield* connectionTo(admin);
  if (!connected.ok) return connected;
  const { connection } = connected;
  const reply = yield* exchange<HttpResponse>(connection, request, HEADERS_MS);
  if (!reply.ok) yield* close(connection);
  else if (connection.alive && reply.value.headers['connection'] !== 'close') admin.idle.push(connection);
  return reply;
}

const page = (status: number, body: string): Pick<HttpResponse, 'status' | 'headers' | 'body'> => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'private, no-store' },
  body,
});
/** GET /users, rendered on the server; what the fetch throws, or a status that is none of success, is Next.js' page of errors. */
export function* usersPage(admin: Admin, asked: HttpRequest): Program<HttpResponse> {
  const { authorization, 'x-request-id': id } = asked.headers;
  const headers = {
    accept: 'application/json',
    ...(authorization === undefined ? {} : { authorization }),
    ...(id === undefined ? {} : { 'x-request-id': id }),
  };
  const reply = yield* fetchApi(admin, { method: 'GET', path: USERS, host: admin.host, headers });
  const rows = reply.ok && reply.value.status === 200 ? rowsIn(reply.value.body) : undefined;
  if (rows === undefined) return page(500, '<!doctype html><title>500: Internal Server Error</title>');
  return page(200, `${fileBody(USERS_PAGE)} <table>${rows.map((email) => `<tr><td>${email}`).join('')}</table>`);
}
/** Whom the api lists; undefined for what is no list. */
export function rowsIn(body: string): string[] | undefined {
  try {
    const rows = JSON.parse(body) as unknown;
    return Array.isArray(rows) ? rows.map((row: { email?: unknown }) => String(row.email)) : undefined;
  } catch {
    return undefined;
  }
}

/** As it is sent, with how long it took here, and what was counted towards the api. */
export const withAdminTiming = (
  response: HttpResponse,
  instance: string,
  tookMs: number,
  tally: Tally,
): HttpResponse => ({
  ...response,
  headers: {
    ...response.headers,
    'server-timing': timing('admin', tookMs, instance, { ...tally.http, questions: tally.questions }),
  },
});
export const NOT_A_PAGE: HttpResponse = page(404, '<!doctype html><title>404: This page could not be found</title>');
