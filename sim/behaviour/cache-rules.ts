/**
 * What Cloudflare's edge keeps, for how long, and when it may serve it: pure rules over a request and an answer.
 * @see cloudflare-docs cache/concepts/{default-cache-behavior,cache-control,cache-responses}, cache/how-to/configure-cache-status-code
 */
import { withoutQuery, type HttpRequest, type HttpResponse } from './http-message.ts';

/** Extensions that are cached by default. HTML and JSON are none of them. */
export const CACHED_EXTENSIONS: readonly string[] =
  '7z avi avif apk bin bmp bz2 class css csv doc docx dmg ejs eot eps exe flac gif gz ico iso jar jpg jpeg js mid midi mkv mp3 mp4 ogg otf pdf pict pls png ppt pptx ps rar svg svgz swf tar tif tiff ttf webm webp woff woff2 xls xlsx zip zst'.split(
    ' ',
  );
/** How the edge says what it did with a request. */
export type CacheStatus = 'HIT' | 'MISS' | 'EXPIRED' | 'STALE' | 'BYPASS' | 'REVALIDATED' | 'DYNAMIC';

/**
 * Whether the edge looks into its cache at all: by the path's extension and the method, never by what the client asks.
 * @param ruled  paths that a Cache Rule of the zone makes eligible besides
 */
export function isEligible({ method, path }: HttpRequest, ruled: readonly string[] = []): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  const plain = withoutQuery(path);
  const extension = /\.([a-z0-9]+)$/i.exec(plain)?.[1]?.toLowerCase();
  if (ruled.includes(plain)) return true;
  return plain === '/robots.txt' || (extension !== undefined && CACHED_EXTENSIONS.includes(extension));
}
/** Paths as an edge's settings list them: `cacheRulePaths`, apart by commas. */
export const ruledPaths = (setting: unknown): readonly string[] =>
  typeof setting === 'string' ? setting.split(',').flatMap((path) => path.trim() || []) : [];
/** What an object is kept under: the whole URL, its query included. */
export const cacheKeyOf = ({ host, path }: HttpRequest): string => `${host}${path}`;

/** Directives of a Cache-Control header; those without a value are `true`. */
export type Directives = ReadonlyMap<string, string | true>;
export function directivesOf(header: string | undefined): Directives {
  const parts = (header ?? '').toLowerCase().split(',');
  return new Map(
    parts.flatMap((part): [string, string | true][] => {
      const [name = '', value] = part.split('=', 2).map((text) => text.trim().replaceAll('"', ''));
      return name === '' ? [] : [[name, value ?? true]];
    }),
  );
}
const secondsIn = (directives: Directives, name: string): number | undefined => {
  const value = directives.get(name);
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : undefined;
};

const MINUTE_S = 60;
/** Seconds that an answer is kept when its origin says nothing, by its status; any other is not kept. */
export const DEFAULT_TTL_S: Readonly<Record<number, number>> = {
  200: 120 * MINUTE_S,
  206: 120 * MINUTE_S,
  301: 120 * MINUTE_S,
  302: 20 * MINUTE_S,
  303: 20 * MINUTE_S,
  404: 3 * MINUTE_S,
  410: 3 * MINUTE_S,
};

/**
 * Why an answer to an eligible request is kept or not. `seconds` 0: it is kept, and asked after each time.
 * A cookie, `private` and `no-store` are the origin's wish not to have it kept (BYPASS); so is an answer to whoever brought
 * an Authorization, unless the origin says that it is for all.
 */
export function keeping(
  request: HttpRequest,
  { status, headers }: HttpResponse,
): { readonly keep: true; readonly seconds: number } | { readonly keep: false; readonly bypass: boolean } {
  const directives = directivesOf(headers['cache-control']);
  const said = (...names: string[]): boolean => names.some((name) => directives.has(name));
  if (headers['set-cookie'] !== undefined || said('private', 'no-store')) return { keep: false, bypass: true };
  const isForAll = said('public', 's-maxage', 'must-revalidate');
  if (request.headers['authorization'] !== undefined && !isForAll) return { keep: false, bypass: true };
  if (said('no-cache')) return { keep: true, seconds: 0 };
  const seconds =
    secondsIn(directives, 's-maxage') ??
    secondsIn(directives, 'max-age') ??
    secondsUntil(headers['expires'], headers['date']) ??
    DEFAULT_TTL_S[status];
  // What an origin says of its own errors is not followed: they are never kept.
  return seconds === undefined || status >= 500 ? { keep: false, bypass: false } : { keep: true, seconds };
}
function secondsUntil(expires: string | undefined, date: string | undefined): number | undefined {
  if (expires === undefined) return undefined;
  const seconds = (Date.parse(expires) - Date.parse(date ?? '')) / 1_000;
  return Number.isNaN(seconds) ? 0 : Math.max(0, seconds);
}

/** How long after its end an object may stand in for an origin that fails, in seconds: only where the origin allowed it. */
export function staleForS({ headers }: Pick<HttpResponse, 'headers'>): number {
  const directives = directivesOf(headers['cache-control']);
  const isForbidden = ['must-revalidate', 'proxy-revalidate', 's-maxage'].some((name) => directives.has(name));
  return isForbidden ? 0 : (secondsIn(directives, 'stale-if-error') ?? 0);
}
