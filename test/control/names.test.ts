/** What name servers say at the start: whoever asks for a name behind the edge is led to the POP nearest to him. */
import { expect, test } from 'vitest';
import { publishNames } from '../../sim/control/names.ts';
import type { Stage } from '../../sim/runtimes/contract.ts';
import honeydue from '../../topology/honeydue.ts';
import { neededBy } from '../../topology/needed.ts';
import { applySet } from '../../topology/set.ts';

/** Records that lead to the edge, as "zone name targets". */
async function told(topology = honeydue): Promise<string[]> {
  const said: string[] = [];
  const stage = {
    names: {
      publish(zone, name, record) {
        if (record !== 'absent') said.push(`${zone} ${name} ${JSON.stringify(record.targets)}`);
        return Promise.resolve();
      },
    },
    clock: { shortenedMs: () => 1 },
  } as Pick<Stage, 'names'> & { readonly clock: { shortenedMs(): number } };
  await publishNames(stage as unknown as Stage, topology);
  return said.filter((one) => one.includes('"anycast"') || one.includes('"pop:'));
}
const shared = JSON.stringify([{ anycast: 'cloudflare', port: 443 }]);
const near = JSON.stringify([{ place: 'pop:frankfurt', port: 443 }]);

test('users are led to the shared address with every host of the ingress, pods to the POP near the nodes with what they ask for', async () => {
  expect(await told()).toEqual([
    ...['api.myhoneydue.com', 'myhoneydue.com', 'admin.myhoneydue.com'].map((name) => `public ${name} ${shared}`),
    `cluster api.myhoneydue.com ${near}`,
  ]);
});
test('no pod asks: no name for pods', async () => {
  const internal = applySet(honeydue, { 'workloads.admin.settings.apiUrl': 'http://api:8000' });
  expect((await told(internal)).filter((one) => one.startsWith('cluster'))).toEqual([]);
  expect(await told(neededBy(honeydue, ['listTasks']))).toEqual([
    `public api.myhoneydue.com ${shared}`,
    `public myhoneydue.com ${shared}`,
  ]);
});
test('no edge: no name', async () => {
  const externals = Object.fromEntries(Object.entries(honeydue.externals).filter(([, { role }]) => role !== 'edge'));
  expect(await told({ ...honeydue, externals, anycast: {} })).toEqual([]);
});
