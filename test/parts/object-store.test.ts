/** parts/object-store as a process, asked by the AWS SDK and by hand. */
import { Agent, request as httpsRequest } from 'node:https';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostPort, ObjectStoreKey } from '../../sim/parts/config.ts';
import { MOST_SKEW_MS, signed } from '../../sim/parts/object-store/signature.ts';
import { makeAuthority } from '../../sim/runtimes/certificates.ts';
import { addresses, startProgram, type Program } from './program.ts';

const Bucket = 'honeydue-photos';
const key: ObjectStoreKey = { id: '003abc', secret: 'K003/secret+', region: 'eu-central-003' };
const authority = makeAuthority();
let at: HostPort;
let program: Program;
beforeAll(async () => {
  at = addresses()();
  const tls = authority.issue(['s3.example'], [at.host]);
  program = await startProgram('object-store', { listen: at, tls, bucket: Bucket, objects: 3, key });
});
afterAll(() => program[Symbol.asyncDispose]());

function sdk(over: S3ClientConfig = {}): S3Client {
  return new S3Client({
    endpoint: `https://${at.host}:${at.port}`,
    region: key.region,
    forcePathStyle: true,
    credentials: { accessKeyId: key.id, secretAccessKey: key.secret },
    requestHandler: { httpsAgent: new Agent({ ca: authority.caPem }) },
    ...over,
  });
}
const nameOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'answered',
    (error: { name?: unknown; $metadata?: { httpStatusCode?: number } }) => [
      error.name,
      error.$metadata?.httpStatusCode,
    ],
  );

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}
async function ask({ method = 'GET', path = '/', headers = {}, body }: Asked): Promise<[number, string]> {
  const outgoing = httpsRequest({ ...at, ca: authority.caPem, agent: false, method, path, headers }).end(body);
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of incoming) text += String(chunk);
  return [incoming.statusCode ?? 0, text];
}
const codeOf = ([status, text]: [number, string]): unknown => [status, /<Code>(\w+)<\/Code>/.exec(text)?.[1]];

describe('object store: what the AWS SDK v3 asks for', () => {
  it('gives back the bytes that were put, under names that need encoding', async () => {
    await using _ = { [Symbol.asyncDispose]: async () => client.destroy() };
    const client = sdk();
    const Body = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const Key = "photos/käse & brot/it's +1 (2).jpg";
    const put = await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: 'image/jpeg' }));
    expect(put.ETag).toBe('"e2c865db4162bed963bfaa9ef6ac18f0"');
    const got = await client.send(new GetObjectCommand({ Bucket, Key }));
    expect([got.ContentType, got.ETag]).toEqual(['image/jpeg', put.ETag]);
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? [])).toEqual(Body);
    const head = await client.send(new HeadObjectCommand({ Bucket, Key }));
    expect([head.ContentLength, head.ETag]).toEqual([256, put.ETag]);
    await client.send(new DeleteObjectCommand({ Bucket, Key }));
    expect(await nameOf(client.send(new GetObjectCommand({ Bucket, Key })))).toEqual(['NoSuchKey', 404]);
    expect(await nameOf(client.send(new HeadObjectCommand({ Bucket, Key })))).toEqual(['NotFound', 404]);
  });
  it('takes a body that is streamed in pieces', async () => {
    const client = sdk();
    const Body = Readable.from([Buffer.from('one '), Buffer.from('two')]);
    await client.send(new PutObjectCommand({ Bucket, Key: 'streamed', Body, ContentLength: 7 }));
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'streamed' }));
    expect(await got.Body?.transformToString()).toBe('one two');
    client.destroy();
  });
  it('answers 304 to who has it already', async () => {
    const client = sdk();
    const { ETag = '' } = await client.send(new HeadObjectCommand({ Bucket, Key: 'photos/1.jpg' }));
    const again = client.send(new GetObjectCommand({ Bucket, Key: 'photos/1.jpg', IfNoneMatch: ETag }));
    expect(await nameOf(again)).toMatchObject({ 1: 304 });
    client.destroy();
  });
  it('knows its bucket, and no other', async () => {
    const client = sdk();
    expect(await nameOf(client.send(new HeadBucketCommand({ Bucket })))).toBe('answered');
    const other = new GetObjectCommand({ Bucket: 'other', Key: 'a' });
    expect(await nameOf(client.send(other))).toEqual(['NoSuchBucket', 404]);
    client.destroy();
  });
  it('lists what it holds, page by page', async () => {
    const client = sdk();
    for (const Key of ['list/<a> & "b"', 'list/c', 'list/d'])
      await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
    const page = { Bucket, Prefix: 'list/', MaxKeys: 2 };
    const first = await client.send(new ListObjectsV2Command(page));
    expect([first.IsTruncated, first.Contents?.map((one) => [one.Key, one.Size])]).toEqual([
      true,
      [
        ['list/<a> & "b"', 1],
        ['list/c', 1],
      ],
    ]);
    const { NextContinuationToken: ContinuationToken } = first;
    const second = await client.send(new ListObjectsV2Command({ ...page, ContinuationToken }));
    expect([second.IsTruncated, second.Contents?.map((one) => one.Key)]).toEqual([false, ['list/d']]);
    client.destroy();
  });
  it('refuses by name what is not modelled', async () => {
    const client = sdk({ maxAttempts: 1 });
    const folders = new ListObjectsV2Command({ Bucket, Delimiter: '/' });
    expect(await nameOf(client.send(folders))).toEqual(['NotImplemented', 501]);
    const Range = 'bytes=0-1';
    const part = new GetObjectCommand({ Bucket, Key: 'photos/1.jpg', Range });
    expect(await nameOf(client.send(part))).toEqual(['NotImplemented', 501]);
    client.destroy();
  });
  it('lets nobody in with another secret, another key or another region', async () => {
    const get = new GetObjectCommand({ Bucket, Key: 'photos/1.jpg' });
    const named = async (over: S3ClientConfig): Promise<unknown> => {
      const client = sdk({ maxAttempts: 1, ...over });
      const name = await nameOf(client.send(get));
      client.destroy();
      return name;
    };
    const credentials = (accessKeyId: string, secretAccessKey: string): S3ClientConfig => ({
      credentials: { accessKeyId, secretAccessKey },
    });
    expect(await named(credentials(key.id, 'wrong'))).toEqual(['SignatureDoesNotMatch', 403]);
    expect(await named(credentials('nobody', key.secret))).toEqual(['InvalidAccessKeyId', 403]);
    expect(await named({ region: 'us-west-004' })).toEqual(['AuthorizationHeaderMalformed', 400]);
  });
});

describe('object store: B2 when it is busy or broken (facts 7)', () => {
  it.each([
    ['ServiceUnavailable', 503],
    ['InternalError', 500],
  ])('answers %s with %i until it is told otherwise, and an SDK tries three times', async (error, status) => {
    const client = sdk();
    let tries = 0;
    client.middlewareStack.add(
      (next) => (args) => {
        tries++;
        return next(args);
      },
      { step: 'deserialize' },
    );
    const put = (): Promise<unknown> => client.send(new PutObjectCommand({ Bucket, Key: 'busy', Body: 'x' }));
    await program.table({ error });
    expect(await nameOf(put())).toEqual([error, status]);
    expect(tries).toBe(3);
    expect(codeOf(await ask({ path: '/healthz' }))).toEqual([status, error]);
    await program.table({});
    expect(await nameOf(put())).toBe('answered');
    client.destroy();
  });
});

describe('object store: requests made by hand', () => {
  const path = `/${Bucket}/photos/1.jpg`;
  const host = (): string => `${at.host}:${at.port}`;
  const headers = (nowMs = Date.now(), body?: string, method = 'GET') =>
    signed({ method, path, headers: { host: host() } }, body, key, nowMs);

  it('knows the photos that it holds from the start', async () => {
    expect(await ask({ path, headers: headers() })).toEqual([200, 'photo photos/1.jpg']);
  });
  it('a request that nobody signed is denied', async () => {
    expect(codeOf(await ask({ path }))).toEqual([403, 'AccessDenied']);
  });
  it('a signature holds for one path, one body and a quarter of an hour', async () => {
    const elsewhere = await ask({ path: `/${Bucket}/photos/2.jpg`, headers: headers() });
    expect(codeOf(elsewhere)).toEqual([403, 'SignatureDoesNotMatch']);
    const late = await ask({ path, headers: headers(Date.now() - MOST_SKEW_MS - 60_000) });
    expect(codeOf(late)).toEqual([403, 'RequestTimeTooSkewed']);
    const other = await ask({ method: 'PUT', path, body: 'forged', headers: headers(Date.now(), 'signed', 'PUT') });
    expect(codeOf(other)).toEqual([400, 'XAmzContentSHA256Mismatch']);
  });
  it.each(['%', '/%zz/a', `/${Bucket}/%zz`, '//', '/?', '/a?b?c'])('takes no harm from the path %s', async (odd) => {
    const wire = { method: 'GET', path: odd.startsWith('/') ? odd : `/${odd}`, headers: { host: host() } };
    const [status] = await ask({ path: wire.path, headers: signed(wire, undefined, key, Date.now()) });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(502);
  });
});
