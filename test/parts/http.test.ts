/** The client side of HTTP, both versions of it, against small servers. */
import { once } from 'node:events';
import { createSecureServer, type IncomingHttpHeaders } from 'node:http2';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Reply } from '../../sim/behaviour/effects.ts';
import type { HttpRequest, HttpResponse } from '../../sim/behaviour/http-message.ts';
import type { HostPort } from '../../sim/parts/config.ts';
import type { Dialer } from '../../sim/parts/connection.ts';
import { httpDialer } from '../../sim/parts/http.ts';
import { http2Dialer } from '../../sim/parts/http2.ts';
import { makeAuthority } from '../../sim/runtimes/certificates.ts';
import { addresses } from './program.ts';
import { webServer } from './sockets.ts';

const next = addresses();
const HOST = 'api.myhoneydue.com';
const LIMITS = { timeoutMs: 60_000 };
const authority = makeAuthority();
type Answer = readonly [headers: Readonly<Record<string, string>>, body: Buffer | string];

const http1Server = (at: HostPort, [headers, body]: Answer): Promise<AsyncDisposable> =>
  webServer(at, (_, outgoing) => outgoing.writeHead(200, headers).end(body));
async function http2Server(
  at: HostPort,
  [headers, body]: Answer,
  asked: (headers: IncomingHttpHeaders) => void = () => {},
): Promise<AsyncDisposable> {
  const server = createSecureServer(authority.issue([HOST]), (incoming, outgoing) => {
    asked(incoming.headers);
    outgoing.writeHead(200, headers);
    outgoing.end(body);
  });
  server.listen(at.port, at.host);
  await once(server, 'listening');
  return {
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}
async function exchanged(dial: Dialer, at: HostPort, headers: HttpRequest['headers'] = {}): Promise<HttpResponse> {
  const dialled = await dial({ ...at, serverName: HOST }, LIMITS);
  if (!dialled.ok) throw new Error(dialled.saw);
  const asked: HttpRequest = { method: 'GET', path: '/', host: HOST, headers };
  try {
    const reply = (await dialled.connection.exchange(asked, LIMITS)) as Reply<HttpResponse>;
    if (!reply.ok) throw new Error(reply.saw);
    return reply.value;
  } finally {
    dialled.connection.close();
  }
}

describe.each([
  ['HTTP/1.1', http1Server, httpDialer(60_000)],
  ['HTTP/2', http2Server, http2Dialer(authority.caPem, {})],
])('%s: a body', (_, serve, dial) => {
  it.each([
    ['gzip', gzipSync('["ä"]')],
    ['br', brotliCompressSync('["ä"]')],
  ])('that came as %s is read as what it was before', async (coding, bytes) => {
    const at = next();
    await using _server = await serve(at, [{ 'content-encoding': coding, 'x-cache': 'HIT' }, bytes]);
    const { headers, body } = await exchanged(dial, at);
    expect([body, headers['content-encoding'], headers['x-cache']]).toEqual(['["ä"]', undefined, 'HIT']);
  });
  it('that is not what its header says is left as it came', async () => {
    const at = next();
    await using _server = await serve(at, [{ 'content-encoding': 'gzip' }, '[]']);
    const { headers, body } = await exchanged(dial, at);
    expect([body, headers['content-encoding']]).toEqual(['[]', 'gzip']);
  });
});

it('HTTP/2: what a load script says of one connection is left out (RFC 9113, 8.2.2), the rest is sent', async () => {
  const at = next();
  const seen: string[] = [];
  await using _server = await http2Server(at, [{}, '[]'], (headers) => seen.push(...Object.keys(headers)));
  const headers = { connection: 'keep-alive', 'keep-alive': 'timeout=5', upgrade: 'h2c', 'x-request-id': 'u1-a-1' };
  expect((await exchanged(http2Dialer(authority.caPem, {}), at, headers)).body).toBe('[]');
  expect(seen.filter((name) => !name.startsWith(':'))).toEqual(['x-request-id']);
});
