import type { Hop } from '../runtimes/contract.ts';

/** HTTP as behaviours see it: whole messages, header names in lower case. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}
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
  return serverTiming.split(', ').map((entry) => {
    const [part = '', ...parameters] = entry.split(';');
    const value = (name: string): string | undefined =>
      parameters
        .find((p) => p.startsWith(`${name}=`))
        ?.slice(name.length + 1)
        .replaceAll('"', '');
    const counted = Object.fromEntries(
      COUNTED.flatMap((name) => (value(name) === undefined ? [] : [[name, Number(value(name))]])),
    );
    return { part, instance: value('desc') ?? '', tookMs: Number(value('dur')), ...counted };
  });
}

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
