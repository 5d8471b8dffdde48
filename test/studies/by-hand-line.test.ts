/** What the line a second tells of nodes and of the queue. */
import { expect, test } from 'vitest';
import nodeNetworkDead from '../../scenarios/node-network-dead.ts';
import redisDown from '../../scenarios/redis-down.ts';
import { statusPieces } from '../../sim/studies/by-hand/words.ts';
import type { HandView } from '../../sim/studies/by-hand/view.ts';
import { playedByHand, wordsOf, type Script } from './hand.ts';

/** The line before a break, and some time after it. */
async function lines(what: string, afterMs: number, scenarios = [redisDown]): Promise<readonly [string, string]> {
  const seen: string[] = [];
  const look = ({ hand }: Script): void => void seen.push(statusPieces(hand.view(), () => '14:02:30').join('  '));
  const { error } = await playedByHand(
    async (person) => {
      await person.pass(6_000);
      look(person);
      await person.hand.break(wordsOf(what), person.say);
      await person.pass(afterMs);
      look(person);
    },
    { scenarios },
  );
  expect(error).toBeUndefined();
  return [seen[0] ?? '', seen[1] ?? ''];
}

test('jobs wait while no worker takes them', async () => {
  const [before, after] = await lines('worker --crash', 10_000);
  expect(before).toMatch(/ {2}nodes 3\/3 {2}queue [0-3] {2}/);
  expect(Number(/queue (\d+) /.exec(after)?.[1])).toBeGreaterThan(10);
});
test('a Redis that gives no answer leaves a question mark, never a number', async () => {
  const [, after] = await lines('redis --hang', 4_000);
  expect(after).toMatch(/ {2}BROKEN redis hangs since 14:02:30 {2}nodes 3\/3 {2}queue \? {2}/);
});
test('a node that is not heard of is not counted', async () => {
  const [, after] = await lines('node-network-dead --api-node', 30_000, [nodeNetworkDead]);
  expect(after).toContain('  nodes 2/3  ');
});

const view: HandView = {
  users: { of: 1_284, ok: 1_284, p95Ms: 12_345, isMore: true },
  nodes: { ready: 3, of: 3 },
  parts: [
    { part: 'traefik', ready: 3, wanted: 3 },
    { part: 'coredns', ready: 1, wanted: 1 },
    { part: 'api', ready: 2, wanted: 3 },
  ],
  queue: 3,
  broken: [],
  isSecret: false,
};
const line = (over: Partial<HandView>): string =>
  `14:02:43 ${statusPieces({ ...view, ...over }, () => '14:02:30').join('  ')}`;
const broken = (as: string, title: string) => ({ as, title, sinceMs: 0 });
test.each<[string, Partial<HandView>, RegExp]>([
  ['what is broken', { broken: [broken('redis', 'redis hangs: it accepts')] }, /^14.* BROKEN redis hangs since/],
  [
    'what is broken at a place, whose name has a colon',
    { broken: [broken('neon', 'external:neon is slow: each takes longer')] },
    /^14.* BROKEN external:neon is slow/,
  ],
  [
    'all that is broken',
    { broken: [broken('redis', 'redis hangs: it accepts'), broken('api', 'api is dead: killed')] },
    /^14.* BROKEN redis hangs, api is dead/,
  ],
  ['a secret', { isSecret: true }, /^14.* SECRET incident/],
])('%s stands within the first 80 columns, however much there is to tell', (_, over, told) => {
  expect(line(over).slice(0, 80)).toMatch(told);
});
test('the parts that are short come before those that are whole', () => {
  expect(line({})).toMatch(/ {2}nodes 3\/3 {2}queue 3 {2}api 2\/3 {2}traefik 3\/3 {2}coredns 1\/1$/);
});
