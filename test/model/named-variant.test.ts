/** A variant that no row of the reference document is about, on the model: judged as soon as a row names it. */
import { expect, test } from 'vitest';
import traefikDown from '../../scenarios/traefik-down.ts';
import { summaryOf } from './play.ts';

const book = (row: string): string => `# What fails\n\n| Failure | Users see |\n|---|---|\n| ${row} |\n`;

test('a row about every node is held against that variant alone, and what it says is no news', async () => {
  const { scenarios } = await summaryOf({
    scenario: traefikDown,
    book: book('Traefik down on all nodes | every request gets a 521'),
  });
  const [{ statements, unmentioned }] = scenarios as [(typeof scenarios)[number]];
  expect(statements.map(({ variant, verdict }) => [variant, verdict])).toEqual([['all-nodes', 'confirmed']]);
  expect(unmentioned.map(({ id }) => id)).not.toContain('traefik-down/all-nodes/failed');
});
test('a row that names none of them leaves it out, and what happened in it is news', async () => {
  const { scenarios } = await summaryOf({
    scenario: traefikDown,
    book: book('Traefik down on one node | every request gets a 521'),
  });
  const [{ statements, unmentioned }] = scenarios as [(typeof scenarios)[number]];
  expect(statements.map(({ variant }) => variant)).toEqual(['one-node']);
  expect(unmentioned.map(({ id }) => id)).toContain('traefik-down/all-nodes/failed');
});
