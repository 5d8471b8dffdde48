/** What would flip a statement is told only where it is a change, on the cluster at hand. */
import { describe, expect, test } from 'vitest';
import latencyBudget from '../../scenarios/latency-budget.ts';
import redisDown from '../../scenarios/redis-down.ts';
import rollingUpdate from '../../scenarios/rolling-update.ts';
import { SimError } from '../../sim/errors.ts';
import { flipsOf } from '../../sim/scenario/flips.ts';
import { defineScenario, topologyOf, type ScenarioFlip } from '../../sim/scenario/scenario.ts';
import honeydue from '../../topology/honeydue.ts';
import { applySetTexts } from '../../topology/set-text.ts';

const READ = 'workloads.api.settings.redisReadTimeoutMs=200ms';
const flipping = (...flips: ScenarioFlip[]) => defineScenario({ ...redisDown, flips });
const told = (set: string, variant = 'hung'): number =>
  flipsOf(honeydue, flipping({ set, says: 'so' }), variant).length;

describe('what flips a scenario', () => {
  test('is told of its variant alone, without one of each that a statement is about', () => {
    const one = flipping({ variant: 'hung', set: READ, says: 'so' });
    expect(flipsOf(honeydue, one, 'hung')).toEqual([{ set: READ, says: 'so' }]);
    expect(flipsOf(honeydue, one, 'dead')).toEqual([]);
    expect(['dead', 'hung', 'emptied'].map((id) => told(READ, id))).toEqual([1, 1, 0]);
  });
  test('is another variant for all but that one', () => {
    const scenario = flipping({ to: 'dead', says: 'so' });
    expect(flipsOf(honeydue, scenario, 'hung')).toEqual([{ to: 'dead', says: 'so' }]);
    expect(flipsOf(honeydue, scenario, 'dead')).toEqual([]);
  });
  test('is not told where it is so already, by the file or by --set', () => {
    expect(told('workloads.api.replicas=3')).toBe(0);
    for (const set of ['links.neon.rtt=5ms', 'links.neon.rtt=30ms']) {
      const left = flipsOf(applySetTexts(honeydue, [set]), latencyBudget, 'well').map((one) => one.set);
      expect(left).not.toContain(set);
      expect(left).toHaveLength(1);
    }
  });
  test('is not told where the variant itself says otherwise: it would be overruled', () => {
    const scenario = defineScenario({
      ...rollingUpdate,
      flips: [{ set: 'workloads.api.preStop=5s', says: 'so' }],
    });
    const on = [honeydue, topologyOf(honeydue, scenario, 'no-pre-stop')];
    expect(on.map((one) => flipsOf(one, scenario, 'no-pre-stop'))).toEqual([[], []]);
    expect(flipsOf(honeydue, scenario, 'schema-gate')).toHaveLength(1);
  });
  test('is not told where the cluster has no such thing', () => {
    expect(told('links.elsewhere.rtt=5ms')).toBe(0);
    expect(told('workloads.api.replicas=many')).toBe(0);
  });
});

describe('what flips a scenario is refused', () => {
  const faultsOf = (flip: object): string => {
    try {
      flipping(flip as ScenarioFlip);
    } catch (error) {
      if (error instanceof SimError && error.code === 'SIM_SCENARIO_INVALID') return error.message;
      throw error;
    }
    throw new Error('it was taken as sound');
  };
  test.each([
    ['that has no value', { set: 'workloads.api.replicas', says: 'so' }, 'flips.0.set'],
    ['that says nothing', { set: READ, says: '' }, 'flips.0.says'],
    ['of a variant that is none', { variant: 'hang', set: READ, says: 'so' }, 'did you mean "hung"'],
    ['to a variant that is none', { to: 'died', says: 'so' }, 'flips.0.to'],
    ['of a variant that no statement is about', { variant: 'emptied', set: READ, says: 'so' }, 'no statement is about'],
    ['to a variant that no statement is about', { to: 'emptied', says: 'so' }, 'no statement is about'],
    ['to itself', { variant: 'hung', to: 'hung', says: 'so' }, 'is the variant itself'],
    ['to a value and a variant', { set: READ, to: 'dead', says: 'so' }, 'either set or to'],
    ['to nothing', { variant: 'hung', says: 'so' }, 'either set or to'],
    ['with a key that is none', { set: READ, says: 'so', value: 1 }, 'value'],
  ])('%s', (_name, flip, message) => {
    expect(faultsOf(flip)).toContain('redis-down: 1 error, nothing was started');
    expect(faultsOf(flip)).toContain(message);
  });
});
