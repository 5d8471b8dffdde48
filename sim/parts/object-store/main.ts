/**
 * The object store's program: Backblaze B2's S3 interface, over TLS, that an AWS SDK accepts. Bodies are bytes here, one
 * character each for `behaviour/object-store.ts`, which decides what is answered.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { headersOf, type HttpResponse } from '../../behaviour/http-message.ts';
import { answerS3, objectStore, s3Error, type ObjectStore, type ServiceError } from '../../behaviour/object-store.ts';
import type { ObjectStoreConfig } from '../config.ts';
import { listening } from '../http-server.ts';
import { startPart } from '../part.ts';
import { unframed } from './aws-chunked.ts';
import { refusalOf } from './signature.ts';

const md5 = (body: string): string => `"${createHash('md5').update(body, 'latin1').digest('hex')}"`;

function answer(store: ObjectStore, config: ObjectStoreConfig, incoming: IncomingMessage, body: Buffer): HttpResponse {
  const { method = 'GET', url: path = '/' } = incoming;
  const headers = headersOf(incoming.headers);
  const request = { method, path, host: headers['host'] ?? '', headers };
  const outside = { nowMs: Date.now(), digest: md5 };
  // Whoever is too busy does not look at keys either.
  if (store.error !== undefined) return answerS3(store, request, outside);
  const refused = refusalOf(request, body, config.key, outside.nowMs);
  if (refused !== undefined) return s3Error(store, request, refused);
  const isFramed = headers['x-amz-content-sha256']?.startsWith('STREAMING-') === true;
  const bytes = isFramed ? unframed(body) : body;
  if (bytes === undefined) return s3Error(store, request, 'XAmzContentSHA256Mismatch');
  return answerS3(store, { ...request, body: bytes.toString('latin1') }, outside);
}

function send(outgoing: ServerResponse, { status, headers, body }: HttpResponse): void {
  if (outgoing.destroyed) return;
  outgoing.writeHead(
    status,
    status === 204 || status === 304 ? headers : { 'content-length': body.length, ...headers },
  );
  outgoing.end(body, 'latin1');
}

async function bytesOf(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  } catch {
    return undefined; // the client left in the middle of it
  }
}

await startPart<ObjectStoreConfig>(async (config) => {
  const store = objectStore(config.bucket, config.objects, { nowMs: Date.now(), digest: md5 });
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await bytesOf(incoming);
    if (body === undefined) return;
    send(outgoing, answer(store, config, incoming, body));
  };
  const server = createServer({ key: config.tls.key, cert: config.tls.cert, keepAliveTimeout: 0, noDelay: true });
  server.on('request', (incoming, outgoing) => void serve(incoming, outgoing));
  server.on('tlsClientError', () => {}); // one that only knocked
  await listening(server, config.listen);
  return { table: (table) => void (store.error = (table as { error?: ServiceError }).error) };
});
