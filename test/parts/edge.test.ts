/** parts/edge and parts/phone as processes: Cloudflare by its documents (facts 1.1 to 1.5), and the users in front of it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { describe, expect, it } from 'vitest';
import type { Outcome, PlannedRequest } from '../../sim/runtimes/contract.ts';
import { makeAuthority } from '../../sim/runtimes/certificates.ts';
import type { HttpRequest, HttpResponse } from '../../sim/behaviour/http-message.ts';
import type { HostPort } from '../../sim/parts/config.ts';
import { http2Dialer } from '../../sim/parts/http2.ts';
import { addresses, startProgram, type Program } from './program.ts';
import { tcpServer, webServer } from './sockets.ts';

const next = addresses();
const HOST = 'api.myhoneydue.com';
const authority = makeAuthority();
const leaf = authority.issue([HOST]);
const FOREVER = { timeoutMs: Infinity };

async function startEdge(origins: readonly HostPort[], retry = true): Promise<{ edge: Program; at: HostPort }> {
  const at = next();
  const config = {
    pop: 'pop:dallas',
    listen: at,
    ...leaf,
    origins: origins.map((one, n) => ({ ...one, node: `node:${n}` })),
    retry,
    seed: 1,
  };
  return { edge: await startProgram('edge', config), at };
}
/** One request over HTTP/2 with the certificate verified, as a phone makes it. */
async function ask(at: HostPort, more: Partial<HttpRequest> = {}): Promise<HttpResponse | string> {
  const dialled = await http2Dialer(authority.caPem, {})({ ...at, serverName: HOST }, FOREVER);
  if (!dialled.ok) return dialled.saw;
  const reply = (await dialled.connection.exchange(
    { method: 'GET', path: '/api/tasks/', host: HOST, headers: {}, ...more },
    FOREVER,
  )) as { ok: true; value: HttpResponse } | { ok: false; saw: string };
  dialled.connection.close();
  return reply.ok ? reply.value : reply.saw;
}

describe('edge: to the origin', () => {
  it('sends what Cloudflare adds, over HTTP/1.1 kept alive, and the same ray to both sides', async () => {
    const node = next();
    const sockets = new Set<number | undefined>();
    await using _node = await webServer(node, (incoming, outgoing) => {
      sockets.add(incoming.socket.remotePort);
      outgoing.end(JSON.stringify({ ...incoming.headers, path: incoming.url }));
    });
    const { edge, at } = await startEdge([node]);
    await using _edge = edge;
    await ask(at);
    const answer = (await ask(at, {
      headers: { 'x-forwarded-for': '192.0.2.7', 'x-forwarded-proto': 'http', 'accept-encoding': 'identity' },
    })) as HttpResponse;
    expect(JSON.parse(answer.body)).toMatchObject({
      path: '/api/tasks/',
      host: HOST,
      connection: 'keep-alive',
      'cf-connecting-ip': '127.0.0.1',
      'x-forwarded-for': '192.0.2.7,127.0.0.1',
      'x-forwarded-proto': 'https',
      'cf-visitor': '{"scheme":"https"}',
      'cf-ray': answer.headers['cf-ray'],
      'cdn-loop': 'cloudflare',
      'accept-encoding': 'br, gzip',
    });
    expect(answer.headers).toMatchObject({
      'cf-ray': expect.stringMatching(/^[0-9a-f]{16}-DFW$/) as string,
      'cf-cache-status': 'DYNAMIC',
      server: 'cloudflare',
    });
    expect(answer.headers['server-timing']).toMatch(/^edge;dur=[\d.]+;trips=1;handshakes=0;desc="pop:dallas"$/);
    expect(sockets.size).toBe(1);
  });

  it('serves HTTP/1.1 clients too', async () => {
    const node = next();
    await using _node = await webServer(node, (_incoming, outgoing) => outgoing.end('fine'));
    const { edge, at } = await startEdge([node]);
    await using _edge = edge;
    const outgoing = httpsRequest({
      ...at,
      servername: HOST,
      ca: authority.caPem,
      headers: { host: HOST },
      agent: false,
    }).end();
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    expect([incoming.statusCode, incoming.httpVersion]).toEqual([200, '1.1']);
    incoming.resume();
    await once(incoming, 'end');
  });

  it('becomes 521 when every origin refuses, JSON for who asks for it', async () => {
    const { edge, at } = await startEdge([next(), next()]);
    await using _edge = edge;
    const answer = (await ask(at, { headers: { accept: 'application/json' } })) as HttpResponse;
    expect([answer.status, answer.headers['retry-after'], answer.headers['cf-error-type']]).toEqual([
      521,
      '120',
      '52x',
    ]);
    expect(JSON.parse(answer.body)).toMatchObject({ status: 521, ray_id: answer.headers['cf-ray'] });
  });

  it('retries a refused connect on another origin: always 200 while one of two lives', async () => {
    const node = next();
    await using _node = await webServer(node, (_incoming, outgoing) => outgoing.end('fine'));
    const { edge, at } = await startEdge([node, next()]);
    await using _edge = edge;
    const statuses = await Promise.all(Array.from({ length: 20 }, () => ask(at)));
    expect(new Set(statuses.map((answer) => (answer as HttpResponse).status))).toEqual(new Set([200]));
  });

  it('becomes 520 when the origin hangs up on a request, without a retry', async () => {
    const [bad, good] = [next(), next()];
    await using served = await tcpServer(good, (socket) => socket.once('data', () => socket.end()));
    await using second = await tcpServer(bad, (socket) => socket.once('data', () => socket.end()));
    const { edge, at } = await startEdge([bad, good]);
    await using _edge = edge;
    expect(await ask(at)).toMatchObject({ status: 520 });
    expect(served.accepted + second.accepted).toBe(1);
  });

  it('becomes 520 when the origin answers garbage, on a kept connection too: that is an answer (facts 1.1)', async () => {
    const node = next();
    await using origin = await tcpServer(node, (socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine');
        socket.once('data', () => socket.write('nonsense\r\n\r\n'));
      });
    });
    const { edge, at } = await startEdge([node]);
    await using _edge = edge;
    expect([await ask(at), await ask(at)]).toMatchObject([{ status: 200 }, { status: 520 }]);
    expect(origin.accepted).toBe(1);
  });

  it('takes up to 128 KB of headers from the origin, and says 520 to more (facts 1.1)', async () => {
    const node = next();
    const long = (incoming: IncomingMessage): number => Number(incoming.url?.slice(1));
    await using _node = await webServer(node, (incoming, outgoing) => {
      for (let left = long(incoming), n = 0; left > 0; left -= 10_000, n++)
        outgoing.setHeader(`x-${n}`, 'x'.repeat(Math.min(left, 10_000)));
      outgoing.setHeader('connection', 'close');
      outgoing.end('fine');
    });
    const { edge, at } = await startEdge([node]);
    await using _edge = edge;
    expect(await ask(at, { path: '/40000' })).toMatchObject({ status: 200 });
    expect(await ask(at, { path: '/140000' })).toMatchObject({ status: 520 });
  });

  it('gives the origin up when the client resets its stream', async () => {
    const node = next();
    const [asked, gone] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    await using _node = await webServer(node, (incoming) => {
      incoming.socket.on('close', () => gone.resolve());
      asked.resolve();
    });
    const { edge, at } = await startEdge([node]);
    await using _edge = edge;
    const session = connectHttp2(`https://${at.host}:${at.port}`, { ca: authority.caPem, servername: HOST });
    const stream = session.request({ ':path': '/', ':authority': HOST });
    stream.on('error', () => {});
    await asked.promise;
    stream.close(8);
    await gone.promise;
    session.destroy();
  });

  it('carries a megabyte without waiting for a window every 64 KB', async () => {
    const node = next();
    await using _node = await webServer(node, (incoming, outgoing) => {
      let bytes = 0;
      incoming.on('data', (chunk: Buffer) => (bytes += chunk.length));
      incoming.on('end', () => outgoing.end(String(bytes)));
    });
    const { edge, at } = await startEdge([node]);
    await using _edge = edge;
    expect(await ask(at, { method: 'POST', body: 'x'.repeat(1_000_000) })).toMatchObject({
      status: 200,
      body: '1000000',
    });
  });
});

describe('phone', () => {
  interface Drive {
    readonly outcomes: readonly Outcome[];
    readonly done: unknown;
  }
  /** Drives requests through a phone process whose public name servers know the edge; each stretch begins when the one before is answered. */
  async function drive(
    edgeAt: HostPort,
    stretches: readonly (readonly PlannedRequest[])[],
    options: { readonly ca?: string; readonly last?: 'end' | 'stop' } = {},
  ): Promise<Drive> {
    const dns = next();
    const records = { 'user:austin': { [HOST]: { addresses: [edgeAt.host], ttlMs: 300_000 } } };
    await using _resolver = await startProgram('resolver', {
      instance: 'dns',
      zone: 'public',
      listen: next(),
      viewers: { 'user:austin': dns },
      records,
    });
    const oracles = { listTasks: 'tasks-of-user', createTask: 'created-task' };
    await using phone = await startProgram('phone', {
      dns: { servers: [dns] },
      ca: options.ca ?? authority.caPem,
      ports: { 443: edgeAt.port },
      oracles,
      habits: { requestTimeoutMs: 60_000, keepAliveMs: 400_000 },
      seed: 1,
    });
    phone.send({ drive: { startInMs: 1 } });
    let due = 0;
    for (const requests of stretches) {
      phone.send({ requests });
      due += requests.filter(({ atMs }) => atMs < FAR_MS).length;
      await phone.until((messages) => messages.filter((message) => 'outcome' in message).length === due);
    }
    phone.send({ [options.last ?? 'end']: true });
    const messages = await phone.until((all) => all.some((message) => 'done' in message));
    expect(messages[0]).toEqual({ started: true });
    return {
      outcomes: messages.flatMap((message) => ('outcome' in message ? [message['outcome'] as Outcome] : [])),
      done: messages.at(-1)?.['done'],
    };
  }
  const FAR_MS = 3_600_000;
  const planned = (n: number, method: 'GET' | 'POST', more: Partial<PlannedRequest> = {}): PlannedRequest => ({
    requestId: `u1-${method}-${n}`,
    atMs: n,
    journey: method === 'GET' ? 'listTasks' : 'createTask',
    user: 1,
    method,
    url: `https://${HOST}/api/tasks/`,
    headers: { 'X-Request-Id': `u1-${method}-${n}` },
    ...more,
  });
  /** An api that remembers what it was told. */
  const tasks = (): {
    readonly handle: (incoming: IncomingMessage, outgoing: ServerResponse) => void;
    readonly sockets: Set<unknown>;
  } => {
    const known: string[] = [];
    const sockets = new Set<unknown>();
    return {
      sockets,
      handle: (incoming, outgoing) => {
        const id = String(incoming.headers['x-request-id']);
        outgoing.setHeader('server-timing', 'ingress;dur=2.0;desc="node:1", api;dur=1.0;desc="api-1"');
        if (incoming.method === 'POST') known.push(id);
        outgoing.end(
          JSON.stringify(incoming.method === 'POST' ? { request_id: id } : known.map((request_id) => ({ request_id }))),
        );
      },
    };
  };

  it('creates and lists, judges the bodies, and tells the hops nearest first', async () => {
    const node = next();
    await using _node = await webServer(node, tasks().handle);
    const { edge, at } = await startEdge([node]);
    await using _edge = edge;
    const { outcomes, done } = await drive(at, [[planned(0, 'POST')], [planned(1, 'GET')]]);
    expect(outcomes.map(({ requestId, end, status }) => [requestId, end, status])).toEqual([
      ['u1-POST-0', 'ok', 200],
      ['u1-GET-1', 'ok', 200],
    ]);
    expect(outcomes.map(({ hops }) => hops.map(({ part }) => part))).toEqual([
      ['phone', 'connect', 'edge', 'ingress', 'api'],
      ['phone', 'edge', 'ingress', 'api'],
    ]);
    const counted = outcomes.map(({ hops }) => hops.slice(0, 3).map(({ trips, handshakes }) => [trips, handshakes]));
    // Cold: TCP and TLS 1.3 to the edge, TCP to the origin; warm: the request alone.
    expect([counted[0]?.[0], counted[0]?.[2], counted[1]?.[0], counted[1]?.[1]]).toEqual([
      [3, 2],
      [2, 1],
      [1, 0],
      [1, 0],
    ]);
    expect(done).toMatchObject({ scheduled: 2, sent: 2, dropped: 0 });
  });

  it('starts each request at its instant, whether the ones before are answered or not, and counts from there', async () => {
    const node = next();
    const waiting: ServerResponse[] = [];
    await using _node = await webServer(node, (_incoming, outgoing) => {
      waiting.push(outgoing);
      if (waiting.length === 4) for (const one of waiting) one.end('[]');
    });
    const { edge, at } = await startEdge([node]);
    await using _edge = edge;
    const { outcomes } = await drive(at, [[0, 10, 20, 30].map((n) => planned(n, 'GET'))]);
    // None is answered before the last has started: each waited at least until then, from its own due instant.
    expect(outcomes.map(({ end }) => end)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(outcomes.filter(({ atMs, tookMs }) => tookMs < 30 - atMs)).toEqual([]);
  });

  it('says wrong-body for a list that lacks an acknowledged task', async () => {
    const node = next();
    await using _node = await webServer(node, (incoming, outgoing) =>
      outgoing.end(
        incoming.method === 'POST' ? JSON.stringify({ request_id: incoming.headers['x-request-id'] }) : '[]',
      ),
    );
    const { edge, at } = await startEdge([node]);
    await using _edge = edge;
    const { outcomes } = await drive(at, [[planned(0, 'POST')], [planned(1, 'GET')]]);
    expect(outcomes[1]).toMatchObject({
      end: 'fail',
      error: 'wrong-body',
      detail: '1 acknowledged task(s) missing, first u1-POST-0',
    });
  });

  it("does not talk to an edge whose certificate is not the run's", async () => {
    const { edge, at } = await startEdge([next()]);
    await using _edge = edge;
    const { outcomes } = await drive(at, [[planned(0, 'GET')]], { ca: makeAuthority().caPem });
    expect(outcomes[0]).toMatchObject({ end: 'fail', error: 'reset' });
  });

  it('starts nothing more after a stop, and reports what was sent', async () => {
    const node = next();
    await using _node = await webServer(node, (_incoming, outgoing) => outgoing.end('[]'));
    const { edge, at } = await startEdge([node]);
    await using _edge = edge;
    const { outcomes, done } = await drive(at, [[planned(0, 'GET'), planned(FAR_MS, 'GET')]], { last: 'stop' });
    expect([outcomes.length, done]).toMatchObject([1, { scheduled: 1, sent: 1, dropped: 0 }]);
  });
});
