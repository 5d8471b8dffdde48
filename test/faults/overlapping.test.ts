/** Two faults of one kind on one part, on the model: each heals itself only, and has its own proof before, during and after. */
import { describe, expect, test } from 'vitest';
import { createCluster, type Cluster } from '../../sim/control/cluster.ts';
import { FAULT_NAMES, faultNamed, type FaultName } from '../../sim/faults/index.ts';
import { createPrng } from '../../sim/prng.ts';
import type { Stage } from '../../sim/runtimes/contract.ts';
import { model } from '../../sim/runtimes/model/runtime.ts';
import { HeldSessions } from '../../sim/scenario/held-sessions.ts';
import { look, witnessesOf, type ProofStage } from '../../sim/scenario/witness.ts';
import honeydue from '../../topology/honeydue.ts';
import { neededBy } from '../../topology/needed.ts';
import { applySetTexts } from '../../topology/set-text.ts';
import { BARE_STAGE } from '../bare-stage.ts';

const pooled = applySetTexts(honeydue, ['externals.neon.settings.poolerServers=93']);
const topology = neededBy(pooled, Object.keys(honeydue.journeys), { fallbacks: true, spares: [] });
const neon = { place: 'external:neon', port: 5432 };
const backblaze = { place: 'external:backblaze', port: 443 };
const edge = { place: 'pop:dallas', port: 443 };
const redis = { workload: 'redis' };
/** What each is played with, first and second: faults that last, and whose witness sees them without anything else happening. */
const PAIRS: readonly (readonly [FaultName, object, object])[] = [
  ['crash', redis, redis],
  // Its Service goes on answering from the other nodes.
  ['crash', { workload: 'api', node: 0 }, { workload: 'api', node: 0 }],
  ['drop', redis, redis],
  ['firewall', { port: 80, rule: 'deny', from: 'outside' }, { port: 80, rule: 'deny', from: 'outside' }],
  ['hang', redis, redis],
  ['hang', { workload: 'api' }, { workload: 'api' }],
  ['isolate', { node: 2 }, { node: 2 }],
  [
    'names-outage',
    { place: 'external:cloudflare-dns', name: 'api.myhoneydue.com', how: 'servfail' },
    { place: 'external:cloudflare-dns', name: 'api.myhoneydue.com', how: 'servfail' },
  ],
  ['outage', { ...neon, how: 'hangs' }, { ...neon, how: 'hangs' }],
  ['outage', { ...backblaze, how: 'hangs' }, { ...backblaze, how: 'hangs' }],
  ['overlay-cut', { to: 'all' }, { to: 'all' }],
  ['pool-taken', neon, neon],
  ['pop-down', { place: 'pop:dallas', port: 443, how: 'dead' }, { place: 'pop:dallas', port: 443, how: 'dead' }],
  ['scale-to-zero', neon, neon],
  ['shut-out', { port: 80, of: 'node' }, { port: 80, of: 'node' }],
  ['slow', { ...neon, addedMs: 600 }, { ...neon, addedMs: 600 }],
  ['slow', { ...backblaze, addedMs: 600 }, { ...backblaze, addedMs: 600 }],
  ['slow', { ...edge, addedMs: 600 }, { ...edge, addedMs: 600 }],
  ['storage-outage', { ...backblaze, how: 'InternalError' }, { ...backblaze, how: 'ServiceUnavailable' }],
];
/** Not among them, and why. */
const APART: Readonly<Partial<Record<FaultName, string>>> = {
  'half-migration': 'a column bears one name: the second is refused, see half-migration.test.ts',
  kill: 'over in a moment: nothing of it is left to heal',
  'kube-proxy-stopped': 'its witness needs endpoints that change: see below',
  oom: 'its witness is what the cluster reports once a limit is passed: see behaviour/growth.test.ts',
  reset: 'over in a moment: nothing of it is left to heal',
};

interface World {
  readonly stage: Stage;
  readonly cluster: Cluster;
  /** Whether each witness of a fault sees what it must. */
  holds(fault: FaultName, params: object, when: ProofStage): Promise<boolean>;
}
async function withHoneydue(body: (world: World) => Promise<void>): Promise<void> {
  await using stage = await model.open(topology, BARE_STAGE);
  const cluster = createCluster({ stage, topology, prng: createPrng(7), record: () => undefined });
  const sessions = new HeldSessions();
  const holds: World['holds'] = async (fault, params, when) => {
    const witnesses = witnessesOf(topology, fault, params);
    const looks = await look({ stage, cluster, as: fault, when, sinceMs: 0, sessions }, topology, witnesses);
    return looks.length > 0 && looks.every((one) => one.holds);
  };
  try {
    await stage.play(cluster.start(30_000).then(() => body({ stage, cluster, holds })));
  } finally {
    cluster.stop();
  }
}
/** Longer than the back-off of a program that has died a few times. */
const WELL_AGAIN_MS = 320_000;

test('every fault is played twice at once, or it is said why not', () => {
  const played = new Set(PAIRS.map(([name]) => name));
  expect([...played, ...Object.keys(APART)].toSorted()).toEqual([...FAULT_NAMES].toSorted());
});
describe.each(PAIRS)('model: %s, twice at once', (name, first, second) => {
  // Both orders: who came last may go first.
  test.each([
    ['the older', 0],
    ['the younger', 1],
  ] as const)('%s heals, and the other is in force until it heals too', async (_, healed) => {
    await withHoneydue(async ({ stage, cluster, holds }) => {
      const params = [first, second] as const;
      for (const one of params) expect(await holds(name, one, 'before')).toBe(true);
      const faults: AsyncDisposable[] = [];
      for (const one of params) faults.push(await faultNamed(name).apply(stage, cluster, one));
      await faults[healed]?.[Symbol.asyncDispose]();
      await stage.clock.sleep('scenario.step', 5_000);
      expect(await holds(name, params[1 - healed] ?? {}, 'during')).toBe(true);
      await faults[1 - healed]?.[Symbol.asyncDispose]();
      await stage.clock.sleep('scenario.step', WELL_AGAIN_MS);
      for (const one of params) expect(await holds(name, one, 'after')).toBe(true);
    });
  });
});
describe('model: kube-proxy-stopped, twice at once on one node', () => {
  test('the first that heals starts nothing: changes are missed until the second has healed', async () => {
    await withHoneydue(async ({ stage, cluster, holds }) => {
      const params = { node: 2, service: 'api' };
      const apply = (): Promise<AsyncDisposable> => faultNamed('kube-proxy-stopped').apply(stage, cluster, params);
      const [first, second] = [await apply(), await apply()];
      await first[Symbol.asyncDispose]();
      for (const pod of cluster.podsOf('api')) cluster.replace(pod);
      await stage.clock.sleep('scenario.step', 30_000);
      expect(await holds('kube-proxy-stopped', params, 'during')).toBe(true);
      await second[Symbol.asyncDispose]();
      await stage.clock.sleep('scenario.step', 5_000);
      expect(await holds('kube-proxy-stopped', params, 'after')).toBe(true);
    });
  });
});
test('model: a connect is answered as soon as TCP stands, as on the live runtimes, also where TLS would wait for ever', async () => {
  await withHoneydue(async ({ stage, cluster }) => {
    await faultNamed('outage').apply(stage, cluster, { ...backblaze, how: 'hangs' });
    const target = { place: 'external:backblaze', port: 443 } as const;
    expect(await stage.prober.ask('node:hetzner1', target, { ask: 'connect' }, 3_000)).toMatchObject({ saw: 'answer' });
  });
});
