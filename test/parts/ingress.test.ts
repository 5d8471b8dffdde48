/** parts/ingress as a process: Traefik 3.7 (facts 2.1, 2.3, 2.5). */
import type { ServerResponse } from 'node:http';
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import type { HostPort, IngressTable } from '../../sim/parts/config.ts';
import { request } from './http-client.ts';
import { addresses, startProgram, type Program } from './program.ts';
import { converse, tcpServer, webServer } from './sockets.ts';

const next = addresses();
const HOST = 'api.myhoneydue.com';
const host = { host: HOST };
async function start(hosts: IngressTable = {}): Promise<{ ingress: Program; at: HostPort }> {
  const at = next();
  return {
    ingress: await startProgram('ingress', {
      instance: 'traefik-1',
      node: 'node:1',
      listen: at,
      dns: { servers: [] },
      hosts,
      seed: 7,
    }),
    at,
  };
}
const to = (...addresses: HostPort[]): IngressTable => ({ [HOST]: { kind: 'endpoints', service: 'api', addresses } });

it('routes by Host: 404 for one it does not know, 503 for one without endpoints', async () => {
  const { ingress, at } = await start(to());
  await using _ingress = ingress;
  expect(await request(at, { headers: { host: 'other' } })).toMatchObject({
    status: 404,
    body: '404 page not found\n',
    headers: { 'x-content-type-options': 'nosniff', 'content-type': 'text/plain; charset=utf-8' },
  });
  expect(await request(at, { headers: host })).toMatchObject({ status: 503, body: 'no available server\n' });
});

it('answers /ping at any Host that is not its own business', async () => {
  const { ingress, at } = await start(to());
  await using _ingress = ingress;
  expect(await request(at, { path: '/ping', headers: { host: 'x' } })).toMatchObject({ status: 200, body: 'OK' });
  expect(await request(at, { path: '/ping', headers: host })).toMatchObject({ status: 503 });
});

it('takes heads of up to 1 MiB (facts 2.2: maxHeaderBytes)', async () => {
  const pod = next();
  const echo = { maxHeaderSize: 2 * 1024 * 1024 };
  await using _pod = await webServer(
    pod,
    ({ headers }, outgoing) => outgoing.end(String(headers.cookie?.length)),
    echo,
  );
  const { ingress, at } = await start(to(pod));
  await using _ingress = ingress;
  const answer = await request(at, { headers: { ...host, cookie: 'c'.repeat(1_000_000) } });
  expect(answer).toMatchObject({ status: 200, body: '1000000' });
});

it('throws away what the peer says about forwarding and sets its own sight; CF-Connecting-IP passes', async () => {
  const pod = next();
  await using _pod = await webServer(pod, (incoming, outgoing) => outgoing.end(JSON.stringify(incoming.headers)));
  const { ingress, at } = await start(to(pod));
  await using _ingress = ingress;
  const headers = {
    ...host,
    'x-forwarded-for': '192.0.2.9',
    'x-forwarded-proto': 'https',
    'x-real-ip': '192.0.2.9',
    'cf-connecting-ip': '192.0.2.9',
    te: 'trailers',
  };
  const answer = await request(at, { headers });
  const seen = JSON.parse(answer.body) as Record<string, string>;
  expect(seen).toMatchObject({
    host: HOST,
    'x-forwarded-for': '127.0.0.1',
    'x-real-ip': '127.0.0.1',
    'x-forwarded-proto': 'http',
    'x-forwarded-port': '80',
    'x-forwarded-host': HOST,
    'x-forwarded-server': 'traefik-1',
    'cf-connecting-ip': '192.0.2.9',
  });
  expect(seen['te']).toBeUndefined();
  expect(answer.headers['server-timing']).toMatch(
    /^ingress;dur=[\d.]+;trips=2;handshakes=1;questions=0;desc="node:1"$/,
  );
});

it.each([
  ['refused', undefined],
  ['ended without an answer', 'end'],
  ['reset', 'reset'],
])('answers 502 when the backend connection is %s', async (_saw, how) => {
  const pod = next();
  await using _pod =
    how === undefined
      ? undefined
      : await tcpServer(pod, (socket) =>
          socket.once('data', () => (how === 'end' ? socket.end() : socket.resetAndDestroy())),
        );
  const { ingress, at } = await start(to(pod));
  await using _ingress = ingress;
  expect(await request(at, { headers: host })).toMatchObject({ status: 502, body: 'Bad Gateway' });
});

/** A backend that says this to whoever asks, and hangs up. */
const saying = (pod: HostPort, text: string) => tcpServer(pod, (socket) => socket.once('data', () => socket.end(text)));

it.each([
  ['garbage', 'nonsense\r\n\r\n'],
  ['a head that breaks off', 'HTTP/1.1 200 OK\r\nContent-Le'],
])('answers 500 when the backend sends %s (facts 2.1)', async (_saw, text) => {
  const pod = next();
  await using _pod = await saying(pod, text);
  const { ingress, at } = await start(to(pod));
  await using _ingress = ingress;
  expect(await request(at, { headers: host })).toMatchObject({ status: 500, body: 'Internal Server Error' });
});

it.each([
  ['counted', 'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhalf of it'],
  ['in chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhalf \r\n'],
])('hangs up without a word when a body breaks off, %s (facts 2.1)', async (_how, text) => {
  const pod = next();
  await using _pod = await saying(pod, text);
  const { ingress, at } = await start(to(pod));
  await using _ingress = ingress;
  expect(await converse(at, `GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`)).toBe('|end');
});

it('passes on a head as long as Go takes it', async () => {
  const pod = next();
  await using _pod = await saying(
    pod,
    `HTTP/1.1 204 No Content\r\nX-Long: ${'x'.repeat(12_000)}\r\nX-More: ${'y'.repeat(12_000)}\r\n\r\n`,
  );
  const { ingress, at } = await start(to(pod));
  await using _ingress = ingress;
  expect(await converse(at, `GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`)).toContain(
    '204 No Content',
  );
});

it('answers 502 for a name no resolver can be asked for: refused', async () => {
  const at = next();
  const config = {
    instance: 'traefik-1',
    node: 'node:1',
    listen: at,
    dns: { servers: [next()] },
    hosts: { [HOST]: { kind: 'service', name: 'api', port: 8000 } },
    seed: 7,
  };
  await using _ingress = await startProgram('ingress', config);
  expect(await request(at, { headers: host })).toMatchObject({ status: 502 });
});

it("sends to a new table's endpoints once that is acknowledged", async () => {
  const [a, b] = [next(), next()];
  await using _a = await webServer(a, (_incoming, outgoing) => outgoing.end('a'));
  await using _b = await webServer(b, (_incoming, outgoing) => outgoing.end('b'));
  const { ingress, at } = await start(to(a));
  await using _ingress = ingress;
  expect((await request(at, { headers: host })).body).toBe('a');
  await ingress.table(to(b));
  expect((await request(at, { headers: host })).body).toBe('b');
});

it('has a turn for each Service: what others ask does not shift it (facts 2.4)', async () => {
  const pods = [next(), next(), next(), next()] as const;
  await using stack = new AsyncDisposableStack();
  for (const [n, pod] of pods.entries())
    stack.use(await webServer(pod, (_incoming, outgoing) => outgoing.end(String(n))));
  const { ingress, at } = await start({
    ...to(pods[0], pods[1]),
    admin: { kind: 'endpoints', service: 'admin', addresses: [pods[2], pods[3]] },
  });
  await using _ingress = ingress;
  const seen: string[] = [];
  for (const asked of [HOST, 'admin', HOST, 'admin']) seen.push((await request(at, { headers: { host: asked } })).body);
  expect(seen.toSorted()).toEqual(['0', '1', '2', '3']);
});

it('gives the backend up when the client goes away, and logs 499', async () => {
  const pod = next();
  const [asked, gone] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  await using _pod = await webServer(pod, (incoming) => {
    incoming.socket.on('close', () => gone.resolve());
    asked.resolve();
  });
  const { ingress, at } = await start(to(pod));
  await using _ingress = ingress;
  const client = connect(at);
  client.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\nX-Request-Id: r1\r\n\r\n`);
  await asked.promise;
  client.destroy();
  await gone.promise;
  await ingress.until(() => ingress.log.includes('GET / 499 Client Closed Request r1'));
});

it('drains on SIGTERM: refuses new connections, answers what is under way, ends', async () => {
  const pod = next();
  const asked = Promise.withResolvers<ServerResponse>();
  await using _pod = await webServer(pod, (_incoming, outgoing) => asked.resolve(outgoing));
  const { ingress, at } = await start(to(pod));
  await using _ingress = ingress;
  const idle = connect(at);
  idle.write('GET /ping HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(idle, 'data');
  const answer = request(at, { headers: { ...host, connection: 'keep-alive' } });
  const backendAnswer = await asked.promise;
  ingress.signal('SIGTERM');
  await once(idle.resume(), 'end');
  expect(await converse(at, 'x')).toBe('|ECONNREFUSED');
  backendAnswer.end('done');
  expect(await answer).toMatchObject({ status: 200, body: 'done', headers: { connection: 'close' } });
  expect(await ingress.exited).toBe(0);
});
