/** A cluster that calls its parts otherwise: each scenario finds them by what they are, or says by name what is not there. */
import { describe, expect, test } from 'vitest';
import redisDown from '../../scenarios/redis-down.ts';
import { cast } from '../../sim/scenario/cast.ts';
import { misfitsOf } from '../../sim/scenario/misfits.ts';
import honeydue from '../../topology/honeydue.ts';
import { renamedTopology } from '../topology/renamed.ts';
import { files, read } from './fast.ts';
import { summaryOf, verdictsOf } from './play.ts';

/** The reference cluster's names → those of somebody else, in keys and in what refers to them. */
const NAMES: readonly (readonly [string, string])[] = [
  ['traefik', 'tfk'],
  ['coredns', 'cdx'],
  ['kube-dns', 'kdx'],
  ['redis', 'rdx'],
  ['api', 'apx'],
  ['worker', 'wkx'],
  ['admin', 'adx'],
  ['neon', 'nnx'],
  ['b2', 'bbx'],
  ['edge-dallas', 'edge-ax'],
  ['edge-chicago', 'edge-bx'],
  ['edge-frankfurt', 'edge-cx'],
  ['node:hetzner1', 'node:a'],
  ['node:hetzner2', 'node:b'],
  ['node:hetzner3', 'node:c'],
  ['pop:dallas', 'pop:one'],
  ['pop:chicago', 'pop:two'],
  ['pop:frankfurt', 'pop:three'],
  ['external:neon', 'external:database'],
  ['external:backblaze', 'external:blobs'],
  ['external:cloudflare-dns', 'external:dns-one'],
  ['external:second-dns', 'external:dns-two'],
];
const others = renamedTopology(NAMES);
/** Figures are told by the document's own names for parts, not by a scenario's. */
const scenarios = (await Promise.all(files.map(read))).filter(({ plays }) => plays === 'failure');

describe('model: a cluster with other names', () => {
  test('has none of the reference cluster’s', () => {
    const said = JSON.stringify(Object.keys({ ...others.workloads, ...others.services, ...others.places }));
    for (const [name] of NAMES) expect(said).not.toContain(JSON.stringify(name));
  });
  test.each(scenarios.map((one) => [one.id, one] as const))(
    '%s finds its parts there, and its wrong target',
    (_, one) => {
      expect(misfitsOf(one, others, true)).toEqual([]);
      const { variants, decoy } = cast(one, others);
      const aimed = Object.values(variants).flatMap(({ set, steps }) => [
        set,
        ...steps.flatMap((step) => step.do.map((action) => ('params' in action ? action.params : {}))),
      ]);
      const text = JSON.stringify([aimed, decoy]).replaceAll('api.myhoneydue.com', '');
      for (const [name] of NAMES) expect(text).not.toMatch(new RegExp(`[":./]${name}[":./]`));
    },
  );
  test.each(scenarios.map((one) => [one.id, one] as const))(
    '%s: the same is right and wrong there',
    async (_, scenario) => {
      const [here, there] = await Promise.all([summaryOf({ scenario }), summaryOf({ scenario, topology: others })]);
      expect(verdictsOf(there)).toEqual(verdictsOf(here));
    },
  );
  test('on the reference cluster nothing is put into other words', () => {
    for (const { parts: _, ...one } of scenarios) expect(cast({ ...one, parts: _ }, honeydue)).toMatchObject(one);
  });
});

describe('model: a cluster without a part', () => {
  const { redis, ...rest } = honeydue.workloads;
  test('that has a part of its name which is something else is told so: that one is not broken', () => {
    const workloads = { ...rest, redis: { ...redis!, role: 'worker' } };
    expect(misfitsOf(redisDown, { ...honeydue, workloads })).toContain('workload "redis"');
  });
  test('with two that are it, neither of its name, is told which there are', () => {
    const workloads = { ...rest, one: redis!, two: redis! };
    expect(misfitsOf(redisDown, { ...honeydue, workloads })).toContain('one "redis" (there are one, two)');
  });
});
