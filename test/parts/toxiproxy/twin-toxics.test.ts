import { performance } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { TOXIC_TYPES } from '../../../sim/parts/toxiproxy/toxics/index.ts';
import type { Peer, World } from '../../conformance/toxiproxy-world.ts';
import { openWorld } from './world.ts';

const NEVER_US = 3_600_000_000;

const add = (world: World, type: string, attributes: object, more: object = {}): Promise<unknown> =>
  world.must('POST', '/proxies/p/toxics', { type, name: type, attributes, ...more });

async function roundTripMs(client: Peer, data: string): Promise<number> {
  const before = client.received.length;
  const startMs = performance.now();
  client.send(data);
  await client.bytes(before + data.length);
  return performance.now() - startMs;
}

test('twin_delay never delivers before receive time + delay, also below a millisecond', async () => {
  await using world = await openWorld();
  const client = world.client(await world.proxy(await world.upstream({ echo: true })));
  await add(world, 'twin_delay', { delay_us: 700 });
  for (let round = 0; round < 50; round++) expect(await roundTripMs(client, 'x')).toBeGreaterThanOrEqual(0.7);
});

test('twin_delay charges handshake_us once a connection, to the first chunk', async () => {
  await using world = await openWorld();
  const listen = await world.proxy(await world.upstream({ echo: true }));
  await add(world, 'twin_delay', { delay_us: 1000, handshake_us: 80_000 }, { stream: 'upstream' });
  for (const client of [world.client(listen), world.client(listen)]) {
    expect(await roundTripMs(client, 'first')).toBeGreaterThanOrEqual(81);
    await world.must('PATCH', '/proxies/p/toxics/twin_delay', { attributes: { handshake_us: NEVER_US } });
    await roundTripMs(client, 'second'); // would not come back within an hour
    await world.must('PATCH', '/proxies/p/toxics/twin_delay', { attributes: { handshake_us: 80_000 } });
  }
});

test('twin_delay charges no handshake to a connection that has carried bytes before', async () => {
  await using world = await openWorld();
  const client = world.client(await world.proxy(await world.upstream({ echo: true })));
  await roundTripMs(client, 'before');
  await add(world, 'twin_delay', { handshake_us: NEVER_US }, { stream: 'upstream' });
  await roundTripMs(client, 'after');
  expect(client.received).toBe('beforeafter');
});

test('an update of twin_delay holds for what comes later; removing it lets everything pass in order', async () => {
  await using world = await openWorld();
  const upstream = await world.upstream();
  const { client, server } = await world.pair(upstream, await world.proxy(upstream));
  await add(world, 'twin_delay', { delay_us: NEVER_US }, { stream: 'upstream' });
  client.send('one ');
  await world.must('PATCH', '/proxies/p/toxics/twin_delay', { attributes: { delay_us: 1 } });
  client.send('two');
  client.socket.end();
  await world.must('GET', '/proxies');
  expect(server.received).toBe('');
  await world.must('DELETE', '/proxies/p/toxics/twin_delay');
  expect(await server.ended).toBe('fin');
  expect(server.received).toBe('one two');
});

test('twin_delay delays the end of the stream like a chunk', async () => {
  await using world = await openWorld();
  const upstream = await world.upstream();
  const { client, server } = await world.pair(upstream, await world.proxy(upstream));
  await add(world, 'twin_delay', { delay_us: 60_000 });
  const startMs = performance.now();
  server.socket.end();
  expect(await client.ended).toBe('fin');
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(60);
});

test.each([
  [{ delay_us: 10, jitter_us: 11 }, 'jitter_us must not exceed delay_us'],
  [{ delay_us: -1 }, 'must not be negative'],
  [{ distribution: 'normal' }, 'distribution must be uniform or lognormal'],
  [{ delay_us: 'x' }, 'of type int64'],
])('twin_delay refuses %o with 400', async (attributes, why) => {
  await using world = await openWorld();
  await world.proxy({ address: 'u:1' });
  const reply = await world.call('POST', '/proxies/p/toxics', { type: 'twin_delay', attributes });
  expect(reply.status).toBe(400);
  expect(reply.text).toContain(why);
});

/** The delays in ms that twin_delay asks for, one chunk after the other, without any socket. */
function delaysMs(attributes: Record<string, number | string>, ordinal: number, count: number): number[] {
  const type = TOXIC_TYPES.get('twin_delay');
  const given = { delay_us: 0, jitter_us: 0, distribution: '', seed: 0, handshake_us: 0, ...attributes };
  const state = type?.newState?.(given, { direction: 'upstream', ordinal, fresh: true });
  const waited: number[] = [];
  // Chunks are an hour apart, so that none waits for the one before.
  const stub = { wait: (atMs: number) => void waited.push(atMs - waited.length * 3_600_000) };
  const pipe = type?.pipe(stub as never, given, state);
  for (let index = 0; index < count; index++) pipe?.chunk({ data: Buffer.from('x'), atMs: index * 3_600_000 });
  return waited;
}

test('the seed, the connection and the direction decide the draws of twin_delay, and nothing else does', () => {
  const attributes = { delay_us: 1000, jitter_us: 500, seed: 7 };
  const first = delaysMs(attributes, 1, 20);
  expect(delaysMs(attributes, 1, 20)).toEqual(first);
  expect(delaysMs(attributes, 2, 20)).not.toEqual(first);
  expect(delaysMs({ ...attributes, seed: 8 }, 1, 20)).not.toEqual(first);
});

test('uniform delays fill [delay − jitter, delay + jitter)', () => {
  const drawn = delaysMs({ delay_us: 1000, jitter_us: 400, distribution: 'uniform', seed: 3 }, 1, 5000);
  expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0.6);
  expect(Math.max(...drawn)).toBeLessThan(1.4);
  // The draws are fixed by the seed; the bounds are four standard errors (0.8 / √12 / √5000 = 0.0033) around the mean.
  expect(Math.abs(drawn.reduce((sum, ms) => sum + ms, 0) / 5000 - 1)).toBeLessThan(0.0132);
});

test('lognormal delays have delay_us as mean and jitter_us as standard deviation, and are positive', () => {
  const drawn = delaysMs({ delay_us: 1000, jitter_us: 300, distribution: 'lognormal', seed: 3 }, 1, 20_000);
  const mean = drawn.reduce((sum, ms) => sum + ms, 0) / drawn.length;
  const deviation = Math.sqrt(drawn.reduce((sum, ms) => sum + (ms - mean) ** 2, 0) / drawn.length);
  expect(Math.min(...drawn)).toBeGreaterThan(0);
  expect(Math.abs(mean - 1)).toBeLessThan(0.0085); // four standard errors: 4 · 0.3 / √20000
  expect(Math.abs(deviation - 0.3)).toBeLessThan(0.015);
});

test('twin_hold lets nothing pass, the end included, and everything when it is removed', async () => {
  await using world = await openWorld();
  const upstream = await world.upstream();
  const { client, server } = await world.pair(upstream, await world.proxy(upstream));
  await add(world, 'twin_hold', {}, { stream: 'upstream' });
  client.send('held');
  client.socket.end();
  server.send('the other direction is open');
  await client.bytes(27);
  expect(server.received).toBe('');
  await world.must('DELETE', '/proxies/p/toxics/twin_hold');
  expect(await server.ended).toBe('fin');
  expect(server.received).toBe('held');
});

test('twin_hold goes on through edits of the chain around it', async () => {
  await using world = await openWorld();
  const upstream = await world.upstream();
  const { client, server } = await world.pair(upstream, await world.proxy(upstream));
  await add(world, 'twin_hold', {}, { stream: 'upstream' });
  client.send('held');
  await add(world, 'latency', { latency: 1 }, { stream: 'upstream' });
  await world.must('DELETE', '/proxies/p/toxics/latency');
  server.send('x');
  await client.bytes(1);
  expect(server.received).toBe('');
});

test('the toxicity of our toxics is drawn once a connection: an update holds for later ones', async () => {
  await using world = await openWorld();
  const upstream = await world.upstream();
  const listen = await world.proxy(upstream);
  const spared = await world.pair(upstream, listen);
  await add(world, 'twin_hold', {}, { stream: 'upstream', toxicity: 0 });
  await world.must('PATCH', '/proxies/p/toxics/twin_hold', { toxicity: 1 });
  const held = await world.pair(upstream, listen);
  held.client.send('held');
  spared.client.send('spared');
  expect(await spared.server.bytes(6)).toBe('spared');
  held.server.send('x');
  await held.client.bytes(1);
  expect(held.server.received).toBe('');
});
