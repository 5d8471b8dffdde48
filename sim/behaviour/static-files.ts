/**
 * The reference api's landing page and the files it is made of. The book says that they lie in the api's container, that the
 * page has a short Cache-Control, and that Echo's handler serves /css, /js and /images; which files there are is assumed.
 * @see labstack/echo 4.15 Static, Go net/http ServeContent: Last-Modified, no ETag, no Cache-Control of its own
 */
import type { ContainerSettings } from '../../topology/schema.ts';
import { timing, withoutQuery, type HttpRequest, type HttpResponse } from './http-message.ts';

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  png: 'image/png',
};
const PAGE = '/';
/** `/css/…`, `/js/…` and `/images/…`, with the extension that belongs there. */
const FILE = /^\/(?:css\/[\w-]+\.(css)|js\/[\w-]+\.(js)|images\/[\w-]+\.(png))$/;
/** When the image was built: files in it are never touched again. */
const MODIFIED = 'Thu, 01 Jan 2026 00:00:00 GMT';

/** The type of a path that is served, undefined for any other. */
function typeOf(path: string): string | undefined {
  if (path === PAGE) return 'text/html; charset=utf-8';
  const [, ...kinds] = FILE.exec(path) ?? [];
  return TYPES[kinds.find((kind) => kind !== undefined) ?? ''];
}
const textIn = (settings: ContainerSettings, key: string): string =>
  typeof settings[key] === 'string' ? settings[key] : '';

/** What a file's body says of itself, so that a right answer can be told from another file's. */
export const fileBody = (path: string): string => `file ${path}`;
export const fileOfBody = (body: string): string | undefined => /^file (\S+)/.exec(body)?.[1];

/**
 * The answer where the path is one of the site's, else undefined.
 * @param settings  pageCacheControl, assetCacheControl: `Cache-Control` of the page and of its files; empty: none is sent
 */
export function staticFile(
  { method, path, headers: asked }: HttpRequest,
  settings: ContainerSettings,
  instance: string,
  tookMs: number,
): HttpResponse | undefined {
  const plain = withoutQuery(path);
  const type = typeOf(plain);
  if (type === undefined || (method !== 'GET' && method !== 'HEAD')) return undefined;
  const cacheControl = textIn(settings, plain === PAGE ? 'pageCacheControl' : 'assetCacheControl');
  const headers = {
    'content-type': type,
    'last-modified': MODIFIED,
    'server-timing': timing('api', tookMs, instance),
    ...(cacheControl === '' ? {} : { 'cache-control': cacheControl }),
  };
  if (asked['if-modified-since'] === MODIFIED) return { status: 304, headers, body: '' };
  return { status: 200, headers, body: method === 'HEAD' ? '' : fileBody(plain) };
}
