/** parts/admin as a process: a real resolver, an api behind TLS and one without. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { describe, expect, it } from 'vitest';
import type { HostPort } from '../../sim/parts/config.ts';
import { makeAuthority } from '../../sim/runtimes/certificates.ts';
import { request } from './http-client.ts';
import { addresses, startProgram, type Program } from './program.ts';

const next = addresses();
const authority = makeAuthority();
const NAME = 'api.example.org';
const record = (host: string) => ({ addresses: [host], ttlMs: 5_000 });

/** An admin whose api stands at an address, by this URL. */
async function start(api: HostPort, apiUrl: string): Promise<AsyncDisposable & { at: HostPort; admin: Program }> {
  const [dnsAt, at] = [next(), next()];
  const records = { node: { [NAME]: record(api.host), 'api.default.svc.cluster.local': record(api.host) } };
  const resolver = await startProgram('resolver', {
    instance: 'coredns',
    zone: 'cluster',
    listen: next(),
    viewers: { node: dnsAt },
    records,
  });
  const admin = await startProgram('admin', {
    instance: 'admin-1',
    listen: at,
    dns: { servers: [dnsAt] },
    settings: { apiUrl },
    apiPort: api.port,
    ca: authority.caPem,
    seed: 1,
  });
  return {
    at,
    admin,
    async [Symbol.asyncDispose]() {
      await admin[Symbol.asyncDispose]();
      await resolver[Symbol.asyncDispose]();
    },
  };
}
const api =
  (seen: unknown[]): RequestListener =>
  (incoming, outgoing) => {
    seen.push([incoming.headers.host, incoming.headers.authorization, incoming.url]);
    outgoing.end('[{"id":1,"email":"a@example.com"}]');
  };
const page = (at: HostPort, path = '/users') => request(at, { path, headers: { authorization: 'Token 1.x' } });

describe('admin', () => {
  it.each([
    ['https', `https://${NAME}`, NAME, 7],
    ['http', 'http://api:8000', 'api', 1],
  ])('%s: renders what the api answers, and keeps its connection', async (scheme, url, host) => {
    const at = next();
    const seen: unknown[] = [];
    const server =
      scheme === 'https' ? createSecureServer(authority.issue([NAME]), api(seen)) : createServer(api(seen));
    let connections = 0;
    server.on(scheme === 'https' ? 'secureConnection' : 'connection', () => connections++).listen(at.port, at.host);
    await once(server, 'listening');
    await using site = await start(at, url);
    const first = await page(site.at);
    expect([first.status, first.body]).toEqual([200, 'file /users <table><tr><td>a@example.com</table>']);
    expect(first.headers['server-timing']).toMatch(
      /^admin;dur=[\d.]+;trips=[23];handshakes=[12];questions=[14];desc="admin-1"$/,
    );
    expect((await page(site.at)).headers['server-timing']).toMatch(/;trips=1;handshakes=0;questions=0;/);
    expect([seen[0], connections]).toEqual([[host, 'Token 1.x', '/api/admin/users/'], 1]);
    server.closeAllConnections();
    server.close();
  });
  it('nobody there: Next.js says 500, and its probe that it is well', async () => {
    await using site = await start(next(), `https://${NAME}`);
    expect([(await page(site.at)).status, (await page(site.at, '/healthz')).status]).toEqual([500, 200]);
    expect((await page(site.at, '/nowhere')).status).toBe(404);
  });
});
