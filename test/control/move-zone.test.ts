/** A zone that is moved by hand: users are led to the other name servers when the old delegation is forgotten, not before. */
import { expect, test, vi } from 'vitest';
import { operate, operationNamed } from '../../sim/control/operations/index.ts';
import { redisOn, withCluster } from './world.ts';

const params = { to: 'node:b', name: 'api.test' };

test('.com keeps NS records for 172,800 s (the .com zone): none is lived through for longer than ten minutes', async () => {
  await withCluster(redisOn(), async ({ stage, cluster, pass }) => {
    const led = vi.spyOn(stage.traffic, 'askNamesAt');
    await operate(cluster, 'move-zone', params);
    await pass(599_000);
    expect(led).not.toHaveBeenCalled();
    await pass(2_000);
    expect(led.mock.calls).toEqual([['node:b']]);
  });
});
test('who stops the cluster meanwhile stops that too', async () => {
  await withCluster(redisOn(), async ({ stage, cluster, pass }) => {
    const led = vi.spyOn(stage.traffic, 'askNamesAt');
    await operate(cluster, 'move-zone', params);
    cluster.stop();
    await pass(700_000);
    expect(led).not.toHaveBeenCalled();
  });
});
test('it is proven by the other name servers, before and at the end; while it lasts the requests tell', async () => {
  await withCluster(redisOn(), ({ cluster }) => {
    const { title, proof } = operationNamed('move-zone');
    expect([title(params), proof?.title(params)]).toEqual(['move the zone to node:b', 'node:b has api.test']);
    const looks = (when: 'before' | 'during' | 'after') =>
      proof?.looks(when, { topology: redisOn(), cluster, params, before: [] });
    const look = {
      from: 'user:here',
      target: { place: 'node:b', port: 53 },
      question: { ask: 'name', name: 'api.test' },
      expected: ['answer'],
    };
    expect([looks('before'), looks('during'), looks('after')]).toMatchObject([[look], [], [look]]);
    return Promise.resolve();
  });
});
