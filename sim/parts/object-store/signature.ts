/**
 * AWS Signature Version 4 for S3: made by our api's client, checked by the object store.
 * @see AWS documentation, "Create a signed AWS API request", "Authenticating Requests: Using the Authorization Header"
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { S3Error } from '../../behaviour/object-store.ts';
import type { ObjectStoreKey } from '../config.ts';

/** A request as it goes over the wire: header names in lower case, `host` among them, the path as it was encoded. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}
/** S3 takes a request whose clock is this far off at most, in milliseconds. */
export const MOST_SKEW_MS = 15 * 60_000;
const ALGORITHM = 'AWS4-HMAC-SHA256';

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
/** `20130524T000000Z` */
const amzDate = (nowMs: number): string => new Date(nowMs).toISOString().replaceAll(/[:-]|\.\d{3}/g, '');

function signatureOf(
  { method, path, headers }: WireRequest,
  key: ObjectStoreKey,
  date: string,
  signed: readonly string[],
): string {
  const [before = '', query = ''] = path.split('?', 2);
  const parameters = query.split('&').filter((one) => one !== '');
  const canonical = [
    method,
    before,
    parameters
      .map((one) => (one.includes('=') ? one : `${one}=`))
      .toSorted()
      .join('&'),
    ...signed.map((name) => `${name}:${(headers[name] ?? '').trim().replaceAll(/ +/g, ' ')}`),
    '',
    signed.join(';'),
    headers['x-amz-content-sha256'] ?? '',
  ].join('\n');
  const scope = [date.slice(0, 8), key.region, 's3', 'aws4_request'];
  const text = [ALGORITHM, date, scope.join('/'), sha256(canonical)].join('\n');
  const signing = scope.reduce<string | Buffer>((from, part) => hmac(from, part), `AWS4${key.secret}`);
  return createHmac('sha256', signing).update(text).digest('hex');
}

/** The headers of a request with those that sign it. @param body  undefined where there is none */
export function signed(
  request: WireRequest,
  body: string | undefined,
  key: ObjectStoreKey,
  nowMs: number,
): Readonly<Record<string, string>> {
  const date = amzDate(nowMs);
  const headers = { ...request.headers, 'x-amz-date': date, 'x-amz-content-sha256': sha256(body ?? '') };
  const names = Object.keys(headers).toSorted();
  const signature = signatureOf({ ...request, headers }, key, date, names);
  const credential = `${key.id}/${date.slice(0, 8)}/${key.region}/s3/aws4_request`;
  const authorization = `${ALGORITHM} Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { ...headers, authorization };
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/s3\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;
/** "20130524T000000Z" in wall time; NaN when it is none. */
const msOf = (date: string): number =>
  Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
/** What stands in the place of a body's digest when the body is not signed, or signed piece by piece. */
const NO_DIGEST = /^(?:UNSIGNED-PAYLOAD|STREAMING-[A-Z0-9-]+)$/;

/** Why a request is not let in; undefined when it is. The pieces of a streamed body are not checked one by one. */
export function refusalOf(request: WireRequest, body: Buffer, key: ObjectStoreKey, nowMs: number): S3Error | undefined {
  const { authorization, 'x-amz-date': date = '', 'x-amz-content-sha256': digest = '' } = request.headers;
  if (authorization === undefined) return 'AccessDenied';
  const [, id, day, region, names = '', signature = ''] = AUTHORIZATION.exec(authorization) ?? [];
  if (id === undefined || region !== key.region || day !== date.slice(0, 8)) return 'AuthorizationHeaderMalformed';
  if (id !== key.id) return 'InvalidAccessKeyId';
  const skewMs = Math.abs(msOf(date) - nowMs);
  if (Number.isNaN(skewMs) || skewMs > MOST_SKEW_MS) return 'RequestTimeTooSkewed';
  const list = names.split(';');
  // The host is what keeps a signed request from being sent elsewhere.
  if (!list.includes('host')) return 'AccessDenied';
  const right = signatureOf(request, key, date, list);
  if (!timingSafeEqual(Buffer.from(right), Buffer.from(signature))) return 'SignatureDoesNotMatch';
  return NO_DIGEST.test(digest) || digest === sha256(body) ? undefined : 'XAmzContentSHA256Mismatch';
}
