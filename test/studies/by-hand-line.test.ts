/** What the line a second tells of nodes and of the queue. */
import { expect, test } from 'vitest';
import nodeNetworkDead from '../../scenarios/node-network-dead.ts';
import redisDown from '../../scenarios/redis-down.ts';
import { statusLine } from '../../sim/studies/by-hand/words.ts';
import { playedByHand, wordsOf, type Script } from './hand.ts';

/** The line before a break, and some time after it. */
async function lines(what: string, afterMs: number, scenarios = [redisDown]): Promise<readonly [string, string]> {
  const seen: string[] = [];
  const look = ({ hand }: Script): void => void seen.push(statusLine(hand.view(), (atMs) => `${atMs} ms`));
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
  expect(before).toMatch(/ {2}nodes 3\/3 {2}.* {2}queue [0-3]$/);
  expect(Number(/queue (\d+) /.exec(after)?.[1])).toBeGreaterThan(10);
});
test('a Redis that gives no answer leaves a question mark, never a number', async () => {
  const [, after] = await lines('redis --hang', 4_000);
  expect(after).toMatch(/ {2}queue \? {2}BROKEN redis/);
});
test('a node that is not heard of is not counted', async () => {
  const [, after] = await lines('node-network-dead --api-node', 30_000, [nodeNetworkDead]);
  expect(after).toContain('  nodes 2/3  ');
});
