/** A small cluster on the model's stage: virtual time, so hours of it cost milliseconds. */
import { createCluster, type Cluster } from '../../sim/control/cluster.ts';
import { createPrng } from '../../sim/prng.ts';
import type { Container, ContainerSpec, Place, PodId, Stage, Target } from '../../sim/runtimes/contract.ts';
import type { PlayedEntry, PodEntry } from '../../sim/runtimes/entries.ts';
import { model } from '../../sim/runtimes/model/runtime.ts';
import { defineTopology } from '../../topology/load.ts';
import type { Topology, TopologyInput } from '../../topology/schema.ts';
import { BARE_STAGE } from '../bare-stage.ts';

const SOURCE = 'made up for a test';
const somewhere = { latitude: 0, longitude: 0, source: SOURCE };
type Workloads = TopologyInput['workloads'];

/** Redis, `replicas` of it, on nodes a, b, c; 2 ms between them; `change` is put over the workload. */
export const redisOn = (change: Partial<Workloads[string]> = {}): Topology =>
  defineTopology({
    id: 'control',
    title: 'three nodes',
    places: { 'user:here': somewhere, 'node:a': somewhere, 'node:b': somewhere, 'node:c': somewhere },
    server: 'node:a',
    links: { nodes: { between: ['node', 'node'], profiles: { physical: { rttMs: 2, source: SOURCE } } } },
    defaultProfile: 'physical',
    workloads: {
      redis: {
        role: 'redis',
        ports: [6379],
        probes: { readiness: { ask: 'ping', port: 6379, source: SOURCE } },
        source: SOURCE,
        ...change,
      },
    },
    services: { redis: { workload: 'redis', port: 6379, clusterIp: '10.43.7.10', source: SOURCE } },
    externals: {},
    ingress: {},
    routing: 'service',
    journeys: {},
    users: { place: 'user:here', population: 1, patienceMs: 1_000, source: SOURCE },
  });
export const probe = (change: object = {}) => ({ ask: 'ping' as const, port: 6379, source: SOURCE, ...change });

export interface World {
  readonly stage: Stage;
  readonly cluster: Cluster;
  /** Everything the brain recorded, with its instant. */
  readonly entries: (PlayedEntry & { readonly atMs: number })[];
  /** Signals that containers got. */
  readonly signals: { readonly atMs: number; readonly pod: PodId; readonly signal: string }[];
  /** Tables that were written to nodes: the endpoints of Service redis. */
  readonly tables: { readonly atMs: number; readonly node: Place; readonly pods: readonly string[] }[];
  /** Pod events of a pod. */
  events(pod: PodId): PodEntry[];
  /** The first event of a kind that a pod has had since `fromMs`. */
  first(pod: PodId, event: PodEntry['event'], fromMs?: number): PodEntry;
  nowMs(): number;
  pass(ms: number): Promise<void>;
}

const podIn = (target: Target): string => ('pod' in target ? target.pod : '');

/** The model's stage, with ears at the borders that the brain calls. */
async function listening(
  topology: Topology,
  heard: Pick<World, 'signals' | 'tables'>,
  words: readonly string[],
): Promise<Stage> {
  const stage = await model.open(topology, BARE_STAGE);
  const nowMs = (): number => stage.clock.nowMs();
  const run = (pod: PodId, container: Container): Container => ({
    ...container,
    signal(signal) {
      heard.signals.push({ atMs: nowMs(), pod, signal });
      return container.signal(signal);
    },
    logTail: () => Promise.resolve(words),
  });
  return {
    ...stage,
    routes: {
      ...stage.routes,
      kubeProxy(node, services) {
        heard.tables.push({ atMs: nowMs(), node, pods: (services.get('redis') ?? []).map(podIn) });
        return stage.routes.kubeProxy(node, services);
      },
    },
    async sandbox(pod, node, hostNetwork) {
      const sandbox = await stage.sandbox(pod, node, hostNetwork);
      return { ...sandbox, run: async (spec: ContainerSpec) => run(pod, await sandbox.run(spec)) };
    },
  };
}

/** Opens a world and plays `body` in it; the cluster is not yet started. `words`: what its programs wrote. */
export async function withWorld(
  topology: Topology,
  body: (world: World) => Promise<void>,
  words: readonly string[] = [],
): Promise<void> {
  const heard: Pick<World, 'signals' | 'tables'> = { signals: [], tables: [] };
  await using stage = await listening(topology, heard, words);
  const entries: World['entries'] = [];
  const nowMs = (): number => stage.clock.nowMs();
  const record = (entry: object): void =>
    void entries.push({ ...entry, play: 'p', atMs: nowMs() } as (typeof entries)[number]);
  const cluster = createCluster({ stage, topology, prng: createPrng(7), record });
  const events = (pod: PodId): PodEntry[] =>
    entries.filter((one): one is PodEntry => one.kind === 'pod' && one.pod === pod);
  const world: World = {
    stage,
    cluster,
    entries,
    ...heard,
    events,
    first(pod, event, fromMs = 0) {
      const found = events(pod).find((one) => one.event === event && one.atMs >= fromMs);
      if (found === undefined)
        throw new Error(
          `${pod} had no ${event}: ${events(pod)
            .map((one) => one.event)
            .join(', ')}`,
        );
      return found;
    },
    nowMs,
    pass: (ms) => stage.clock.sleep('scenario.step', ms),
  };
  try {
    await stage.play(Promise.race([body(world), cluster.failure]));
  } finally {
    cluster.stop();
  }
}
/** As `withWorld`, with the cluster up. */
export const withCluster = (topology: Topology, body: (world: World) => Promise<void>): Promise<void> =>
  withWorld(topology, async (world) => {
    await world.cluster.start(30_000);
    // What follows is later than anything of bring-up.
    await world.pass(1);
    await body(world);
  });
