/** Whether a scenario can be played on a topology. */
import { expect, test } from 'vitest';
import kubeProxyBroken from '../../scenarios/kube-proxy-broken.ts';
import corednsDown from '../../scenarios/coredns-down.ts';
import rollingUpdate from '../../scenarios/rolling-update.ts';
import redisDown from '../../scenarios/redis-down.ts';
import { misfitsOf } from '../../sim/scenario/misfits.ts';
import honeydue from '../../topology/honeydue.ts';

const { redis: _, ...withoutRedis } = honeydue.workloads;
const { worker: __, ...withoutWorker } = honeydue.workloads;

test('on its own topology nothing is missing', () => {
  expect(misfitsOf(redisDown, honeydue)).toEqual([]);
});
test('a workload that a fault or an operation is aimed at is told once', () => {
  expect(misfitsOf(redisDown, { ...honeydue, workloads: withoutRedis })).toEqual(['workload "redis"']);
});
test('so is the decoy, where it is aimed at', () => {
  expect(misfitsOf(corednsDown, { ...honeydue, workloads: withoutWorker }, true)).toContain('workload "worker"');
  expect(misfitsOf(corednsDown, { ...honeydue, workloads: withoutWorker })).toEqual([]);
});
test('and whatever a fault would break: a third node where there are two', () => {
  const { 'node:hetzner3': ___, ...two } = honeydue.places;
  expect(misfitsOf(kubeProxyBroken, honeydue)).toEqual([]);
  expect(misfitsOf(kubeProxyBroken, { ...honeydue, places: two })).toEqual([
    'something that "kube-proxy-stopped" would break',
  ]);
});
test('and a place', () => {
  const { 'external:neon': ___, ...places } = honeydue.places;
  expect(misfitsOf(corednsDown, { ...honeydue, places })).toEqual(['place "external:neon"']);
});
test('and a journey that is exposed', () => {
  expect(misfitsOf(redisDown, { ...honeydue, journeys: {} })).toEqual(['journey "listTasks"']);
});
test('and a path that a variant sets, unless the schema knows it: what is left out may be set', () => {
  const { worker, ...workloads } = honeydue.workloads;
  const { jobMs: ___, ...settings } = worker!.settings;
  expect(misfitsOf(redisDown, { ...honeydue, workloads })).toContain('path "workloads.worker.settings.jobMs"');
  expect(misfitsOf(redisDown, { ...honeydue, workloads: { ...workloads, worker: { ...worker!, settings } } })).toEqual(
    [],
  );
  expect(misfitsOf(rollingUpdate, honeydue)).toEqual([]);
});
test('and a setting with which a rollout starts pods, unless their program reads it so', () => {
  const withSettings = (settings: object) => {
    const said = JSON.stringify(rollingUpdate).replace(
      '"settings":{"schemaVersion":2}',
      `"settings":${JSON.stringify(settings)}`,
    );
    return misfitsOf(JSON.parse(said) as typeof rollingUpdate, honeydue);
  };
  expect(withSettings({ schemaVersion: 3 })).toEqual([]);
  expect(withSettings({ schemaVerison: 2 })).toEqual(['setting "schemaVerison=2" of workload "api"']);
  expect(withSettings({ schemaVersion: 'two' })).toEqual(['setting "schemaVersion=two" of workload "api"']);
});
