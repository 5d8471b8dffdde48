/** `--set path=value`: what is typed, and every way it can be wrong. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { SimError } from '../../sim/errors.ts';
import honeydue from '../../topology/honeydue.ts';
import { odditiesOf } from '../../topology/oddities.ts';
import { schemaAt } from '../../topology/schema-keys.ts';
import { applySet } from '../../topology/set.ts';
import { applySetTexts } from '../../topology/set-text.ts';

const set = (...texts: string[]) => applySetTexts(honeydue, texts);
function faultOf(text: string): string {
  try {
    set(text);
  } catch (error) {
    if (error instanceof SimError && error.code === 'SIM_USAGE') return `${error.message}\n${error.hint ?? ''}`;
    throw error;
  }
  throw new Error(`${text} was taken`);
}

describe('--set', () => {
  test('of a round trip sets it in each profile, its jitter in proportion, and says where it comes from', () => {
    const { profiles } = set('links.neon.rtt=5ms').links['neon']!;
    expect(profiles['physical']).toMatchObject({ rttMs: 5, source: '--set links.neon.rtt=5ms' });
    expect(profiles['physical']?.jitterMs).toBeCloseTo(5 * (5 / 95));
    expect(profiles['documented']).toMatchObject({ rttMs: 5, jitterMs: 2.5 });
  });
  test.each([
    ['workloads.api.preStop=5s', 'preStopMs', 5_000],
    ['workloads.api.preStopMs=250', 'preStopMs', 250],
    ['workloads.api.replicas=1', 'replicas', 1],
    ['workloads.api.memoryLimit=256Mi', 'memoryLimitBytes', 256 * 1024 * 1024],
    ['workloads.api.grace=1min', 'graceMs', 60_000],
    ['workloads.api.rollout.maxSurge=50%', 'rollout', expect.objectContaining({ maxSurgePercent: 50 })],
    ['workloads.api.ports=8000,8001', 'ports', [8_000, 8_001]],
    [
      'workloads.api.settings.sqlConnectTimeout=2s',
      'settings',
      expect.objectContaining({ sqlConnectTimeoutMs: 2_000 }),
    ],
    ['workloads.api.settings.cacheTtl=5min', 'settings', expect.objectContaining({ cacheTtlSeconds: 300 })],
    ['workloads.api.settings.redisPoolTimeoutMs=9', 'settings', expect.objectContaining({ redisPoolTimeoutMs: 9 })],
    ['workloads.api.settings.mediaCacheControl=60', 'settings', expect.objectContaining({ mediaCacheControl: '60' })],
  ])('%s', (text, key, value) => {
    expect(set(text).workloads['api']).toMatchObject({ [key]: value });
  });
  test('of what the file leaves out puts it there', () => {
    const changed = set('externals.neon.settings.poolerServers=4', 'externals.edge-chicago.settings.cacheRulePaths=/');
    expect(changed.externals['neon']?.settings).toEqual({ poolerServers: 4 });
    expect(changed.externals['edge-chicago']?.settings).toMatchObject({ retry: true, cacheRulePaths: '/' });
    expect(set('timers.node.grace=40s').timers['node.grace']).toBe(40_000);
    expect(set('links.neon.profiles.physical.rtt=5ms').links['neon']?.profiles['physical']?.rttMs).toBe(5);
    expect(set('users.requestTimeout=20s').users.requestTimeoutMs).toBe(20_000);
  });
  test('finds every path that the schema knows, whether the file has it or not', () => {
    const paths = leavesOf(honeydue);
    expect(paths.length).toBeGreaterThan(300);
    const stray = paths.filter(([path, text]) => {
      try {
        set(`${path}=${text}`);
        return false;
      } catch (error) {
        return (error as Error).message.includes('there is no "') || (error as Error).message.includes('is a value');
      }
    });
    expect(stray).toEqual([]);
  });
  test('takes texts and truths, several at once, and the title tells them', () => {
    const changed = set('routing=endpoints', 'externals.edge-dallas.settings.retry=false');
    expect(changed.routing).toBe('endpoints');
    expect(changed.externals['edge-dallas']?.settings).toMatchObject({ retry: false });
    expect(changed.title).toBe(`${honeydue.title}, with routing=endpoints, externals.edge-dallas.settings.retry=false`);
    expect(applySetTexts(honeydue, [])).toBe(honeydue);
  });
  test('makes it another cluster, kept apart from the file’s; in whichever order it is said', () => {
    expect(set('routing=endpoints', 'links.neon.rtt=5ms').id).toBe(
      'honeydue with links.neon.rtt=5ms routing=endpoints',
    );
    expect(set('links.neon.rtt=5ms', 'routing=endpoints').id).toBe(set('routing=endpoints', 'links.neon.rtt=5ms').id);
    expect(set('links.neon.rtt=5ms').id).not.toBe(set('links.neon.rtt=6ms').id);
    expect(set('links.neon.rtt=5ms', 'links.neon.rtt=6ms').id).toBe(set('links.neon.rtt=6ms').id);
    // It can be changed once more, as scenarios do.
    expect(applySet(set('routing=endpoints'), { server: 'node:hetzner2' }).server).toBe('node:hetzner2');
  });
  test.each([
    ['links.neon.rrt=5ms', 'links.neon.rrt', 'did you mean "rtt"?'],
    ['links.neo.rtt=5ms', 'there is no "neo"', 'did you mean "neon"?'],
    ['workloads.apo.replicas=1', 'declared: admin, api, coredns', 'did you mean "api"?'],
    ['workloads.api.replicas=x', 'workloads.api.replicas', 'found "x"'],
    ['workloads.api.replicas=-1', 'workloads.api.replicas', 'found -1'],
    ['links.neon.rtt=fast', '"fast" is no duration', '5ms'],
    ['routing=endpoint', 'routing', 'did you mean "endpoints"?'],
    ['workloads.api.replicas=5ms', '"5ms" has a unit, and replicas has none', 'the number alone'],
    ['workloads.api.preStop=5Mi', '"5Mi" is no duration', '5ms or 1.5s'],
    ['workloads.api.memoryLimit=5s', '"5s" is no size', '256Mi'],
    ['workloads.api.settings.redisPolSize=5', 'there is no "redisPolSize"', 'did you mean "redisPoolSize"?'],
    ['workloads.api.settings.redisPoolSize=many', 'workloads.api.settings.redisPoolSize', 'found "many"'],
    ['externals.edge-dallas.settings.retry=yes', 'externals.edge-dallas.settings.retry', 'found "yes"'],
    ['externals.neon.settings.retry=true', 'there is no "retry"', 'declared: poolerQueryWaitMs, poolerServers'],
    ['workloads.api.settings.onEnqueueFailure=drop', 'onEnqueueFailure', 'did you mean "fail"?'],
    ['links.neon.rtt', 'a path and its value are wanted', '--set links.user-pop.rtt=5ms'],
    ['=5', 'a path and its value are wanted', 'links.user-pop.rtt'],
    ['__proto__.x=1', 'there is no "__proto__"', 'declared'],
  ])('%s is refused: %s, %s', (text, told, hint) => {
    expect(faultOf(text)).toContain(told);
    expect(faultOf(text)).toContain(hint);
  });
});

test('all that is wrong with several is told at once', () => {
  const told = () => set('links.neo.rtt=5ms', 'workloads.api.replicas=5ms', 'routing=service', 'x');
  expect(told).toThrow(/--set: 3 errors/);
  expect(told).toThrow(/there is no "neo"[\s\S]*has a unit[\s\S]*a path and its value are wanted/);
});

/** Dotted paths of all that the schema reads in a topology, with a text that may stand there. */
function leavesOf(topology: typeof honeydue): [string, string][] {
  const textFor = (schema: unknown): string =>
    schema instanceof z.ZodNumber ? '1' : schema instanceof z.ZodBoolean ? 'true' : 'x';
  const below = (path: readonly string[], value: unknown): [string, string][] => {
    const schema = schemaAt(path, topology);
    const keys =
      schema instanceof z.ZodObject
        ? Object.keys(schema.shape)
        : schema instanceof z.ZodRecord
          ? Object.keys((value ?? {}) as object)
          : undefined;
    if (keys === undefined) return [[path.join('.'), textFor(schema)]];
    return keys.flatMap((key) => below([...path, key], (value as Record<string, unknown> | undefined)?.[key]));
  };
  return below([], topology);
}

describe('an oddity', () => {
  const three = { ...honeydue.workloads['traefik']!, kind: 'deployment' as const, replicas: 3 };
  const { 'node:hetzner3': _third, ...places } = honeydue.places;
  test('is that pods which may not share a node are more than there are nodes', () => {
    const topology = { ...honeydue, places, workloads: { ...honeydue.workloads, traefik: three } };
    expect(odditiesOf(topology)).toEqual([
      'workloads.traefik: 3 pods may not share a node, and there are 2 nodes: 1 pod will stay Pending',
    ]);
  });
  test('is a service with nobody behind it', () => {
    expect(odditiesOf(set('workloads.redis.replicas=0'))).toEqual([
      'services.redis: its workload "redis" has 0 replicas, so nobody answers',
    ]);
  });
  test('is a way that no link has, told once a kind', () => {
    const { 'pop-node': _way, ...links } = honeydue.links;
    expect(Object.keys(honeydue.links)).toContain('pop-node');
    expect(odditiesOf({ ...honeydue, links })).toEqual([
      'links: none between pop and node under profile "physical": what passes there takes no time',
    ]);
  });
  test('is a public name to which nobody leads', () => {
    const externals = Object.entries(honeydue.externals).filter(([, { role }]) => role !== 'edge');
    const bare = { ...honeydue, externals: Object.fromEntries(externals), anycast: {} };
    expect(odditiesOf(bare)).toEqual(
      Object.keys(honeydue.ingress).map((host) =>
        expect.stringContaining(`ingress.${host}: no external of role "edge"`),
      ),
    );
  });
  test('is a setting that looks for somebody who is not there', () => {
    expect(odditiesOf(set('workloads.api.settings.redisHost=rediss'))).toEqual([
      expect.stringMatching(
        /^workloads\.api\.settings\.redisHost: nobody is called "rediss"; .*did you mean "redis"\?$/,
      ),
    ]);
  });
  test('is none in the reference cluster', () => {
    expect(odditiesOf(honeydue)).toEqual([]);
  });
});
