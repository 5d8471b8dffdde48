/** Faults of a play heal apart from each other: one that can not keeps none of the others in force. */
import { expect, test } from 'vitest';
import type { Cluster } from '../../sim/control/cluster.ts';
import { Method } from '../../sim/scenario/method.ts';
import type { Container, Stage } from '../../sim/runtimes/contract.ts';
import honeydue from '../../topology/honeydue.ts';

test('a heal that fails is told and not noted as done; the others are healed all the same, and it can be tried again', async () => {
  let broken = true;
  const healed: string[] = [];
  const container = (pod: string): Partial<Container> => ({
    pause: () =>
      Promise.resolve({
        [Symbol.asyncDispose]() {
          if (broken && pod === 'redis-1') return Promise.reject(new Error('no answer'));
          healed.push(pod);
          return Promise.resolve();
        },
      }),
  });
  const onContainer = (pod: string, seen: (one: Partial<Container>) => void): Disposable => {
    seen(container(pod));
    return { [Symbol.dispose]: () => undefined };
  };
  const cluster = {
    podsOf: (workload: string) => [`${workload}-1`],
    onContainer,
    isEnding: () => false,
  } as unknown as Cluster;
  const stage = { clock: { nowMs: () => 0 } } as unknown as Stage;
  const noted: string[] = [];
  const note = (one: object): void =>
    void noted.push(`${(one as { as: string }).as} ${(one as { state: string }).state}`);
  const method = new Method({ topology: honeydue, stage, cluster, note, mode: 'normal', decoy: {} });
  for (const workload of ['redis', 'worker']) await method.act({ fault: 'hang', params: { workload }, as: workload });
  await expect(method.healAll()).rejects.toThrow('no answer');
  expect(healed).toEqual(['worker-1']);
  expect(noted).toEqual(['redis applied', 'worker applied', 'worker healed']);
  expect(method.inForce().map((one) => one.as)).toEqual(['redis']);
  broken = false;
  await method.heal('redis');
  expect(noted.at(-1)).toBe('redis healed');
});
