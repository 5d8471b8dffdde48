import { expect, test } from 'vitest';
import { SimError } from '../../../sim/errors.ts';
import { ToxiproxyClient, type ToxicEffect } from '../../../sim/runtimes/toxiproxy.ts';
import { freeAddress } from '../../conformance/toxiproxy-world.ts';
import { openWorld } from './world.ts';

test('toxiproxy-node-client creates, populates, edits and resets on our server', async () => {
  await using world = await openWorld();
  const client = new ToxiproxyClient({ host: '127.0.0.1', port: world.apiPort });
  expect(await client.version()).toBe('2.12.0');
  expect(await client.populate([])).toEqual(new Map());
  const addresses = await client.populate([
    { name: 'a', listen: '127.0.0.1:0', upstream: 'u:1' },
    { name: 'b?c #d', listen: '127.0.0.1:0', upstream: 'u:1', twin: { propagateReset: true, mirrorRefused: false } },
  ]);
  expect([...addresses.keys()]).toEqual(['a', 'b?c #d']);
  await client.addToxic('a', { name: 't', stream: 'upstream', effect: { kind: 'latency', latencyMs: 5, jitterMs: 1 } });
  await client.updateToxic('a', {
    name: 't',
    stream: 'upstream',
    toxicity: 0.5,
    effect: { kind: 'latency', latencyMs: 7, jitterMs: 1 },
  });
  expect(await world.must('GET', '/proxies/a')).toMatchObject({
    listen: addresses.get('a'),
    toxics: [{ name: 't', stream: 'upstream', toxicity: 0.5, attributes: { latency: 7, jitter: 1 } }],
  });
  await client.removeToxic('a', 't');
  await client.setEnabled('a', false);
  expect(await world.must('GET', '/proxies/a')).toMatchObject({ enabled: false, toxics: [] });
  await client.reset();
  expect(await world.must('GET', '/proxies/a')).toMatchObject({ enabled: true });
  await client.removeProxy('a');
  expect(Object.keys(await world.must('GET', '/proxies'))).toEqual(['b?c #d']);
  await client.removeProxy('b?c #d');
  expect(await world.must('GET', '/proxies')).toEqual({});
});

const EFFECTS: readonly (readonly [ToxicEffect, string, object])[] = [
  [{ kind: 'bandwidth', bytesPerSecond: 1_499 }, 'bandwidth', { rate: 1 }],
  [{ kind: 'slow_close', delayMs: 3 }, 'slow_close', { delay: 3 }],
  [{ kind: 'timeout', timeoutMs: 4 }, 'timeout', { timeout: 4 }],
  [{ kind: 'reset_peer', timeoutMs: 5 }, 'reset_peer', { timeout: 5 }],
  [{ kind: 'limit_data', bytes: 6 }, 'limit_data', { bytes: 6 }],
  [
    { kind: 'slicer', averageBytes: 9, variationBytes: 2, delayUs: 1 },
    'slicer',
    { average_size: 9, size_variation: 2, delay: 1 },
  ],
  [
    { kind: 'delay', delayUs: 9, jitterUs: 2, distribution: 'lognormal', seed: 5, handshakeUs: 18 },
    'twin_delay',
    { delay_us: 9, jitter_us: 2, distribution: 'lognormal', seed: 5, handshake_us: 18 },
  ],
  [{ kind: 'hold' }, 'twin_hold', {}],
];

test.each(EFFECTS)('the effect %o is the toxic %s', async (effect, type, attributes) => {
  await using world = await openWorld();
  await world.proxy({ address: 'u:1' });
  const client = new ToxiproxyClient({ host: '127.0.0.1', port: world.apiPort });
  await client.addToxic('p', { name: 't', stream: 'downstream', effect });
  expect(await world.must('GET', '/proxies/p/toxics/t')).toMatchObject({ type, attributes });
});

test('the extensions are reached through the client', async () => {
  await using world = await openWorld();
  const upstream = await world.upstream();
  const listen = await world.proxy(upstream);
  const client = new ToxiproxyClient({ host: '127.0.0.1', port: world.apiPort });
  const pair = await world.pair(upstream, listen);
  expect(await client.resetConnections('p')).toBe(1);
  expect(await pair.client.ended).toBe('reset');
  await client.setEntries({ p: 'refuse' });
  expect(await client.entries()).toEqual({ p: 'refuse' });
  const [udp] = await client.createUdp([{ name: 'u', listen: '127.0.0.1:0', upstream: '127.0.0.1:9' }]);
  expect(udp).toMatchObject({ name: 'u', state: 'open', delayUs: 0 });
  await client.setUdp('u', { state: 'drop', delayUs: 5 });
  expect(await world.must('GET', '/twin/udp')).toMatchObject([{ state: 'drop', delay_us: 5 }]);
  await client.removeUdp('u');
  expect(await world.must('GET', '/twin/udp')).toEqual([]);
});

test('an error names the proxy, the toxic, its attributes and a way on', async () => {
  await using world = await openWorld();
  await world.proxy({ address: 'u:1' });
  const client = new ToxiproxyClient({ host: '127.0.0.1', port: world.apiPort });
  const toxic = { name: 'slow', stream: 'downstream', effect: { kind: 'timeout', timeoutMs: 9 } } as const;
  await client.addToxic('p', toxic);
  const error = await client.addToxic('p', toxic).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(SimError);
  expect(error).toMatchObject({ code: 'SIM_TOXIPROXY', hint: expect.stringContaining('in use') });
  expect(`${error as Error}`).toContain(
    '"slow" (downstream, {"type":"timeout","attributes":{"timeout":9}}) to proxy "p"',
  );
});

test('a proxy that does not run is told as such', async () => {
  const port = Number((await freeAddress()).split(':')[1]);
  const client = new ToxiproxyClient({ host: '127.0.0.1', port });
  for (const call of [client.version(), client.entries()]) {
    await expect(call).rejects.toMatchObject({ code: 'SIM_TOXIPROXY', hint: expect.stringContaining('does not run') });
  }
});
