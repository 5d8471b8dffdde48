/** What may be hidden, and by which words it is guessed. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Scenario } from '../../sim/scenario/scenario.ts';
import { model } from '../../sim/runtimes/model/runtime.ts';
import { Secret } from '../../sim/studies/by-hand/secret.ts';
import honeydue from '../../topology/honeydue.ts';

const FOLDER = join(import.meta.dirname, '../../scenarios');
const scenarios = await Promise.all(
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.ts'))
    .toSorted()
    .map(async (file) => ((await import(join(FOLDER, file))) as { default: Scenario }).default),
);
const hidden = (seed: number, journeys = ['listTasks', 'createTask']): Secret =>
  new Secret({ topology: honeydue, runtime: model, scenarios, journeys }, seed, 0, { total: 0, failed: 0 });

test('what is hidden hurts the users who are sent, whatever the seed', () => {
  for (let seed = 0; seed < 200; seed++)
    expect(hidden(seed).scenario.exposed.some((one) => ['listTasks', 'createTask'].includes(one))).toBe(true);
  expect(new Set(Array.from({ length: 40 }, (_, seed) => hidden(seed, ['uploadPhoto']).scenario.id))).toEqual(
    new Set(['b2-down']),
  );
});
test.each(['flannel', 'flannel-broken', 'Flannel broken between nodes', 'redis', 'worker', 'coredns'])(
  '"%s" is a layer',
  (word) => expect(() => hidden(7).guess(word)).not.toThrow(),
);
test('seed 7 hides what the README says it hides', () => {
  expect(hidden(7).guess('redis')).toBe(true);
});
