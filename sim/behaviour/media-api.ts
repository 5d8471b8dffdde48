/**
 * The reference api's photos: stored in the object store, and served from there to the edge. The book says that uploads go
 * to Backblaze and that the edge keeps content; routes, names and cache headers are assumed. Verdicts about them are about
 * our reference api (`reference-app`).
 */
import type { ContainerSettings } from '../../topology/schema.ts';
import { now, type Program } from './effects.ts';
import { timing, withoutQuery, type HttpResponse } from './http-message.ts';
import { s3Client, s3Request, type S3Client, type S3Reply, type S3Request } from './s3-client.ts';
import type { Tally } from './tally.ts';

/** What users sent, in the bucket. */
export const SENT = 'uploads/';
/** Where photos are sent to, and below which they are served. */
export const UPLOADS = '/api/media/';
export const MEDIA = '/media/';

export interface Media {
  readonly s3: S3Client;
  /** `Cache-Control` of what is served; empty: none is sent. */
  readonly cacheControl: string;
}
export interface MediaAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Milliseconds spent towards the object store. */
  readonly spentMs: number;
  /** How often it was asked. */
  readonly attempts: number;
}

/** As the api's settings say: objectStoreHost, objectStorePort, objectStoreBucket, mediaCacheControl; undefined without a host. */
export function mediaOf(settings: ContainerSettings): Media | undefined {
  const { objectStoreHost: host, objectStorePort: port, objectStoreBucket: bucket, mediaCacheControl } = settings;
  if (typeof host !== 'string' || host === '') return undefined;
  return {
    s3: s3Client({
      host,
      port: typeof port === 'number' ? port : 443,
      bucket: typeof bucket === 'string' ? bucket : 'media',
    }),
    cacheControl: typeof mediaCacheControl === 'string' ? mediaCacheControl : '',
  };
}

const JSON_TYPE = { 'content-type': 'application/json' };
const message = (status: number, text: string): Omit<MediaAnswer, 'spentMs' | 'attempts'> => ({
  status,
  headers: JSON_TYPE,
  body: JSON.stringify({ message: text }),
});
/** What a handler that returns its error becomes. @see labstack/echo 4.15, DefaultHTTPErrorHandler */
const FAILED = message(500, 'Internal Server Error');

/** The key of a photo that was sent with this request, and back; undefined for one that was not sent so. */
export const photoKeyOf = (requestId: string): string => `${SENT}${requestId}.jpg`;
export const requestOfPhoto = (key: string): string | undefined =>
  key.startsWith(SENT) ? key.slice(SENT.length).replace(/\.jpg$/, '') : undefined;

function* asked(
  media: Media,
  request: S3Request,
  answer: (reply: S3Reply) => Omit<MediaAnswer, 'spentMs' | 'attempts'>,
): Program<MediaAnswer> {
  const fromMs = yield* now();
  const reply = yield* s3Request(media.s3, request);
  return { ...answer(reply), spentMs: (yield* now()) - fromMs, attempts: reply.attempts };
}

/** POST /api/media/: a photo is put into the store, under the id its request bore. Acknowledged only when it is there. */
export const uploadPhoto = (media: Media, requestId: string, photo: string): Program<MediaAnswer> => {
  const key = photoKeyOf(requestId);
  return asked(media, { method: 'PUT', key, headers: { 'content-type': 'image/jpeg' }, body: photo }, (reply) =>
    reply.ok && reply.response.status === 200
      ? {
          status: 201,
          headers: JSON_TYPE,
          body: JSON.stringify({ request_id: requestId, url: `${MEDIA}${key}` }),
        }
      : FAILED,
  );
};

/** GET /media/KEY: the photo out of the store; whoever has it already is told that it is still the same. */
export function servePhoto(media: Media, key: string, ifNoneMatch: string | undefined): Program<MediaAnswer> {
  const headers = ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch };
  return asked(media, { method: 'GET', key, headers }, (reply) => {
    if (!reply.ok) return FAILED;
    const { status, body } = reply.response;
    if (status === 404) return message(404, 'Not Found');
    if (status !== 200 && status !== 304) return FAILED;
    return { status, headers: shown(media, reply.response), body };
  });
}
const PASSED_ON = ['content-type', 'etag', 'last-modified'];
const shown = ({ cacheControl }: Media, { headers }: HttpResponse): MediaAnswer['headers'] => ({
  ...Object.fromEntries(PASSED_ON.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]]))),
  ...(cacheControl === '' ? {} : { 'cache-control': cacheControl }),
});

/** As it is sent, with how long it took here and towards the object store, and what was counted on the way. */
export const mediaResponse = (answer: MediaAnswer, instance: string, tookMs: number, tally: Tally): HttpResponse => ({
  status: answer.status,
  body: answer.body,
  headers: {
    ...answer.headers,
    'server-timing': [
      timing('api', tookMs, instance, { questions: tally.questions }),
      timing('object-store', answer.spentMs, undefined, tally.http),
    ].join(', '),
  },
});

/** What a request to one of the routes asks for; undefined where it is for another one. */
export type MediaRoute = { readonly upload: true } | { readonly key: string };
export function mediaRoute(path: string): MediaRoute | undefined {
  const plain = withoutQuery(path);
  if (plain === UPLOADS) return { upload: true };
  if (!plain.startsWith(MEDIA) || plain === MEDIA) return undefined;
  try {
    return { key: decodeURIComponent(plain.slice(MEDIA.length)) };
  } catch {
    return undefined;
  }
}
