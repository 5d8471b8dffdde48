/** The live driver of behaviours against real sockets. */
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import {
  close,
  dial,
  enter,
  exchange,
  leave,
  query,
  wait,
  type Connection,
  type Gate,
  type Program,
} from '../../sim/behaviour/effects.ts';
import type { HttpRequest, HttpResponse } from '../../sim/behaviour/http-message.ts';
import { makeWorld, run, type World } from '../../sim/parts/driver.ts';
import type { HostPort } from '../../sim/parts/config.ts';
import { httpDialer } from '../../sim/parts/http.ts';
import { createPrng } from '../../sim/prng.ts';
import { addresses } from './program.ts';
import { tcpServer, udpServer, webServer } from './sockets.ts';

const next = addresses();
const worldOf = (dns?: HostPort): World =>
  makeWorld({
    dns: { servers: dns === undefined ? [] : [dns] },
    prng: createPrng(1),
    dialers: { http: httpDialer(60_000) },
  });
const get: HttpRequest = { method: 'GET', path: '/', host: 'example.org', headers: { 'x-a': '1' } };

/** Dials and asks `times` times on one connection. */
function* talk(at: HostPort, times = 1, timeoutMs = 60_000): Program<unknown[]> {
  const seen: unknown[] = [];
  const dialled = yield* dial('http', at.host, at.port, timeoutMs);
  if (!dialled.ok) return [dialled.saw];
  for (let n = 0; n < times; n++) {
    const reply = yield* exchange<HttpResponse>(dialled.connection, get, timeoutMs);
    seen.push(reply.ok ? reply.value : reply.saw);
  }
  yield* close(dialled.connection);
  return seen;
}

describe('driver: http: what a dial and an exchange see', () => {
  it('a port nobody listens on is refused', async () => {
    expect(await run(talk(next()), worldOf())).toEqual(['refused']);
  });
  it('a connection reset after the request is a reset', async () => {
    const at = next();
    await using _server = await tcpServer(at, (socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect(await run(talk(at), worldOf())).toEqual(['reset']);
  });
  it('a clean end instead of an answer is end-of-file', async () => {
    const at = next();
    await using _server = await tcpServer(at, (socket) => socket.once('data', () => socket.end()));
    expect(await run(talk(at), worldOf())).toEqual(['end-of-file']);
  });
  it('a body that is cut off is no answer', async () => {
    const at = next();
    await using _server = await tcpServer(at, (socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf')),
    );
    expect(await run(talk(at), worldOf())).toEqual(['cut-off']);
  });
  it('an answer that does not come in time is reply-silent', async () => {
    const at = next();
    await using _server = await tcpServer(at, () => {});
    expect(await run(talk(at, 1, 30), worldOf())).toEqual(['reply-silent']);
  });
  it('requests on one connection share its socket, and carry method, path, host and headers', async () => {
    const at = next();
    const ports = new Set<number | undefined>();
    await using _server = await webServer(at, (incoming, outgoing) => {
      ports.add(incoming.socket.remotePort);
      outgoing.end(`${incoming.method} ${incoming.url} ${incoming.headers.host} ${String(incoming.headers['x-a'])}`);
    });
    const seen = (await run(talk(at, 3), worldOf())) as HttpResponse[];
    expect(seen.map((response) => response.body)).toEqual(Array(3).fill('GET / example.org 1'));
    expect(ports.size).toBe(1);
  });
  it('a kept connection that the server ends is no longer alive', async () => {
    const at = next();
    let ended: Promise<unknown> = Promise.resolve();
    await using _server = await tcpServer(at, (socket) =>
      socket.once('data', () => {
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
        ended = once(socket, 'close');
      }),
    );
    const program = function* (): Program<Connection | undefined> {
      const dialled = yield* dial('http', at.host, at.port, 60_000);
      if (!dialled.ok) return undefined;
      yield* exchange(dialled.connection, get, 60_000);
      return dialled.connection;
    };
    const connection = await run(program(), worldOf());
    await ended;
    expect(connection?.alive).toBe(false);
  });
});

describe('driver: dns', () => {
  const ask = (at: HostPort, timeoutMs = 60_000) => run(query('redis', timeoutMs), worldOf(at));
  it('a port nobody listens on is refused at once (ICMP port unreachable)', async () => {
    expect(await ask(next())).toEqual({ ok: false, saw: 'refused' });
  });
  it('a server that never answers is silent', async () => {
    const at = next();
    await using _server = await udpServer(at, () => undefined);
    expect(await ask(at, 30)).toEqual({ ok: false, saw: 'reply-silent' });
  });
  it('SERVFAIL is told apart, and an answer to another question is passed over', async () => {
    const at = next();
    await using _server = await udpServer(at, (data) => {
      const reply = Buffer.from(data);
      reply[2] = 0x80;
      reply[3] = 0x02;
      return reply;
    });
    expect(await ask(at)).toEqual({ ok: false, saw: 'servfail' });
    const other = next();
    await using _stranger = await udpServer(other, (data) => {
      const reply = Buffer.from(data);
      reply[0] = (reply[0] ?? 0) ^ 1;
      reply[2] = 0x80;
      return reply;
    });
    expect(await ask(other, 30)).toEqual({ ok: false, saw: 'reply-silent' });
  });
});

describe('driver: time, gates and aborts', () => {
  it('no wait ends early, fractions of a millisecond included', async () => {
    const early: number[] = [];
    for (const ms of [0.3, 1, 1.7, 3.4]) {
      const fromMs = performance.now();
      await run(wait(ms), worldOf());
      if (performance.now() - fromMs < ms) early.push(ms);
    }
    expect(early).toEqual([]);
  });

  function* pass(gate: Gate, name: string, seen: string[], until: Promise<void>, timeoutMs = Infinity): Program<void> {
    if (!(yield* enter(gate, timeoutMs))) return void seen.push(`${name} late`);
    try {
      seen.push(name);
      yield {
        do: 'exchange',
        connection: { alive: true, exchange: () => until } as unknown as Connection,
        message: null,
        timeoutMs: Infinity,
      };
    } finally {
      yield* leave(gate);
    }
  }
  it('a gate lets them in in the order they came, and forgets who gave up', async () => {
    const [gate, world, seen, held] = [{ capacity: 1 }, worldOf(), [] as string[], Promise.withResolvers<void>()];
    const first = run(pass(gate, 'a', seen, held.promise), world);
    const late = run(pass(gate, 'b', seen, held.promise, 5), world);
    const rest = ['c', 'd'].map((name) => run(pass(gate, name, seen, Promise.resolve()), world));
    await late;
    held.resolve();
    await Promise.all([first, ...rest]);
    expect(seen).toEqual(['a', 'b late', 'c', 'd']);
  });
  it('an abort gives up what is awaited, runs what `finally` yields, and leaves no place taken', async () => {
    const [gate, world, seen] = [{ capacity: 1 }, worldOf(), [] as string[]];
    const controller = new AbortController();
    const at = next();
    const closed = Promise.withResolvers<void>();
    await using server = await tcpServer(at, (socket) => {
      socket.on('close', () => closed.resolve());
      socket.resume().on('end', () => socket.end());
      socket.once('data', () => controller.abort(new Error('gone')));
    });
    const program = function* (): Program<void> {
      yield* enter(gate, Infinity);
      try {
        yield* talk(at);
      } finally {
        yield* leave(gate);
      }
    };
    await expect(run(program(), world, controller.signal)).rejects.toThrow('gone');
    await closed.promise;
    await run(pass(gate, 'next', seen, Promise.resolve()), world);
    expect([seen, server.accepted]).toEqual([['next'], 1]);
  });
  it('a behaviour that is aborted before its next effect starts none', async () => {
    await expect(run(wait(60_000), worldOf(), AbortSignal.abort(new Error('over')))).rejects.toThrow('over');
  });
});
