import type { Hop } from '../runtimes/contract.ts';

/** HTTP as behaviours see it: whole messages, header names in lower case. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}
/** A path, or a whole URL, as what is asked for: its query says how. */
export const withoutQuery = (path: string): string => path.split('?')[0] ?? '';
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a hop counted for one request. */
export type Counted = Pick<Hop, 'trips' | 'handshakes' | 'questions'>;
const COUNTED = ['trips', 'handshakes', 'questions'] as const satisfies (keyof Counted)[];

/** One entry of Server-Timing: how a hop tells its name, its own duration and what it counted. */
export const timing = (part: string, tookMs: number, instance?: string, counted: Counted = {}): string => {
  const counts = COUNTED.flatMap((name) => (counted[name] === undefined ? [] : [`;${name}=${counted[name]}`]));
  return `${part};dur=${tookMs.toFixed(1)}${counts.join('')}${instance === undefined ? '' : `;desc="${instance}"`}`;
};

/** The response with one more hop in its Server-Timing, nearest hop first. */
export function withTiming(response: HttpResponse, entry: string): HttpResponse {
  const before = response.headers['server-timing'];
  return {
    ...response,
    headers: { ...response.headers, 'server-timing': before === undefined ? entry : `${entry}, ${before}` },
  };
}

/** Server-Timing as hops, nearest first. A hop's duration holds those behind it. */
export function hopsOf(serverTiming: string | undefined): Hop[] {
  if (serverTiming === undefined) return [];
  return serverTiming.split(', ').map(hopOf);
}
/** One pass: a run parses some hundred thousand of them. */
function hopOf(entry: string): Hop {
  const [part = '', ...parameters] = entry.split(';');
  const hop: { -readonly [K in keyof Hop]: Hop[K] } = { part, instance: '', tookMs: Number.NaN };
  for (const parameter of parameters) {
    const equals = parameter.indexOf('=');
    const [name, value] = [parameter.slice(0, equals), parameter.slice(equals + 1)];
    if (name === 'dur') hop.tookMs = Number(value);
    else if (name === 'desc') hop.instance = value.replaceAll('"', '');
    else if (isCounted(name)) hop[name] = Number(value);
  }
  return hop;
}
const isCounted = (name: string): name is keyof Counted => COUNTED.some((one) => one === name);

/** Node's headers as behaviours see them: one text a name, pseudo-headers left out. */
export function headersOf(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || name.startsWith(':')) continue;
    plain[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return plain;
}

/** RFC 9110, 7.6.1: headers that end at each hop. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
/** What a proxy passes on of the headers it was sent. */
export const endToEnd = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));
