/** Tables of the data plane as parts are told them: a pod that is gone already breaks none of them. */
import { expect, test, vi } from 'vitest';
import type { EmbeddedNetwork } from '../../../sim/runtimes/embedded/network.ts';
import type { PartProcess } from '../../../sim/runtimes/embedded/part-process.ts';
import { Tables } from '../../../sim/runtimes/embedded/tables.ts';
import type { PodId, Target } from '../../../sim/runtimes/contract.ts';
import honeydue from '../../../topology/honeydue.ts';

const there = new Map([
  ['traefik-1', { place: 'node:hetzner1' }],
  ['api-1', { place: 'node:hetzner2' }],
]);
const network = {
  pods: there,
  realPort: (port: number) => port,
  addressOf: (target: Target) =>
    'pod' in target && there.has(target.pod)
      ? Promise.resolve({ host: `host of ${target.pod}`, port: target.port, seenFrom: 'node:hetzner1' })
      : Promise.reject(new Error('nobody is there')),
} as unknown as EmbeddedNetwork;

test('what changes while a part takes a table comes with one more, however often it changes', async () => {
  const tables = new Tables(honeydue, () => network);
  const taken: unknown[] = [];
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const process = {
    ready: Promise.resolve(),
    part: { exited: new Promise(() => undefined) },
    table: (table: unknown) => gates[taken.push(table) - 1]?.promise,
  } as unknown as PartProcess;
  tables.attach({ process, kind: 'ingress', key: 'traefik-1' });
  await vi.waitFor(() => expect(taken).toHaveLength(1));
  const hosts = ['a.test', 'b.test', 'c.test'];
  const changes = hosts.map((host) => tables.ingress('traefik-1', new Map([[host, [{ service: 'api', port: 8000 }]]])));
  for (const { resolve } of gates) resolve();
  await Promise.all(changes);
  expect(taken.map((one) => Object.keys(one as object))).toEqual([[], ['c.test']]);
});

test('an ingress is not sent to a pod that has no address any more', async () => {
  const tables = new Tables(honeydue, () => network);
  const pods: readonly PodId[] = ['api-1', 'api-2'];
  await tables.ingress('traefik-1', new Map([['api.test', pods.map((pod) => ({ pod, port: 8000 }))]]));
  expect(await tables.tableFor({ kind: 'ingress', key: 'traefik-1' })).toMatchObject({
    'api.test': { kind: 'endpoints', addresses: [{ host: 'host of api-1', port: 8000 }] },
  });
});
