import { expect, test } from 'vitest';
import type { Peer, World } from '../../conformance/toxiproxy-world.ts';
import { openWorld } from './world.ts';

const put = (world: World, state: string, proxy = 'p'): Promise<unknown> =>
  world.must('PUT', `/twin/entries/${proxy}`, { state });

async function echoes(client: Peer, text = 'echo'): Promise<void> {
  const before = client.received.length;
  client.send(text);
  expect((await client.bytes(before + text.length)).slice(before)).toBe(text);
}

/** Whether a connect is still unanswered once three connects to a live listener, begun later, are answered. */
async function isUnanswered(world: World, client: Peer, liveListen: string): Promise<boolean> {
  for (let round = 0; round < 3; round++) await connected(world.client(liveListen));
  return client.socket.connecting;
}

const connected = (client: Peer): Promise<void> =>
  new Promise((resolve) => client.socket.once('connect', () => resolve()));

async function twoProxies(world: World): Promise<{ listen: string; live: string }> {
  const upstream = await world.upstream({ echo: true });
  return { listen: await world.proxy(upstream), live: await world.proxy(upstream, { name: 'live' }) };
}

test('a refusing entry answers connects with ECONNREFUSED while open connections live on', async () => {
  await using world = await openWorld();
  const { listen } = await twoProxies(world);
  const open = world.client(listen);
  await echoes(open);
  await put(world, 'refuse');
  expect(await world.client(listen).ended).toBe('refused');
  await echoes(open);
  await put(world, 'open');
  await echoes(world.client(listen));
});

test('a dropping entry leaves every connect unanswered while open connections live on', async () => {
  await using world = await openWorld();
  const { listen, live } = await twoProxies(world);
  const open = world.client(listen);
  await echoes(open);
  await put(world, 'drop');
  const clients = Array.from({ length: 10 }, () => world.client(listen));
  for (const client of clients) expect(await isUnanswered(world, client, live)).toBe(true);
  await echoes(open);
});

test('every connect begun after a dropping entry has opened again is answered', async () => {
  await using world = await openWorld();
  const { listen, live } = await twoProxies(world);
  for (let round = 0; round < 5; round++) {
    await put(world, 'drop');
    expect(await isUnanswered(world, world.client(listen), live)).toBe(true);
    await put(world, 'open');
    await Promise.all(Array.from({ length: 10 }, () => echoes(world.client(listen))));
  }
});

test('a connect begun under drop is answered once the entry is open', async () => {
  await using world = await openWorld();
  const { listen, live } = await twoProxies(world);
  await put(world, 'drop');
  const early = world.client(listen);
  expect(await isUnanswered(world, early, live)).toBe(true);
  await put(world, 'open');
  await echoes(early); // the kernel repeats its SYN 1 s after the first
});

test('a connect begun under drop is refused once the entry refuses', async () => {
  await using world = await openWorld();
  const { listen } = await twoProxies(world);
  await put(world, 'drop');
  const early = world.client(listen);
  await put(world, 'refuse');
  expect(await early.ended).toBe('refused');
  expect(await world.client(listen).ended).toBe('refused');
});

test('no connect is refused while an entry under load changes to drop', async () => {
  await using world = await openWorld();
  const { listen } = await twoProxies(world);
  const clients: Peer[] = [];
  const dropping = put(world, 'drop');
  let done = false;
  void dropping.then(() => (done = true));
  while (!done && clients.length < 300) {
    clients.push(world.client(listen));
    await new Promise(setImmediate);
  }
  const endings: string[] = [];
  for (const client of clients) void client.ended.then((ending) => endings.push(ending));
  await put(world, 'drop');
  expect(endings).not.toContain('refused');
});

test('many entries change with one call, and one of them can open alone', async () => {
  await using world = await openWorld();
  const { listen, live } = await twoProxies(world);
  const third = await world.proxy(await world.upstream({ echo: true }), { name: 'third' });
  expect(await world.must('POST', '/twin/entries', { p: 'drop', third: 'drop', live: 'open' })).toEqual({
    p: 'drop',
    third: 'drop',
    live: 'open',
  });
  expect(await isUnanswered(world, world.client(listen), live)).toBe(true);
  await put(world, 'open');
  await echoes(world.client(listen));
  expect(await isUnanswered(world, world.client(third), live)).toBe(true);
  expect(await world.must('GET', '/twin/entries')).toEqual({ live: 'open', p: 'open', third: 'drop' });
});

test('an entry keeps its state through disable and enable, and reset opens it', async () => {
  await using world = await openWorld();
  const { listen, live } = await twoProxies(world);
  await put(world, 'drop');
  await world.must('PATCH', '/proxies/p', { enabled: false });
  expect(await world.client(listen).ended).toBe('refused');
  await world.must('PATCH', '/proxies/p', { enabled: true });
  expect(await isUnanswered(world, world.client(listen), live)).toBe(true);
  await world.must('POST', '/reset');
  await echoes(world.client(listen));
});

test('a state that is none is refused with 400, an unknown proxy with 404, and nothing changes', async () => {
  await using world = await openWorld();
  await twoProxies(world);
  expect((await world.call('PUT', '/twin/entries/p', { state: 'shut' })).status).toBe(400);
  expect((await world.call('POST', '/twin/entries', { p: 'refuse', nobody: 'refuse' })).status).toBe(404);
  expect(await world.must('GET', '/twin/entries')).toEqual({ live: 'open', p: 'open' });
});

test('a deleted proxy frees its address, also when its entry drops', async () => {
  await using world = await openWorld();
  const { listen } = await twoProxies(world);
  await put(world, 'drop');
  await world.must('DELETE', '/proxies/p');
  expect(await world.client(listen).ended).toBe('refused');
});
