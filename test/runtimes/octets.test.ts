/** However often pods are replaced, each gets an address of its own, on both live runtimes. */
import { expect, test } from 'vitest';
import { Octets } from '../../sim/runtimes/octets.ts';
import { small } from '../topology/small.ts';
import { dockerNetwork, embeddedNetwork } from './bare-networks.ts';
import { stubbedToxiproxy } from './toxiproxy-stub.ts';

const PODS = 300;
const isAddress = (host: string): boolean =>
  host.split('.').every((octet) => /^\d+$/.test(octet) && Number(octet) <= 255) && !/\.(0|255)$/.test(host);
const soundness = (hosts: readonly string[]) => ({ all: hosts.every(isAddress), different: new Set(hosts).size });

test("embedded: pods, and entries of the wires to them, which no other has and which are no host's own", async () => {
  const { client, listens } = stubbedToxiproxy();
  const network = embeddedNetwork(client);
  const host = network.addPod('traefik-1', 'node:b', true).host;
  const hosts = [host];
  for (let count = 1; count <= PODS; count++) {
    hosts.push(network.addPod(`api-${count}`, 'node:b', false).host);
    await network.addressOf({ pod: `api-${count}`, port: 8000 }, 'node:a');
    await network.removePod(`api-${count}`);
  }
  const entries = [...listens.values()].map((listen) => listen.split(':')[0] ?? '');
  expect(soundness([...hosts, ...entries])).toEqual({ all: true, different: 1 + 2 * PODS });
});
test("docker: pods, whose addresses are no place's own", () => {
  const network = dockerNetwork(stubbedToxiproxy().client);
  const places = Object.keys(small().places).map((place) => network.hostOf(place as 'node:a'));
  const hosts = Array.from({ length: PODS }, () => ['node:a', 'node:b'] as const).flatMap((nodes) =>
    nodes.map((node) => network.nextHost(node)),
  );
  expect(soundness([...places, ...hosts])).toEqual({ all: true, different: places.length + 2 * PODS });
});
test('when every address of the twin is used up that is said, and what to do', () => {
  const octets = new Octets('10.64', 254);
  for (let count = 0; count < 504; count++) octets.next(1);
  expect(() => octets.next(1)).toThrow(expect.objectContaining({ code: 'SIM_ADDRESS_TAKEN' }));
});
