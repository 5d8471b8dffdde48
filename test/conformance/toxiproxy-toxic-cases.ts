import { performance } from 'node:perf_hooks';
import { expect } from 'vitest';
import type { Cases } from './toxiproxy-cases.ts';
import type { Peer, World } from './toxiproxy-world.ts';

/** Longer than any test may take: what arrives after it was not delayed by it. */
const NEVER_MS = 3_600_000;

const addToxic = (world: World, type: string, attributes: object = {}, more: object = {}): Promise<any> =>
  world.must('POST', '/proxies/p/toxics', { type, name: type, attributes, ...more });

async function echoed(world: World): Promise<{ listen: string; client: Peer; server: Peer }> {
  const upstream = await world.upstream({ echo: true });
  const listen = await world.proxy(upstream);
  return { listen, ...(await world.pair(upstream, listen)) };
}

/** Milliseconds from sending `data` until it is back whole; only ever compared with what it must not fall below. */
async function roundTripMs(client: Peer, data: string | Buffer): Promise<number> {
  const before = client.received.length;
  const startMs = performance.now();
  client.send(data);
  await client.bytes(before + data.length);
  return performance.now() - startMs;
}

export const toxicCases: Cases = {
  'latency holds each chunk of its own direction at least that long (toxiproxy 2.12 toxics/latency.go)': async (
    world,
  ) => {
    const { client } = await echoed(world);
    await addToxic(world, 'latency', { latency: 60 });
    for (let round = 0; round < 3; round++) expect(await roundTripMs(client, 'x')).toBeGreaterThanOrEqual(60);
  },
  'latencies of both directions, and of one chain, add up (toxiproxy 2.12 link.go)': async (world) => {
    const { client } = await echoed(world);
    await addToxic(world, 'latency', { latency: 20 });
    await addToxic(world, 'latency', { latency: 30 }, { name: 'second' });
    await addToxic(world, 'latency', { latency: 40 }, { name: 'third', stream: 'upstream' });
    expect(await roundTripMs(client, 'x')).toBeGreaterThanOrEqual(90);
  },
  'latency with jitter keeps the order (toxiproxy 2.12 toxics/latency.go)': async (world) => {
    const { client, server } = await echoed(world);
    await addToxic(world, 'latency', { latency: 10, jitter: 10 }, { stream: 'upstream' });
    const sent = Array.from({ length: 40 }, (_, index) => `${index};`);
    for (const part of sent) {
      client.send(part);
      await new Promise(setImmediate);
    }
    expect(await server.bytes(sent.join('').length)).toBe(sent.join(''));
  },
  'removing latency lets what waits pass at once (toxiproxy 2.12 link.go RemoveToxic)': async (world) => {
    const { client } = await echoed(world);
    await addToxic(world, 'latency', { latency: NEVER_MS });
    client.send('first');
    await world.must('PATCH', '/proxies/p/toxics/latency', { attributes: { latency: NEVER_MS + 1 } });
    client.send('second');
    await world.must('DELETE', '/proxies/p/toxics/latency');
    expect(await client.bytes(11)).toBe('firstsecond');
  },
  'the connect itself is not delayed by latency (toxiproxy 2.12 proxy.go server)': async (world) => {
    const { listen, server } = await echoed(world);
    await addToxic(world, 'latency', { latency: NEVER_MS }, { stream: 'upstream' });
    const client = world.client(listen);
    await new Promise<void>((resolve) => client.socket.once('connect', resolve));
    expect(server.received).toBe('');
  },
  'bandwidth of N passes N thousand bytes a second at most (toxiproxy 2.12 toxics/bandwidth.go)': async (world) => {
    const { client } = await echoed(world);
    await addToxic(world, 'bandwidth', { rate: 500 });
    expect(await roundTripMs(client, Buffer.alloc(150_000, 'b'))).toBeGreaterThanOrEqual(295);
  },
  'bandwidth 0 passes nothing until it is removed (toxiproxy 2.12 toxics/bandwidth.go)': async (world) => {
    const { client, server } = await echoed(world);
    await addToxic(world, 'bandwidth', { rate: 0 });
    client.send('wait');
    await server.bytes(4);
    for (let round = 0; round < 2; round++) await world.must('GET', '/proxies'); // time for what would come back
    expect(client.received).toBe('');
    await world.must('DELETE', '/proxies/p/toxics/bandwidth');
    expect(await client.bytes(4)).toBe('wait');
  },
  'slow_close lets data pass and the end of its direction later (toxiproxy 2.12 toxics/slow_close.go)': async (
    world,
  ) => {
    const { client, server } = await echoed(world);
    await addToxic(world, 'slow_close', { delay: 80 });
    await roundTripMs(client, 'data');
    const startMs = performance.now();
    server.socket.end();
    expect(await client.ended).toBe('fin');
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(79);
  },
  'removing slow_close lets the end pass at once (toxiproxy 2.12 toxics/slow_close.go)': async (world) => {
    const { client, server } = await echoed(world);
    await addToxic(world, 'slow_close', { delay: NEVER_MS });
    await roundTripMs(client, 'data');
    server.socket.end();
    await new Promise<void>((resolve) => server.socket.once('finish', resolve));
    await world.must('DELETE', '/proxies/p/toxics/slow_close');
    expect(await client.ended).toBe('fin');
  },
  'timeout drops the data and closes with FIN (toxiproxy 2.12 toxics/timeout.go)': async (world) => {
    const { client } = await echoed(world);
    const startMs = performance.now();
    await addToxic(world, 'timeout', { timeout: 60 });
    client.send('lost');
    expect(await client.ended).toBe('fin');
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(60);
    expect(client.received).toBe('');
  },
  'timeout 0 drops and never closes; removing it closes (toxiproxy 2.12 toxics/timeout.go Cleanup)': async (world) => {
    const { client, server } = await echoed(world);
    await addToxic(world, 'timeout', { timeout: 0 });
    client.send('lost');
    await server.bytes(4);
    await world.must('GET', '/proxies');
    expect(client.socket.readyState).toBe('open');
    await world.must('DELETE', '/proxies/p/toxics/timeout');
    expect(await client.ended).toBe('fin');
    expect(client.received).toBe('');
  },
  'reset_peer resets a connection opened after it (toxiproxy 2.12 toxics/reset_peer.go)': async (world) => {
    const upstream = await world.upstream();
    const listen = await world.proxy(upstream);
    await addToxic(world, 'reset_peer', { timeout: 10 });
    const { client, server } = await world.pair(upstream, listen);
    server.send('first data of its direction');
    expect(await Promise.all([client.ended, server.ended])).toEqual(['reset', 'reset']);
    expect(client.received).toBe('');
  },
  'reset_peer ends a connection opened before it with FIN (toxiproxy 2.12 link.go Start, SetLinger)': async (world) => {
    const upstream = await world.upstream();
    const { client, server } = await world.pair(upstream, await world.proxy(upstream));
    await addToxic(world, 'reset_peer', { timeout: 0 });
    server.send('x');
    expect(await Promise.all([client.ended, server.ended])).toEqual(['fin', 'fin']);
  },
  'reset_peer leaves an idle connection alone (toxiproxy 2.12 toxics/reset_peer.go)': async (world) => {
    const { client } = await echoed(world);
    await addToxic(world, 'reset_peer', { timeout: 0 });
    await world.must('DELETE', '/proxies/p/toxics/reset_peer');
    expect(await roundTripMs(client, 'alive')).toBeGreaterThan(0);
  },
  'slicer cuts, delays each piece, and loses nothing (toxiproxy 2.12 toxics/slicer.go)': async (world) => {
    const { client } = await echoed(world);
    await addToxic(world, 'slicer', { average_size: 10, size_variation: 2, delay: 20_000 });
    const data = Array.from({ length: 100 }, (_, index) => String.fromCharCode(33 + (index % 90))).join('');
    // A hundred bytes are at least eight pieces, each held 20 ms after the one before.
    expect(await roundTripMs(client, data)).toBeGreaterThanOrEqual(139);
    expect(client.received).toBe(data);
  },
  'limit_data passes that many bytes of a connection and closes (toxiproxy 2.12 toxics/limit_data.go)': async (
    world,
  ) => {
    const { client } = await echoed(world);
    await addToxic(world, 'limit_data', { bytes: 10 });
    await roundTripMs(client, '123456');
    client.send('789abc');
    expect(await client.ended).toBe('fin');
    expect(client.received).toBe('123456789a');
  },
  'limit_data counts on through an update of its limit (toxiproxy 2.12 toxics/limit_data.go NewState)': async (
    world,
  ) => {
    const { client } = await echoed(world);
    await addToxic(world, 'limit_data', { bytes: 10 });
    await roundTripMs(client, '123456');
    await world.must('PATCH', '/proxies/p/toxics/limit_data', { attributes: { bytes: 8 } });
    client.send('789');
    await client.ended;
    expect(client.received).toBe('12345678');
  },
  'noop does nothing (toxiproxy 2.12 toxics/noop.go)': async (world) => {
    const { client } = await echoed(world);
    await addToxic(world, 'noop');
    await roundTripMs(client, 'same');
    expect(client.received).toBe('same');
  },
  'toxicity 0 spares every connection, and is drawn again on update (toxiproxy 2.12 toxics/toxic.go Run)': async (
    world,
  ) => {
    const { client } = await echoed(world);
    await addToxic(world, 'limit_data', { bytes: 1 }, { toxicity: 0 });
    await roundTripMs(client, 'spared');
    await world.must('PATCH', '/proxies/p/toxics/limit_data', { toxicity: 1 });
    client.send('hit');
    await client.ended;
    expect(client.received).toBe('sparedh');
  },
  'a toxic of one stream leaves the other alone (toxiproxy 2.12 stream/direction.go)': async (world) => {
    const { client, server } = await echoed(world);
    await addToxic(world, 'bandwidth', { rate: 0 }, { stream: 'upstream' });
    server.send('down');
    expect(await client.bytes(4)).toBe('down');
  },
};
