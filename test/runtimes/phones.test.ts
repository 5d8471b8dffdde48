/** The users' phones as a program: one that ends is told to whoever drives it. */
import { expect, test } from 'vitest';
import type { Network } from '../../sim/runtimes/contract.ts';
import { phonesTraffic, type Phones } from '../../sim/runtimes/phones.ts';
import { defineTopology } from '../../topology/load.ts';
import { small } from '../topology/small.ts';

test('phones that end before they are ready are told with their last lines', async () => {
  const phones: Phones = {
    ready: new Promise(() => undefined),
    exited: Promise.resolve({ code: 1 }),
    lastLines: () => ['one', 'two'],
    send: () => undefined,
  };
  const world = { topology: defineTopology(small()), network: {} as Network };
  const { traffic } = phonesTraffic(world, () => Promise.resolve(phones));
  const gone = { code: 'SIM_RUNTIME_UNAVAILABLE', message: "the phones' program ended with 1: one | two" };
  await expect(traffic.drive({ seed: 7, requests: [] }, () => undefined)).rejects.toMatchObject(gone);
  await expect(traffic.askNamesAt('pop:near')).rejects.toMatchObject(gone);
});
