/**
 * A phone with the app on it: resolves, connects, keeps its connection, gives up after a minute, and knows which tasks
 * it was acknowledged, so that a list can be held against them.
 */
import { timer } from '../../topology/timers.ts';
import type { Outcome, PlannedRequest } from '../runtimes/contract.ts';
import {
  asSaw,
  close,
  dial,
  enter,
  exchange,
  leave,
  now,
  type Connection,
  type Gate,
  type Program,
} from './effects.ts';
import { hopsOf, withoutQuery, type HttpRequest, type HttpResponse } from './http-message.ts';
import { lookUp, PLAIN_RESOLV_CONF } from './resolver.ts';
import { fileOfBody } from './static-files.ts';

export type Oracle =
  | 'status'
  | 'tasks-of-user'
  | 'created-task'
  | 'stored-photo'
  | 'photo-asked-for'
  | 'file-asked-for';
/** Nodes that users can dial by address, as what is really dialled for each. */
export type NodeAddresses = ReadonlyMap<string, { readonly host: string; readonly port: number }>;
/** How long phones wait, and keep what they do not use: a topology's `users`. */
export interface PhoneHabits {
  readonly requestTimeoutMs: number;
  readonly keepAliveMs: number;
}
const IOS: PhoneHabits = { requestTimeoutMs: timer('phone.request').ms, keepAliveMs: timer('phone.idle').ms };
export interface PhoneState {
  readonly nodes: NodeAddresses;
  readonly habits: PhoneHabits;
  connection: Connection | undefined;
  /** When that was last asked for. */
  usedMs: number;
  /** Requests that begin without a connection share the one that is being made. */
  readonly connecting: Gate;
  address: { readonly host: string; readonly untilMs: number } | undefined;
  /** Request ids of the tasks this user was told exist. */
  readonly acknowledged: Set<string>;
}
export const phoneState = (nodes: NodeAddresses = new Map(), habits: PhoneHabits = IOS): PhoneState => ({
  nodes,
  habits,
  connection: undefined,
  usedMs: 0,
  connecting: { capacity: 1 },
  address: undefined,
  acknowledged: new Set(),
});

/** What a phone can tell of a request's end. */
export type PhonePart = Pick<Outcome, 'end' | 'status' | 'error' | 'detail' | 'hops' | 'evidence'>;
const NOTHING = { hops: [], evidence: { headers: {}, bodyHead: '' } };
/** Headers that are kept as evidence; Server-Timing is kept as hops. */
const KEPT = ['x-cache', 'cf-ray', 'cf-cache-status', 'cf-error-type', 'cf-error-origin', 'server', 'x-job'];

type Connected = { ok: true; connection: Connection } | { ok: false; part: PhonePart };
const noConnection = (error: NonNullable<Outcome['error']>, detail: string): Connected => ({
  ok: false,
  part: { end: 'fail', error, detail, ...NOTHING },
});

/** The connection that lives and was not left unused for too long. */
function* livingConnection(phone: PhoneState, nowMs: number): Program<Connection | undefined> {
  const { connection, usedMs } = phone;
  phone.usedMs = nowMs;
  if (connection?.alive !== true) return undefined;
  if (nowMs - usedMs <= phone.habits.keepAliveMs) return connection;
  phone.connection = undefined;
  yield* close(connection);
  return undefined;
}

/** The phone's one connection to the edge: the living one, else a new one. */
function* connectionOf(phone: PhoneState, host: string, port: number, requestMs: number): Program<Connected> {
  const startMs = yield* now();
  const before = yield* livingConnection(phone, startMs);
  if (before !== undefined) return { ok: true, connection: before };
  if (!(yield* enter(phone.connecting, requestMs))) return noConnection('connect-silent', `connecting to ${host}`);
  try {
    const nowMs = yield* now();
    const made = yield* livingConnection(phone, nowMs);
    if (made !== undefined) return { ok: true, connection: made };
    const leftMs = requestMs - (nowMs - startMs);
    const connected = yield* connect(phone, host, port, leftMs);
    if (connected.ok) phone.connection = connected.connection;
    return connected;
  } finally {
    yield* leave(phone.connecting);
  }
}

/** Past the edge: a node's address instead of a name, no TLS, and a connection for each request, as curl makes it. */
function* dialNode(phone: PhoneState, address: string, requestMs: number): Program<Connected> {
  const node = phone.nodes.get(address);
  if (node === undefined) return noConnection('no-route', `the topology has no way from users to ${address}`);
  const dialled = yield* dial('http', node.host, node.port, requestMs);
  return dialled.ok ? dialled : noConnection(asSaw(dialled.saw), `connecting to ${address}`);
}

function* connect(phone: PhoneState, host: string, port: number, requestMs: number): Program<Connected> {
  const nowMs = yield* now();
  if (phone.address === undefined || phone.address.untilMs < nowMs) {
    const resolved = yield* lookUp(host, PLAIN_RESOLV_CONF, requestMs);
    if (!resolved.ok) return noConnection(resolved.saw, `resolving ${host}`);
    phone.address = { host: resolved.addresses[0] ?? '', untilMs: nowMs + resolved.ttlMs };
  }
  const leftMs = requestMs - ((yield* now()) - nowMs);
  const dialled = yield* dial('http', phone.address.host, port, leftMs, host);
  return dialled.ok ? dialled : noConnection(asSaw(dialled.saw), `connecting to ${host}`);
}

/**
 * One request. Whatever was certainly not sent is `fail`; what was sent and never answered is `unknown` where it writes.
 * @param atMs  the instant the request was due; the phone's time-out counts from when it is sent
 */
export function* phoneRequest(phone: PhoneState, request: PlannedRequest, oracle: Oracle): Program<PhonePart> {
  const url = new URL(request.url);
  const requestMs = phone.habits.requestTimeoutMs;
  const startMs = yield* now();
  const known = new Set(phone.acknowledged);
  const isDirect = url.protocol === 'http:';
  const connected = isDirect
    ? yield* dialNode(phone, url.hostname, requestMs)
    : yield* connectionOf(phone, url.hostname, 443, requestMs);
  if (!connected.ok) return connected.part;
  const { connection } = connected;
  const { host = url.hostname, ...headers } = request.headers;
  const message: HttpRequest = {
    method: request.method,
    path: `${url.pathname}${url.search}`,
    host,
    headers,
    ...(request.body === undefined ? {} : { body: request.body }),
  };
  const leftMs = requestMs - ((yield* now()) - startMs);
  const reply = yield* exchange<HttpResponse>(connection, message, leftMs);
  if (isDirect || (!reply.ok && reply.saw !== 'reply-silent')) yield* close(connection);
  if (reply.ok) return judgeResponse(phone, request, oracle, known, reply.value);
  const writes = request.method !== 'GET';
  const error = reply.saw === 'reply-silent' ? 'client-timeout' : asSaw(reply.saw);
  return { end: writes ? 'unknown' : 'fail', error, detail: 'sent, no answer', ...NOTHING };
}

function judgeResponse(
  phone: PhoneState,
  request: PlannedRequest,
  oracle: Oracle,
  known: ReadonlySet<string>,
  response: HttpResponse,
): PhonePart {
  const headers = Object.fromEntries(
    KEPT.flatMap((name) => (response.headers[name] === undefined ? [] : [[name, response.headers[name]]])),
  );
  const told = {
    status: response.status,
    hops: hopsOf(response.headers['server-timing']),
    evidence: { headers, bodyHead: response.body.slice(0, 120) },
  };
  const { status } = response;
  if (status < 200 || status > 399) {
    // A 5xx to a write says nothing about whether it was done (a COMMIT's answer can be lost), unless no origin was ever reached.
    const maybeDone = request.method !== 'GET' && status >= 500 && status !== 521 && status !== 523;
    return { end: maybeDone ? 'unknown' : 'fail', ...told };
  }
  const wrong = wrongBody(oracle, request, known, response.body);
  if (wrong !== undefined) return { end: 'fail', error: 'wrong-body', detail: wrong, ...told };
  if (oracle === 'created-task') phone.acknowledged.add(request.requestId);
  return { end: 'ok', ...told };
}

/** What is wrong with a 2xx body for this user, or undefined when it is right. */
export function wrongBody(
  oracle: Oracle,
  request: Pick<PlannedRequest, 'requestId' | 'user' | 'url'>,
  known: ReadonlySet<string>,
  body: string,
): string | undefined {
  if (oracle === 'status') return undefined;
  if (oracle === 'photo-asked-for') {
    const [, key] = /^photo (\S+)/.exec(body) ?? [];
    return key !== undefined && withoutQuery(request.url).endsWith(`/${key}`)
      ? undefined
      : `the body is ${key ?? 'no photo'}`;
  }
  if (oracle === 'file-asked-for') {
    const path = fileOfBody(body);
    return path === new URL(request.url).pathname ? undefined : `the body is ${path ?? 'no file of the site'}`;
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return 'the body is not JSON';
  }
  if (oracle === 'created-task' || oracle === 'stored-photo') {
    const id = (parsed as { request_id?: unknown } | null)?.request_id;
    return id === request.requestId ? undefined : `the answer is about request ${String(id)}`;
  }
  if (!Array.isArray(parsed)) return 'the body is not a list';
  const listed = new Set(parsed.map((task: { request_id?: unknown }) => String(task.request_id)));
  const missing = [...known].filter((id) => !listed.has(id));
  if (missing.length > 0) return `${missing.length} acknowledged task(s) missing, first ${missing[0]}`;
  const foreign = [...listed].filter((id) => userOf(id) !== undefined && userOf(id) !== request.user);
  return foreign.length > 0 ? `${foreign.length} task(s) of another user, first ${foreign[0]}` : undefined;
}

/** Request ids are `u<user>-<journey>-<n>`: a task tells whose it is. */
export const requestIdOf = (user: number, journey: string, n: number): string => `u${user}-${journey}-${n}`;
export const userOf = (requestId: string): number | undefined => {
  const match = /^u(\d+)-/.exec(requestId);
  return match?.[1] === undefined ? undefined : Number(match[1]);
};
