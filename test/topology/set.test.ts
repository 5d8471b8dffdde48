/** Single values put over a topology: what is changed, what is left, and every way a path or value can be wrong. */
import { describe, expect, test } from 'vitest';
import { SimError } from '../../sim/errors.ts';
import { defineTopology } from '../../topology/load.ts';
import { applySet, type TopologySet } from '../../topology/set.ts';
import { small } from './small.ts';

const topology = defineTopology({ ...small(), ingress: { 'api.test': { service: 'api' } } });
function faultOf(set: TopologySet): string {
  try {
    applySet(topology, set);
  } catch (error) {
    if (error instanceof SimError && error.code === 'SIM_TOPOLOGY_INVALID') return error.message;
    throw error;
  }
  throw new Error('the set was taken as sound');
}

describe('a set', () => {
  test('changes what its path names, and nothing else, in a copy', () => {
    const before = structuredClone(topology);
    const changed = applySet(topology, { 'workloads.api.preStopMs': 5_000 });
    expect(changed.workloads['api']?.preStopMs).toBe(5_000);
    expect(topology).toEqual(before);
    expect({ ...changed, workloads: topology.workloads }).toEqual(topology);
  });
  test('without a path is the topology', () => {
    expect(applySet(topology, {})).toEqual(topology);
  });
  test('reaches what the file left out and the schema reads', () => {
    expect(applySet(topology, { 'workloads.api.memoryLimitBytes': 5 }).workloads['api']?.memoryLimitBytes).toBe(5);
  });
  test('reaches below a host name, whose dots part nothing', () => {
    const two = {
      ...topology,
      services: { ...topology.services, other: { ...topology.services['api']!, clusterIp: '10.43.0.2' } },
    };
    const both = { ...two, ingress: { ...two.ingress, api: { service: 'api' } } };
    const { ingress } = applySet(both, { 'ingress.api.test.service': 'other' });
    expect(ingress).toEqual({ 'api.test': { service: 'other' }, api: { service: 'api' } });
  });
});

describe('a set with faults', () => {
  test.each([
    ['a misspelt key', { 'workloads.api.prestopMs': 1 }, 'there is no "prestopMs"', 'did you mean "preStopMs"?'],
    ['a misspelt entry', { 'workloads.apo.preStopMs': 1 }, 'there is no "apo"', 'did you mean "api"?'],
    [
      'a setting that the program has not',
      { 'workloads.api.settings.pool': 1 },
      'there is no "pool"',
      'declared: assetCacheControl, cacheTtlSeconds, databaseHost',
    ],
    ['a path below a value', { 'workloads.api.preStopMs.now': 1 }, 'nothing lies below it', 'workloads.api.preStopMs'],
    ['an empty path', { '': 1 }, 'there is no ""', 'declared: '],
    ['a key that every object has', { 'workloads.constructor.name': 'x' }, 'there is no "constructor"', 'api'],
    ['a value of another type', { 'workloads.api.preStopMs': 'long' }, 'workloads.api.preStopMs', 'found "long"'],
    ['a value out of bounds', { 'workloads.api.replicas': -1 }, 'workloads.api.replicas', 'found -1'],
    ['a reference that it breaks', { 'services.api.workload': 'apo' }, 'services.api.workload', 'did you mean "api"?'],
  ])('tells %s', (_name, set, told, hint) => {
    const message = faultOf(set);
    expect(message).toContain('set: 1 error, nothing was started');
    expect(message).toContain(told);
    expect(message).toContain(hint);
  });
  test('tells all of them at once', () => {
    expect(faultOf({ 'workloads.api.replica': 2, 'workloads.api.graceMs': -1, server: 'node:z' })).toContain(
      '3 errors',
    );
  });
  test('blames who is to blame', () => {
    expect(() => applySet(topology, { x: 1 }, { where: 'mine', code: 'SIM_SCENARIO_INVALID' })).toThrowError(
      expect.objectContaining({
        code: 'SIM_SCENARIO_INVALID',
        message: expect.stringMatching(/^mine: 1 error/),
      }) as Error,
    );
  });
});
