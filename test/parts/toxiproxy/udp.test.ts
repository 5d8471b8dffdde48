import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import type { World } from '../../conformance/toxiproxy-world.ts';
import { openWorld } from './world.ts';

/** A UDP upstream that answers `echo <text>`, and a forwarder named `u` before it. */
async function forwarded(world: World): Promise<{ connect(): Promise<Socket> } & AsyncDisposable> {
  const echo = createSocket('udp4');
  echo.on('message', (data, from) => echo.send(`echo ${data.toString()}`, from.port, from.address));
  echo.bind(0, '127.0.0.1');
  await once(echo, 'listening');
  const [created] = await world.must('POST', '/twin/udp', [
    { name: 'u', listen: '127.0.0.1:0', upstream: `127.0.0.1:${echo.address().port}` },
  ]);
  const clients: Socket[] = [];
  return {
    async connect() {
      const client = createSocket('udp4');
      clients.push(client);
      client.connect(Number(created.listen.split(':')[1]), '127.0.0.1');
      await once(client, 'connect');
      return client;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of [echo, ...clients]) socket.close();
    },
  };
}

async function ask(client: Socket, text: string): Promise<string> {
  const heard = once(client, 'message') as Promise<[Buffer]>;
  client.send(text);
  return (await heard)[0].toString();
}

test('answers go back to the client that asked', async () => {
  await using world = await openWorld();
  await using wire = await forwarded(world);
  const [a, b] = [await wire.connect(), await wire.connect()];
  expect(await Promise.all([ask(a, 'a'), ask(b, 'b'), ask(await wire.connect(), 'c')])).toEqual([
    'echo a',
    'echo b',
    'echo c',
  ]);
});

test('a refusing forwarder makes a connected client see ECONNREFUSED, and an open one answers again', async () => {
  await using world = await openWorld();
  await using wire = await forwarded(world);
  const client = await wire.connect();
  await world.must('PUT', '/twin/udp/u', { state: 'refuse' });
  const failed = once(client, 'error') as Promise<[NodeJS.ErrnoException]>;
  client.send('anyone?');
  expect((await failed)[0].code).toBe('ECONNREFUSED');
  await world.must('PUT', '/twin/udp/u', { state: 'open' });
  expect(await ask(client, 'again')).toBe('echo again');
});

test('a dropping forwarder swallows datagrams, also those whose delay would end after it opens', async () => {
  await using world = await openWorld();
  await using wire = await forwarded(world);
  const client = await wire.connect();
  await world.must('PUT', '/twin/udp/u', { state: 'drop', delay_us: 20_000 });
  client.send('lost');
  await world.must('GET', '/twin/udp'); // by then the datagram has been read and swallowed
  await world.must('PUT', '/twin/udp/u', { state: 'open' });
  expect(await ask(client, 'heard')).toBe('echo heard');
});

test('delay_us holds datagrams in both directions', async () => {
  await using world = await openWorld();
  await using wire = await forwarded(world);
  const client = await wire.connect();
  expect(await world.must('PUT', '/twin/udp/u', { delay_us: 20_000 })).toMatchObject({
    state: 'open',
    delay_us: 20_000,
  });
  const startMs = performance.now();
  await ask(client, 'slow');
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(40);
});

test('a deleted forwarder frees its name and its port; unknown names are 404, names in use 409', async () => {
  await using world = await openWorld();
  await using wire = await forwarded(world);
  const [{ listen, upstream }] = await world.must('GET', '/twin/udp');
  expect((await world.call('POST', '/twin/udp', [{ name: 'u', listen: '127.0.0.1:0', upstream }])).status).toBe(409);
  expect((await world.call('DELETE', '/twin/udp/u')).status).toBe(204);
  expect((await world.call('PUT', '/twin/udp/u', { state: 'open' })).status).toBe(404);
  expect((await world.call('POST', '/twin/udp', [{ name: 'u', listen, upstream }])).status).toBe(201);
  expect(await ask(await wire.connect(), 'new')).toBe('echo new');
});
