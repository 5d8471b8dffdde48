import { expect, test } from 'vitest';
import { freeAddress, type World } from '../../conformance/toxiproxy-world.ts';
import { openWorld } from './world.ts';

const twinProxy = async (world: World, twin: object, { allowHalfOpen = false } = {}) => {
  const upstream = await world.upstream({ allowHalfOpen });
  return { upstream, listen: await world.proxy(upstream, { twin }) };
};

test('the reset of a proxy resets both sides of every open connection and spares later ones', async () => {
  await using world = await openWorld();
  const upstream = await world.upstream();
  const listen = await world.proxy(upstream);
  const pairs = [await world.pair(upstream, listen), await world.pair(upstream, listen)];
  expect(await world.must('POST', '/twin/connections/p/reset')).toEqual({ reset: 2 });
  const endings = await Promise.all(pairs.flatMap(({ client, server }) => [client.ended, server.ended]));
  expect(endings).toEqual(['reset', 'reset', 'reset', 'reset']);
  const later = await world.pair(upstream, listen);
  later.client.send('untouched');
  expect(await later.server.bytes(9)).toBe('untouched');
  expect((await world.call('POST', '/twin/connections/none/reset')).status).toBe(404);
});

test('propagate_reset passes an RST of either side on to the other', async () => {
  await using world = await openWorld();
  const { upstream, listen } = await twinProxy(world, { propagate_reset: true });
  const fromServer = await world.pair(upstream, listen);
  fromServer.server.socket.resetAndDestroy();
  expect(await fromServer.client.ended).toBe('reset');
  const fromClient = await world.pair(upstream, listen);
  fromClient.client.socket.resetAndDestroy();
  expect(await fromClient.server.ended).toBe('reset');
});

test('propagate_reset keeps a half-closed connection: the answer comes after the FIN of the question', async () => {
  await using world = await openWorld();
  const { upstream, listen } = await twinProxy(world, { propagate_reset: true }, { allowHalfOpen: true });
  const { client, server } = await world.pair(upstream, listen);
  client.socket.allowHalfOpen = true;
  client.send('question');
  client.socket.end();
  expect(await server.ended).toBe('fin');
  server.send('answer');
  expect(await client.bytes(6)).toBe('answer');
  server.socket.end();
  expect(await client.ended).toBe('fin');
});

test('propagate_reset passes an RST on that follows a FIN', async () => {
  await using world = await openWorld();
  const { upstream, listen } = await twinProxy(world, { propagate_reset: true }, { allowHalfOpen: true });
  const { client, server } = await world.pair(upstream, listen);
  client.socket.allowHalfOpen = true;
  await world.must('POST', '/proxies/p/toxics', { type: 'noop' });
  server.socket.end();
  expect(await client.ended).toBe('fin');
  server.socket.resetAndDestroy();
  // Whoever has read an end learns of an RST only by writing.
  const failed = new Promise<void>((resolve) => client.socket.once('error', () => resolve()));
  let told = false;
  void failed.then(() => (told = true));
  while (!told) {
    client.send('to nobody');
    await new Promise(setImmediate);
  }
});

test('an RST crosses a delay like a chunk, and waits behind a hold', async () => {
  await using world = await openWorld();
  const { upstream, listen } = await twinProxy(world, { propagate_reset: true });
  const { client, server } = await world.pair(upstream, listen);
  const more = { type: 'twin_hold', name: 'hold' };
  await world.must('POST', '/proxies/p/toxics', more);
  server.socket.resetAndDestroy();
  client.send('x'); // crosses upstream, where nobody is any more
  await world.must('GET', '/proxies');
  expect(client.socket.readyState).toBe('open');
  await world.must('DELETE', '/proxies/p/toxics/hold');
  expect(await client.ended).toBe('reset');
});

test('mirror_refused answers a client with RST when the upstream refuses', async () => {
  await using world = await openWorld();
  const listen = await world.proxy({ address: await freeAddress() }, { twin: { mirror_refused: true } });
  expect(await world.client(listen).ended).toBe('reset');
});

test('the options of a proxy are shown with it, and only where they were given', async () => {
  await using world = await openWorld();
  await world.proxy({ address: 'u:1' });
  await world.proxy({ address: 'u:1' }, { name: 'q', twin: { mirror_refused: true } });
  const proxies = await world.must('GET', '/proxies');
  expect(proxies.p).not.toHaveProperty('twin');
  expect(proxies.q.twin).toEqual({ propagate_reset: false, mirror_refused: true });
});

test('connections of a proxy that have strayed live on until the client sends, and are reset on both sides then', async () => {
  await using world = await openWorld();
  const upstream = await world.upstream();
  const listen = await world.proxy(upstream);
  const { client, server } = await world.pair(upstream, listen);
  expect((await world.call('POST', '/twin/connections/p/stray')).status).toBe(204);
  server.send('still heard');
  expect(await client.bytes(11)).toBe('still heard');
  client.send('anybody there?');
  expect(await Promise.all([client.ended, server.ended])).toEqual(['reset', 'reset']);
  expect((await world.call('POST', '/twin/connections/none/stray')).status).toBe(404);
});

test('a connection that has strayed while bytes of its client are held is reset at once', async () => {
  await using world = await openWorld();
  const upstream = await world.upstream();
  const listen = await world.proxy(upstream);
  const { client } = await world.pair(upstream, listen);
  await world.must('POST', '/proxies/p/toxics', { type: 'twin_hold', stream: 'upstream' });
  client.send('held');
  // By then the bytes have been read; were they not yet, they would be the next that are sent.
  await world.must('GET', '/proxies');
  await world.call('POST', '/twin/connections/p/stray');
  expect(await client.ended).toBe('reset');
});

test('a proxy that leads elsewhere does so for new connections only', async () => {
  await using world = await openWorld();
  const [here, there] = [await world.upstream(), await world.upstream()];
  const listen = await world.proxy(here);
  const old = await world.pair(here, listen);
  expect((await world.call('PUT', '/twin/upstreams/p', { upstream: there.address })).status).toBe(204);
  const young = await world.pair(there, listen);
  young.client.send('there');
  expect(await young.server.bytes(5)).toBe('there');
  old.client.send('here');
  expect(await old.server.bytes(4)).toBe('here');
  expect((await world.call('PUT', '/twin/upstreams/p', {})).status).toBe(400);
});
