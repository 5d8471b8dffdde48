import { createHash, randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import type { Cases } from './toxiproxy-cases.ts';
import { freeAddress } from './toxiproxy-world.ts';

const digest = (data: string | Buffer): string =>
  createHash('sha1')
    .update(Buffer.from(data as string, 'latin1'))
    .digest('hex');

/** Accepting, dialling, stopping, and the ends of connections. */
export const proxyCases: Cases = {
  'bytes pass both ways unchanged, 4 MB at once too (toxiproxy 2.12 link.go)': async (world) => {
    const upstream = await world.upstream({ echo: true });
    const client = world.client(await world.proxy(upstream));
    const data = randomBytes(4_000_000);
    client.send(data);
    expect(digest(await client.bytes(data.length))).toBe(digest(data));
  },
  'a client is accepted and then closed when the upstream refuses (toxiproxy 2.12 proxy.go server)': async (world) => {
    const client = world.client(await world.proxy({ address: await freeAddress() }));
    expect(await client.ended).toBe('fin');
  },
  'disable closes every open connection and refuses new ones; enable takes the same port (toxiproxy 2.12 proxy.go stop)':
    async (world) => {
      const upstream = await world.upstream({ echo: true });
      const listen = await world.proxy(upstream);
      const { client, server } = await world.pair(upstream, listen);
      await world.must('PATCH', '/proxies/p', { enabled: false });
      expect(await Promise.all([client.ended, server.ended])).toEqual(['fin', 'fin']);
      expect(await world.client(listen).ended).toBe('refused');
      expect((await world.must('PATCH', '/proxies/p', { enabled: true })).listen).toBe(listen);
      const again = world.client(listen);
      again.send('back');
      expect(await again.bytes(4)).toBe('back');
    },
  'delete closes every open connection and refuses new ones (toxiproxy 2.12 proxy_collection.go Remove)': async (
    world,
  ) => {
    const upstream = await world.upstream();
    const listen = await world.proxy(upstream);
    const { client, server } = await world.pair(upstream, listen);
    await world.must('DELETE', '/proxies/p');
    expect(await Promise.all([client.ended, server.ended])).toEqual(['fin', 'fin']);
    expect(await world.client(listen).ended).toBe('refused');
  },
  'a new upstream closes the connections to the old one (toxiproxy 2.12 proxy.go Update)': async (world) => {
    const [first, second] = [await world.upstream(), await world.upstream({ echo: true })];
    const listen = await world.proxy(first);
    const { client } = await world.pair(first, listen);
    await world.must('PATCH', '/proxies/p', { upstream: second.address });
    expect(await client.ended).toBe('fin');
    const moved = world.client(listen);
    moved.send('new');
    expect(await moved.bytes(3)).toBe('new');
  },
  'an update with equal values, localhost resolved, keeps the connections (toxiproxy 2.12 proxy.go Differs)': async (
    world,
  ) => {
    const upstream = await world.upstream({ echo: true });
    const listen = await world.proxy(upstream);
    const { client } = await world.pair(upstream, listen);
    const port = listen.split(':')[1];
    await world.must('PATCH', '/proxies/p', { listen: `localhost:${port}`, upstream: upstream.address, enabled: true });
    client.send('kept');
    expect(await client.bytes(4)).toBe('kept');
  },
  'a failed rebind leaves the proxy disabled with the new address (toxiproxy 2.12 proxy.go Update)': async (world) => {
    const taken = (await world.upstream()).address;
    const listen = await world.proxy(await world.upstream());
    expect((await world.call('PATCH', '/proxies/p', { listen: taken })).status).toBe(500);
    expect(await world.must('GET', '/proxies/p')).toMatchObject({ enabled: false, listen: taken });
    expect(await world.client(listen).ended).toBe('refused');
    expect((await world.call('POST', '/reset')).status).toBe(500);
  },
  'toxics survive disable and enable (toxiproxy 2.12 proxy.go)': async (world) => {
    const upstream = await world.upstream({ echo: true });
    const listen = await world.proxy(upstream);
    await world.must('POST', '/proxies/p/toxics', { type: 'limit_data', attributes: { bytes: 2 } });
    await world.must('PATCH', '/proxies/p', { enabled: false });
    await world.must('PATCH', '/proxies/p', { enabled: true });
    const client = world.client(listen);
    client.send('abcd');
    await client.ended;
    expect(client.received).toBe('ab');
  },
  'a half-close is not kept: the FIN of one side closes the other fully (toxiproxy 2.12 link.go write)': async (
    world,
  ) => {
    const upstream = await world.upstream({ allowHalfOpen: true });
    const listen = await world.proxy(upstream);
    const client = world.client(listen, { allowHalfOpen: true });
    client.send('question');
    const server = await upstream.peer();
    await server.bytes(8);
    client.socket.end();
    expect(await client.ended).toBe('fin'); // the server has not ended: the proxy has
    expect(await server.ended).toBe('fin');
  },
  'an RST of the server reaches the client as a FIN (toxiproxy 2.12 link.go read)': async (world) => {
    const upstream = await world.upstream();
    const { client, server } = await world.pair(upstream, await world.proxy(upstream));
    server.socket.resetAndDestroy();
    expect(await client.ended).toBe('fin');
  },
};
