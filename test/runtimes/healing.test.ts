/** Conditions that end while wires are laid, or twice, on the networks of both live runtimes; nothing is started. */
import { describe, expect, test } from 'vitest';
import type { Network } from '../../sim/runtimes/contract.ts';
import type { ToxiproxyClient } from '../../sim/runtimes/toxiproxy.ts';
import { dockerNetwork, embeddedNetwork } from './bare-networks.ts';
import { stubbedToxiproxy } from './toxiproxy-stub.ts';

const NETWORKS: Readonly<Record<string, (client: ToxiproxyClient) => Network>> = {
  embedded: embeddedNetwork,
  docker: dockerNetwork,
};
const FROM = 'user:here';
const TO = { place: 'node:b', port: 8000 } as const;
const onWire = { from: FROM, to: TO.place } as const;
const slow = { kind: 'throttle', bytesPerSecond: 1_000 } as const;

describe.each(Object.entries(NETWORKS))('healing: %s', (_, networkWith) => {
  /** A wire of which the first toxic of the first condition is being added. */
  const beingLaid = () => {
    const [begun, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const proxy = stubbedToxiproxy((toxic) => {
      if (toxic !== 'rule1_upstream') return;
      begun.resolve();
      return gate.promise;
    });
    return { proxy, network: networkWith(proxy.client), begun: begun.promise, goOn: gate.resolve };
  };
  test('a condition that heals while a wire is laid leaves nothing there, and the others stay', async () => {
    const { proxy, network, begun, goOn } = beingLaid();
    const first = await network.impose(onWire, slow);
    await network.impose(onWire, slow);
    const laying = network.addressOf(TO, FROM);
    await begun;
    const healing = first[Symbol.asyncDispose]();
    goOn();
    await Promise.all([laying, healing]);
    expect(proxy.rules()).toEqual(['rule2_upstream', 'rule2_downstream']);
  });
  test('a condition that comes while a wire is laid is put there once', async () => {
    const { proxy, network, begun, goOn } = beingLaid();
    await network.impose(onWire, slow);
    const laying = network.addressOf(TO, FROM);
    await begun;
    const second = network.impose(onWire, slow);
    goOn();
    await Promise.all([laying, second]);
    expect(proxy.rules().toSorted()).toEqual([
      'rule1_downstream',
      'rule1_upstream',
      'rule2_downstream',
      'rule2_upstream',
    ]);
  });
  test("a condition that is healed twice takes no other's with it", async () => {
    const proxy = stubbedToxiproxy();
    const network = networkWith(proxy.client);
    const first = await network.impose(onWire, slow);
    await network.impose(onWire, slow);
    await first[Symbol.asyncDispose]();
    await first[Symbol.asyncDispose]();
    await network.addressOf(TO, FROM);
    expect(proxy.rules()).toEqual(['rule2_upstream', 'rule2_downstream']);
  });
});
