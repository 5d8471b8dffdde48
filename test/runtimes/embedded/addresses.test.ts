import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { claimLoopback, freePort } from '../../../sim/runtimes/embedded/addresses.ts';

test('two claims held at once are two stretches, and neither is 127.0', async () => {
  await using first = await claimLoopback();
  await using second = await claimLoopback();
  expect(first.prefix).toMatch(/^127\.\d+$/);
  expect(second.prefix).not.toBe(first.prefix);
  expect([first.prefix, second.prefix]).not.toContain('127.0');
});

test('a stretch where somebody still listens is passed over: a killed twin is coming down there', async () => {
  const first = await claimLoopback();
  const leftover = createServer().listen(0, `${first.prefix}.0.2`);
  await once(leftover, 'listening');
  await first[Symbol.asyncDispose]();
  await using next = await claimLoopback();
  expect(next.prefix).not.toBe(first.prefix);
  leftover.close();
  await once(leftover, 'close');
});

test('a claimed stretch can be listened on at any address of it', async () => {
  await using claim = await claimLoopback();
  const server = createServer().listen(0, `${claim.prefix}.9.2`);
  await once(server, 'listening');
  expect((server.address() as AddressInfo).address).toBe(`${claim.prefix}.9.2`);
  server.close();
  await once(server, 'close');
});

test('the preferred port is given when it is free', async () => {
  await using claim = await claimLoopback();
  expect(await freePort(`${claim.prefix}.9.2`, 5432)).toBeTypeOf('number');
  expect(await freePort(`${claim.prefix}.9.2`, 47_113)).toBe(47_113);
});

test('another port is given when a program listens on the preferred one at all addresses', async () => {
  await using claim = await claimLoopback();
  const server = createServer().listen(0, '0.0.0.0');
  await once(server, 'listening');
  const taken = (server.address() as AddressInfo).port;
  const given = await freePort(`${claim.prefix}.9.2`, taken);
  expect(given).not.toBe(taken);
  server.close();
  await once(server, 'close');
});

test('an address that this machine does not have is refused by name', async () => {
  await expect(freePort('192.0.2.1', 5432)).rejects.toMatchObject({
    code: 'SIM_ADDRESS_TAKEN',
    message: expect.stringContaining('192.0.2.1'),
  });
});
