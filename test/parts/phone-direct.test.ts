/** parts/phone as a process: a request past the edge, to a real listener on a node's address. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, it } from 'vitest';
import { makeAuthority } from '../../sim/runtimes/certificates.ts';
import { addresses, startProgram } from './program.ts';

const next = addresses();

it('phone: dials the address it was told for a node, in plain HTTP, a connection for each request', async () => {
  const node = next();
  const seen: unknown[] = [];
  let connections = 0;
  const server = createServer((incoming, outgoing) => {
    seen.push([incoming.headers.host, incoming.headers['cf-ray'], incoming.url]);
    outgoing.end('[]');
  });
  server.on('connection', () => connections++).listen(node.port, node.host);
  await once(server, 'listening');
  await using phone = await startProgram('phone', {
    dns: { servers: [] },
    ca: makeAuthority().caPem,
    ports: {},
    oracles: { dialNode: 'tasks-of-user' },
    habits: { requestTimeoutMs: 60_000, keepAliveMs: 400_000 },
    nodes: { '178.104.247.152': node },
    seed: 1,
  });
  const requests = [0, 1].map((n) => ({
    requestId: `u1-dialNode-${n}`,
    atMs: n * 50,
    journey: 'dialNode',
    user: 1,
    method: 'GET',
    url: 'http://178.104.247.152/api/tasks/',
    headers: { Host: 'api.myhoneydue.com' },
  }));
  phone.send({ requests });
  phone.send({ end: true });
  phone.send({ drive: { startInMs: 1 } });
  const messages = await phone.until((all) => all.some((one) => 'done' in one));
  const ends = messages.flatMap((one) => (one['outcome'] === undefined ? [] : [one['outcome']]));
  expect(ends).toMatchObject([
    { end: 'ok', status: 200 },
    { end: 'ok', status: 200 },
  ]);
  const asked = ['api.myhoneydue.com', undefined, '/api/tasks/'];
  expect([seen, connections]).toEqual([[asked, asked], 2]);
  server.close();
});
