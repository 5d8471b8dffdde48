import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createToxiproxy } from '../../../sim/parts/toxiproxy/server.ts';
import { openWorld } from './world.ts';

test.each(['localhost', 'localhost:8474', '127.0.0.1:1', '127.3.2.1:8474', '[::1]:8474', 'LOCALHOST'])(
  'the Host %s is served',
  async (host) => {
    await using world = await openWorld();
    expect((await world.call('GET', '/version', undefined, { Host: host })).status).toBe(200);
  },
);

test.each(['example.com', '127.0.0.1.example.com', '10.0.0.1:8474'])(
  'the Host "%s" is refused with 403: a name that was re-pointed at this machine',
  async (host) => {
    await using world = await openWorld();
    expect((await world.call('GET', '/version', undefined, { Host: host })).status).toBe(403);
  },
);

test.each(['http://example.com', 'http://127.0.0.1:8474', 'null'])(
  'a request with the Origin %s is refused with 403 and does nothing',
  async (origin) => {
    await using world = await openWorld();
    const body = { name: 'p', listen: '127.0.0.1:0', upstream: 'u:1' };
    expect((await world.call('POST', '/proxies', body, { Origin: origin })).status).toBe(403);
    expect(await world.must('GET', '/proxies')).toEqual({});
  },
);

test('a Unix socket serves any Host, since its folder decides who may reach it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'toxiproxy-'));
  const server = createToxiproxy();
  try {
    const socketPath = join(folder, 'control');
    await server.listenOnSocket(socketPath);
    const asked = request({ socketPath, path: '/version', headers: { Host: 'anything' }, agent: false }).end();
    const [response] = await once(asked, 'response');
    response.resume();
    expect(response.statusCode).toBe(200);
  } finally {
    await server.close();
    await rm(folder, { recursive: true });
  }
});

test('a connection that nobody asks on is kept for 60 s (Shopify/toxiproxy api.go, IdleTimeout)', async () => {
  await using world = await openWorld();
  const { headers } = await fetch(`http://127.0.0.1:${world.apiPort}/version`);
  expect(headers.get('keep-alive')).toBe('timeout=60');
});
