/** parts/edge as a process with a cache in front of a real origin (facts 1.6). */
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { HttpResponse } from '../../sim/behaviour/http-message.ts';
import { http2Dialer } from '../../sim/parts/http2.ts';
import { makeAuthority } from '../../sim/runtimes/certificates.ts';
import type { HostPort } from '../../sim/parts/config.ts';
import { addresses, startProgram, type Program } from './program.ts';
import { webServer } from './sockets.ts';

const next = addresses();
const HOST = 'api.myhoneydue.com';
const authority = makeAuthority();
const FOREVER = { timeoutMs: Infinity };

async function pop(origin: HostPort, cacheRulePaths?: readonly string[]): Promise<{ program: Program; at: HostPort }> {
  const at = next();
  const origins = [{ ...origin, node: 'node:a' }];
  const leaf = authority.issue([HOST]);
  const program = await startProgram('edge', {
    pop: 'pop:dallas',
    listen: at,
    ...leaf,
    origins,
    retry: false,
    seed: 1,
    ...(cacheRulePaths && { cacheRulePaths }),
  });
  return { program, at };
}
async function ask(at: HostPort, path: string, timeoutMs = Infinity): Promise<HttpResponse | undefined> {
  const dialled = await http2Dialer(authority.caPem, {})({ ...at, serverName: HOST }, FOREVER);
  if (!dialled.ok) return undefined;
  const request = { method: 'GET', path, host: HOST, headers: {} };
  const reply = (await dialled.connection.exchange(request, { timeoutMs })) as { ok: boolean; value?: HttpResponse };
  dialled.connection.close();
  return reply.value;
}
const cacheStatus = async (at: HostPort, path: string): Promise<unknown> =>
  (await ask(at, path))?.headers['cf-cache-status'];

describe('edge: its cache', () => {
  it('answers by itself what it has; another POP has to ask', async () => {
    const node = next();
    const asked: (string | undefined)[] = [];
    await using _origin = await webServer(node, (incoming, outgoing) => {
      asked.push(incoming.url);
      outgoing.setHeader('cache-control', 'public, max-age=60');
      outgoing.end(`bytes of ${incoming.url}`);
    });
    const [one, other] = [await pop(node), await pop(node)];
    await using _one = one.program;
    await using _other = other.program;
    expect([await cacheStatus(one.at, '/a.jpg'), await cacheStatus(one.at, '/a.jpg')]).toEqual(['MISS', 'HIT']);
    const hit = await ask(one.at, '/a.jpg');
    expect([hit?.status, hit?.body]).toEqual([200, 'bytes of /a.jpg']);
    expect(hit?.headers['server-timing']).toMatch(/^edge;dur=[\d.]+;trips=0;handshakes=0;desc="pop:dallas"$/);
    expect(await cacheStatus(other.at, '/a.jpg')).toBe('MISS');
    expect(await cacheStatus(one.at, '/api/tasks/')).toBe('DYNAMIC');
    expect(asked).toEqual(['/a.jpg', '/a.jpg', '/api/tasks/']);
  });

  it('HTML is dynamic whatever its Cache-Control says, and kept where a Cache Rule makes it eligible', async () => {
    const node = next();
    await using _origin = await webServer(node, (_incoming, outgoing) => {
      outgoing.setHeader('content-type', 'text/html');
      outgoing.setHeader('cache-control', 'public, max-age=60');
      outgoing.end('<html>');
    });
    const [plain, ruled] = [await pop(node), await pop(node, ['/'])];
    await using _plain = plain.program;
    await using _ruled = ruled.program;
    expect([await cacheStatus(plain.at, '/'), await cacheStatus(plain.at, '/')]).toEqual(['DYNAMIC', 'DYNAMIC']);
    expect([await cacheStatus(ruled.at, '/'), await cacheStatus(ruled.at, '/')]).toEqual(['MISS', 'HIT']);
  });

  it('a client that leaves does not leave those behind who wait for the same', async () => {
    const node = next();
    const held: ServerResponse[] = [];
    const arrived = Promise.withResolvers<void>();
    await using _origin = await webServer(node, (_incoming, outgoing) => {
      held.push(outgoing);
      if (held.length === 1) arrived.resolve();
      else outgoing.end('bytes');
    });
    const { program, at } = await pop(node);
    await using _program = program;
    const leaver = ask(at, '/a.jpg', 300);
    await arrived.promise;
    const waiter = ask(at, '/a.jpg');
    expect(await leaver).toBeUndefined();
    expect([(await waiter)?.body, held.length]).toEqual(['bytes', 2]);
  });
});
