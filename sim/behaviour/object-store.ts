/**
 * Backblaze B2 behind its S3 interface, as far as an app that stores files meets it: objects in one bucket, put, got, looked
 * at and deleted; XML errors; the two errors of its own that a busy or broken B2 gives. Verdicts that hang on it are by its
 * documents. Who may ask is checked by `parts/object-store`, where bytes and keys are.
 *
 * Not modelled, and refused by name: lists by folder, versions, ranges, copies, multipart uploads, access rules.
 * @see backblaze.com/docs: S3-compatible API, cloud storage integration checklist; AWS S3 API reference, "Error responses"
 */
import type { HttpRequest, HttpResponse } from './http-message.ts';

export interface StoredObject {
  /** One character a byte. */
  readonly body: string;
  readonly contentType: string;
  readonly etag: string;
  /** Wall time. */
  readonly modifiedMs: number;
}
/** What B2 answers instead of its work: a vault that is busy (expected in normal life), and a fault of its own. */
export type ServiceError = 'ServiceUnavailable' | 'InternalError';
export interface ObjectStore {
  readonly bucket: string;
  readonly objects: Map<string, StoredObject>;
  /** Set: every request ends with it. */
  error: ServiceError | undefined;
  /** Names each request, as B2 does; counted. */
  asked: number;
}
/** What only the driver knows: the hour, and how bytes are digested. */
export interface Outside {
  readonly nowMs: number;
  readonly digest: (body: string) => string;
}

const ERRORS = {
  AccessDenied: [403, 'Access Denied'],
  AuthorizationHeaderMalformed: [400, 'The authorization header is malformed'],
  InternalError: [500, 'An internal error occurred. Please retry your upload.'],
  InvalidAccessKeyId: [403, 'The key is not valid'],
  MethodNotAllowed: [405, 'The method is not allowed against this resource'],
  NoSuchBucket: [404, 'The bucket does not exist'],
  NoSuchKey: [404, 'The key does not exist'],
  NotImplemented: [501, 'The twin has no such function'],
  RequestTimeTooSkewed: [403, 'The time of the request is too far from the time here'],
  ServiceUnavailable: [503, 'no tomes available'],
  SignatureDoesNotMatch: [403, 'The signature does not match'],
  XAmzContentSHA256Mismatch: [400, 'The body is not the one that was signed'],
} as const satisfies Readonly<Record<string, readonly [status: number, message: string]>>;
export type S3Error = keyof typeof ERRORS;

/** @param objects  how many photos the bucket holds from the start: `photos/1.jpg` and on */
export function objectStore(bucket: string, objects: number, { nowMs, digest }: Outside): ObjectStore {
  const store: ObjectStore = { bucket, objects: new Map(), error: undefined, asked: 0 };
  for (let n = 1; n <= objects; n++) {
    const key = `photos/${n}.jpg`;
    const body = photoBody(key);
    store.objects.set(key, { body, contentType: 'image/jpeg', etag: digest(body), modifiedMs: nowMs });
  }
  return store;
}
/** A photo in the twin: it says which one it is, so that a wrong one is seen. */
export const photoBody = (key: string): string => `photo ${key}`;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** An error as S3 tells it: XML, and no body where only the head was asked for. */
export function s3Error(store: ObjectStore, request: HttpRequest, code: S3Error): HttpResponse {
  const [status, message] = ERRORS[code];
  const requestId = requestIdOf(store);
  const body = [
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
    '<Error>',
    `    <Code>${code}</Code>`,
    `    <Message>${message}</Message>`,
    `    <Resource>${escaped(request.path)}</Resource>`,
    `    <RequestId>${requestId}</RequestId>`,
    '</Error>',
    '',
  ].join('\n');
  return {
    status,
    headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId },
    body: request.method === 'HEAD' ? '' : body,
  };
}
const requestIdOf = (store: ObjectStore): string => store.asked.toString(16).padStart(16, '0');

/** Query parameters that SDKs add and that change nothing. */
const IDLE_PARAMETERS = ['x-id'];
/** Headers that ask for what is not modelled. */
const ASKS_FOR_MORE = ['range', 'x-amz-copy-source'];

/** Bucket and key of a path-style request; undefined for a path that cannot be read. */
function wanted(path: string): { readonly bucket: string; readonly key: string; readonly query: string } | undefined {
  const [before = '', query = ''] = path.split('?', 2);
  const [bucket = '', ...rest] = before.slice(1).split('/');
  try {
    return { bucket: decodeURIComponent(bucket), key: decodeURIComponent(rest.join('/')), query };
  } catch {
    return undefined;
  }
}

/** One request that was signed well. */
export function answerS3(store: ObjectStore, request: HttpRequest, outside: Outside): HttpResponse {
  store.asked++;
  if (store.error !== undefined) return s3Error(store, request, store.error);
  const { bucket, key, query } = wanted(request.path) ?? { bucket: '', key: '', query: '' };
  const parameters = query.split('&').filter((one) => one !== '' && !IDLE_PARAMETERS.includes(one.split('=')[0] ?? ''));
  if (bucket !== store.bucket) return s3Error(store, request, 'NoSuchBucket');
  if (request.method === 'HEAD' && key === '') return told(store, 200, {});
  if (request.method === 'GET' && key === '' && isList(parameters)) return list(store, parameters);
  if (key === '' || parameters.length > 0 || ASKS_FOR_MORE.some((name) => request.headers[name] !== undefined))
    return s3Error(store, request, 'NotImplemented');
  switch (request.method) {
    case 'PUT':
      return put(store, key, request, outside);
    case 'GET':
    case 'HEAD':
      return get(store, key, request);
    case 'DELETE':
      store.objects.delete(key);
      return told(store, 204, {});
    default:
      return s3Error(store, request, 'MethodNotAllowed');
  }
}

const told = (store: ObjectStore, status: number, headers: HttpResponse['headers'], body = ''): HttpResponse => ({
  status,
  headers: { ...headers, 'x-amz-request-id': requestIdOf(store) },
  body,
});

/** ListObjectsV2, and what it can be told here. */
const LIST_PARAMETERS = ['list-type', 'prefix', 'max-keys', 'continuation-token'];
const MOST_KEYS = 1_000;
const nameOf = (parameter: string): string => parameter.split('=')[0] ?? '';
const isList = (parameters: readonly string[]): boolean =>
  parameters.includes('list-type=2') && parameters.every((one) => LIST_PARAMETERS.includes(nameOf(one)));

/** A page of keys in their order; the token of the next one is the last key of this one. */
function list(store: ObjectStore, parameters: readonly string[]): HttpResponse {
  const said = new URLSearchParams(parameters.join('&'));
  const [prefix, from] = [said.get('prefix') ?? '', said.get('continuation-token') ?? ''];
  const most = Math.min(MOST_KEYS, Math.max(0, Number(said.get('max-keys') ?? MOST_KEYS) || 0));
  const all = [...store.objects.keys()].filter((key) => key.startsWith(prefix) && key > from).toSorted();
  const page = all.slice(0, most);
  const last = page.at(-1);
  const isTruncated = page.length < all.length && last !== undefined;
  const contents = page.map((key) => {
    const { body, etag, modifiedMs } = store.objects.get(key) ?? { body: '', etag: '', modifiedMs: 0 };
    const modified = new Date(modifiedMs).toISOString();
    return `<Contents><Key>${escaped(key)}</Key><LastModified>${modified}</LastModified><ETag>${escaped(etag)}</ETag><Size>${body.length}</Size></Contents>`;
  });
  const xml = [
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
    `<ListBucketResult><Name>${store.bucket}</Name><Prefix>${escaped(prefix)}</Prefix>`,
    `<KeyCount>${page.length}</KeyCount><MaxKeys>${most}</MaxKeys><IsTruncated>${isTruncated}</IsTruncated>`,
    ...(isTruncated ? [`<NextContinuationToken>${escaped(last)}</NextContinuationToken>`] : []),
    ...contents,
    '</ListBucketResult>',
  ];
  return told(store, 200, { 'content-type': 'application/xml' }, xml.join(''));
}

function put(store: ObjectStore, key: string, request: HttpRequest, { nowMs, digest }: Outside): HttpResponse {
  const body = request.body ?? '';
  const contentType = request.headers['content-type'] ?? 'application/octet-stream';
  const etag = digest(body);
  store.objects.set(key, { body, contentType, etag, modifiedMs: nowMs });
  return told(store, 200, { etag });
}

function get(store: ObjectStore, key: string, request: HttpRequest): HttpResponse {
  const found = store.objects.get(key);
  if (found === undefined) return s3Error(store, request, 'NoSuchKey');
  const { etag, modifiedMs, contentType, body } = found;
  const headers = { etag, 'last-modified': new Date(modifiedMs).toUTCString() };
  if (request.headers['if-none-match'] === etag) return told(store, 304, headers);
  const described = { ...headers, 'content-type': contentType, 'accept-ranges': 'bytes' };
  if (request.method === 'GET') return told(store, 200, described, body);
  return told(store, 200, { ...described, 'content-length': String(body.length) });
}
