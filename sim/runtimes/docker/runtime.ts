/**
 * The docker runtime: every program in a container, on one network per run. Postgres, Redis, Traefik (one on each node) and
 * Toxiproxy are the real ones; resolver, edge and phones are the programs of `sim/parts`, kube-proxy's rules are written
 * into the pods' packet filters.
 *
 *   runtime.ts ─┬─ images.ts, engine.ts    containers        ─┬─ network.ts, wires.ts, rules.ts, firewall.ts   bytes
 *               ├─ owner.ts, reaper.ts,    nothing is left    ├─ names.ts               names and routes
 *               │  warden.ts                                  │
 *               ├─ pod.ts, shell.ts        pods               └─ prober.ts, asker.ts    questions from inside
 *               └─ programs.ts, foreign.ts, part.ts   programs
 *
 * Not modelled: latency between nodes (a bridge of this machine) and of datagrams; the first round trip of a connection
 * over a long link, as Toxiproxy accepts at once; a target that stops listening is mirrored some tens of ms late.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type Dockerode from 'dockerode';
import { placesOf } from '../../../topology/load.ts';
import type { Place, Topology } from '../../../topology/schema.ts';
import { liveClock, shortener } from '../../clock.ts';
import { SimError } from '../../errors.ts';
import { makeAuthority } from '../certificates.ts';
import type { PartIdentity, Runtime, Stage, StageOptions } from '../contract.ts';
import { phonesConfig, phonesTraffic, type Phones } from '../phones.ts';
import type { Message } from '../talk.ts';
import { ToxiproxyClient } from '../toxiproxy.ts';
import { connectEngine, Engine } from './engine.ts';
import { startToxiproxy } from './foreign.ts';
import { ensureImages, versionsOf, type Images, type Versions } from './images.ts';
import { Tables } from './names.ts';
import { DockerNetwork } from './network.ts';
import { makeRun } from './owner.ts';
import { startPart } from './part.ts';
import { createSandbox, type PodContext } from './pod.ts';
import { dockerProber, startAsker, type Asker } from './prober.ts';
import { dnsAt, openDatabase } from './programs.ts';
import { readbackOf } from './readback.ts';
import { removeRun, sweep } from './reaper.ts';
import { startShell, type Shell } from './shell.ts';
import { startWarden } from './warden.ts';

const SCHEMA = join(import.meta.dirname, '..', '..', 'parts', 'api', 'schema.sql');
const TOXIPROXY_PORT = 8474;
const TOXIPROXY_START_MS = 20_000;

export interface DockerOptions {
  /** Told what takes time: images pulled or built. */
  readonly say?: (line: string) => void;
  /** False: what this machine has not is not fetched. */
  readonly fetch?: boolean;
  /** The engine keeps what embedded keeps in a folder. */
  readonly cacheFolder?: string;
}
export interface DockerRuntime extends Runtime {
  /** Finds the engine, sweeps what dead runs left, has every image; `open` does it where it was not done. @throws SimError */
  prepare(): Promise<void>;
}
interface Prepared {
  readonly docker: Dockerode;
  readonly images: Images;
  readonly versions: Versions;
}

async function prepareEngine({ say = () => undefined, fetch = true }: DockerOptions): Promise<Prepared> {
  const docker = await connectEngine();
  await sweep(docker);
  const images = await ensureImages(docker, say, fetch);
  return { docker, images, versions: await versionsOf(new Engine(docker, makeRun()), images) };
}

/** The twin's Toxiproxy in a sandbox of its own; settles when it can be told of wires. */
async function openToxiproxy(
  engine: Engine,
  images: Images,
  subnet: { readonly id: string; readonly prefix: string },
): Promise<{ readonly client: ToxiproxyClient; readonly shell: Shell; readonly version: string }> {
  const shell = await startShell(engine, {
    name: 'toxiproxy-sandbox',
    image: images.sandbox,
    networkId: subnet.id,
    host: `${subnet.prefix}.0.2`,
    publish: [TOXIPROXY_PORT],
  });
  await startToxiproxy(engine, { image: images.toxiproxy, name: 'toxiproxy', sandbox: shell.container.id });
  const port = await shell.container.published(TOXIPROXY_PORT);
  const client = new ToxiproxyClient({ host: '127.0.0.1', port });
  const lateMs = performance.now() + TOXIPROXY_START_MS;
  for (;;) {
    try {
      return { client, shell, version: await client.version() };
    } catch (cause) {
      if (performance.now() > lateMs)
        throw new SimError('SIM_START_TIMEOUT', `Toxiproxy did not answer in ${TOXIPROXY_START_MS} ms`, { cause });
      await delay(20);
    }
  }
}

/** A namespace for every place: a node's own address, a POP's, a town's. */
async function openPlaces(context: Omit<PodContext, 'shells'>): Promise<ReadonlyMap<Place, Shell>> {
  const { engine, images, topology, network } = context;
  const databases = Object.values(topology.externals).filter((one) => one.role === 'postgres');
  const open = async (place: Place): Promise<[Place, Shell]> => {
    const shell = await startShell(engine, {
      name: place,
      image: images.sandbox,
      networkId: context.networkId,
      host: network.hostOf(place),
      nameServer: dnsAt(topology, network, place).servers[0]?.host,
      publish: databases.filter((one) => one.place === place).flatMap((one) => one.ports),
    });
    await network.attach(shell, place);
    return [place, shell];
  };
  return new Map(await Promise.all((Object.keys(topology.places) as Place[]).map(open)));
}

async function startPhones(context: PodContext, hear: (message: Message) => void): Promise<Phones> {
  const { engine, images, topology, network } = context;
  const { place } = topology.users;
  const part = await startPart(engine, {
    name: 'phones',
    image: images.parts,
    network: { joins: context.shells.get(place)?.container.id ?? '' },
    program: 'sim/parts/phone/main.ts',
    config: {
      dns: dnsAt(topology, network, place),
      ca: context.authority.caPem,
      ports: {},
      ...(await phonesConfig(topology, network)),
      seed: context.seed,
    },
    onMessage: hear,
  });
  return { ...part, exited: part.container.exited, lastLines: () => part.container.logTail(5) };
}

/** What stands in the path, for the reports. */
const partsOf = (versions: Versions, toxiproxy: string): PartIdentity[] => [
  { role: 'Postgres', kind: 'real', version: versions.postgres },
  { role: 'Redis', kind: 'real', version: versions.redis },
  { role: 'ingress', kind: 'real', version: versions.traefik },
  { role: 'toxiproxy', kind: 'real', version: toxiproxy },
  { role: 'resolver', kind: 'stand-in', version: '' },
  { role: 'kube-proxy', kind: 'stand-in', version: '' },
  { role: 'edge', kind: 'from-documents', version: '' },
  { role: 'api', kind: 'reference-app', version: '' },
  { role: 'worker', kind: 'reference-app', version: '' },
];

async function openStage(
  topology: Topology,
  options: StageOptions,
  { images, versions }: Prepared,
  engine: Engine,
  down: () => Promise<void>,
): Promise<Stage> {
  const subnet = await engine.createNetwork();
  const toxiproxy = await openToxiproxy(engine, images, subnet);
  const network = new DockerNetwork({ prefix: subnet.prefix, topology, profile: options.profile, toxiproxy });
  const askers = new Map<Place, Promise<Asker>>();
  const askerAt = (place: Place): Promise<Asker> => {
    const known = askers.get(place);
    if (known !== undefined) return known;
    const sandbox = context.shells.get(place)?.container.id ?? '';
    const started = startAsker(engine, { image: images.parts, place, sandbox, isDown: () => network.isDown });
    askers.set(place, started);
    return started;
  };
  const bare = {
    ...{ engine, images, topology, network, askerAt },
    networkId: subnet.id,
    tables: new Tables(topology, network),
    secrets: { databasePassword: randomBytes(16).toString('hex'), tokenSecret: options.tokenSecret },
    authority: makeAuthority(),
    schemaSql: readFileSync(SCHEMA, 'utf8'),
    seed: options.seed,
    shortenedMs: shortener({ ...options, timers: topology.timers }),
    jobs: new Map<string, number>(),
    databases: new Map<string, string>(),
  };
  const context: PodContext = { ...bare, shells: await openPlaces(bare) };
  const databases = Object.entries(topology.externals).filter(([, external]) => external.role === 'postgres');
  const { traffic, started } = phonesTraffic(context, (hear) => startPhones(context, hear));
  await Promise.all([
    started,
    ...databases.map(([id, { place }]) =>
      openDatabase(context, id, place, context.shells.get(place)?.container.id ?? ''),
    ),
    ...placesOf(topology, 'node').map((node) => askerAt(node)),
  ]);
  const postgresPort = async (): Promise<number | undefined> => {
    const [, external] = databases[0] ?? [];
    return external && context.shells.get(external.place)?.container.published(external.ports[0] ?? 5432);
  };
  return {
    clock: liveClock({ ...options, timers: topology.timers }),
    network,
    names: context.tables,
    routes: context.tables,
    prober: dockerProber(network, askerAt),
    traffic,
    readback: readbackOf(postgresPort, context.secrets.databasePassword, context.jobs),
    parts: partsOf(versions, toxiproxy.version),
    startsContainers: true,
    sandbox: (pod, node, hostNetwork) => createSandbox(context, pod, node, hostNetwork),
    play: (whole) => whole,
    async [Symbol.asyncDispose]() {
      network.close();
      await down();
    },
  };
}

const LACKS: Readonly<Record<string, string>> = {
  'by-hand': 'no address of it has been shown to be reachable from this machine',
  sql: 'who asks there has no Postgres client, so a database that hangs would look well',
  pooler: 'no pooler stands before its Postgres, so nobody waits in line for a server of one',
  servfail: 'its name servers have not been made to fail yet',
  anycast: 'where an address leads is written once, when its wire is laid',
  'object-store': 'the object store has not been put into a container yet',
};

/** The docker runtime; it speaks to the engine that DOCKER_HOST or the default socket names. */
export function docker(settings: DockerOptions = {}): DockerRuntime {
  // Ryuk would be one image and one container more, and sweeps by session; ours sweeps by run.
  process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true';
  let prepared: Promise<Prepared> | undefined;
  const prepare = (): Promise<Prepared> => (prepared ??= prepareEngine(settings));
  return {
    name: 'docker',
    lacks: (capability) => LACKS[capability],
    async prepare() {
      await prepare();
    },
    async open(topology, options) {
      const ready = await prepare();
      const engine = new Engine(ready.docker, makeRun());
      const warden = startWarden(engine.run);
      const down = async (): Promise<void> => {
        await removeRun(engine.docker, engine.run);
        warden[Symbol.dispose]();
      };
      try {
        return await openStage(topology, options, ready, engine, down);
      } catch (error) {
        await down();
        throw error;
      }
    },
  };
}
