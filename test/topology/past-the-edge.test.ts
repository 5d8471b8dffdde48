/** Which nodes users can dial by address: those that a link of the users leads to. */
import { expect, test } from 'vitest';
import honeydue from '../../topology/honeydue.ts';
import { greatCircleKm, floorsMs } from '../../topology/legs.ts';
import { latencyBetween } from '../../topology/load.ts';
import { neededBy } from '../../topology/needed.ts';
import { dialledNodes } from '../../topology/past-the-edge.ts';

test('all three of the reference cluster, by the addresses that the book names', () => {
  expect(dialledNodes(honeydue)).toEqual([
    { address: '178.104.247.152', place: 'node:hetzner1' },
    { address: '178.105.32.198', place: 'node:hetzner2' },
    { address: '178.104.249.189', place: 'node:hetzner3' },
  ]);
});
test('none where no journey goes that way, or no link does', () => {
  expect(dialledNodes(neededBy(honeydue, ['listTasks']))).toEqual([]);
  expect(dialledNodes(neededBy(honeydue, ['dialNode']))).toHaveLength(3);
  const { 'user-node': way, ...links } = honeydue.links;
  expect(dialledNodes({ ...honeydue, links })).toEqual([]);
  const toOne = { ...way, between: ['node:hetzner2', 'user:austin'] as [string, string], profiles: {} };
  expect(dialledNodes({ ...honeydue, links: { ...links, toOne } }).map(({ place }) => place)).toEqual([
    'node:hetzner2',
  ]);
});
test('the way is no shorter than straight fibre', () => {
  const [austin, node] = [honeydue.places['user:austin'], honeydue.places['node:hetzner1']];
  const floor = austin && node ? floorsMs(greatCircleKm(austin, node)).fibre : Infinity;
  const { rttMs, jitterMs } = latencyBetween(honeydue, 'user:austin', 'node:hetzner1', 'physical');
  expect(rttMs - jitterMs).toBeGreaterThan(floor);
});
