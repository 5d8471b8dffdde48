/** Clusters that differ from the reference one, on the model: what is proven, what is compared, and what is said when it is not. */
import { expect, test } from 'vitest';
import redisDropped from '../../scenarios/redis-dropped.ts';
import rollingUpdate from '../../scenarios/rolling-update.ts';
import type { Expectations } from '../../sim/scenario/expectations.ts';
import { summarise } from '../../sim/scenario/summarise.ts';
import honeydue from '../../topology/honeydue.ts';
import { applySetTexts } from '../../topology/set-text.ts';
import { journalOf, summaryOf, verdictsOf } from './play.ts';

test('a rollout that is stuck is proven where maxUnavailable lets an old pod go: four replicas and more', async () => {
  const topology = applySetTexts(honeydue, ['workloads.api.replicas=4']);
  const verdicts = verdictsOf(await summaryOf({ scenario: rollingUpdate, topology }));
  expect(verdicts['rolling-update/schema-gate/sees']).toBe('refuted');
});

test('without a document what fails is news that can be accepted, and is compared the next time', async () => {
  const entries = await journalOf({ scenario: redisDropped, book: '# nothing\n' });
  const id = 'redis-dropped/dropped/failed';
  const told = (expectations: Expectations) => {
    const { scenarios, exitCode } = summarise(entries, { expectations, ci: true });
    return [scenarios.flatMap((one) => one.unmentioned).find((one) => one.id === id)?.since.kind, exitCode];
  };
  expect(told({})).toEqual(['new', 1]);
  const saw = { book: 'not in book', saw: 'some lists failed' } as const;
  expect(told({ [id]: { ...saw, pain: 'outage' } })[0]).toBe('changed');
  expect(told({ [id]: { ...saw, pain: 'low' } })[0]).toBe('same');
});

test('whatever fails before the fault is not blamed on a slow machine: there is none', async () => {
  const topology = applySetTexts(honeydue, ['workloads.api.replicas=0']);
  const { scenarios } = await summaryOf({ scenario: rollingUpdate, topology });
  const told = new Set(scenarios.flatMap((one) => one.statements.map(({ next }) => next)));
  expect([...told]).toEqual([expect.stringMatching(/^in virtual time no machine is slow: /)]);
});

test('a probe that asks for a page that is not there is the topology’s fault, and is named with its path', async () => {
  const topology = applySetTexts(honeydue, ['workloads.api.probes.readiness.path=/readyz']);
  await expect(journalOf({ scenario: redisDropped, topology })).rejects.toMatchObject({
    code: 'SIM_TOPOLOGY_INVALID',
    message: expect.stringContaining('http on port 8000/readyz, last readiness probe: answer 404') as string,
    hint: expect.stringContaining('look at workloads.api.probes.readiness.path') as string,
  });
});
