/** How each role is started in a container: its configuration, and when it listens. */
import { setTimeout as delay } from 'node:timers/promises';
import { DNS_PORT, dnsServiceOf, nameServersOf, placesOf } from '../../../topology/load.ts';
import type { Place, Topology } from '../../../topology/schema.ts';
import { SimError } from '../../errors.ts';
import type { ApiConfig, DnsClient, EdgeConfig, HostPort, ResolverConfig, WorkerConfig } from '../../parts/config.ts';
import type { Authority } from '../certificates.ts';
import { cacheLimits } from '../../behaviour/name-cache.ts';
import { queueTimings } from '../../behaviour/queue.ts';
import type { Clock, ContainerSpec, PodId } from '../contract.ts';
import { whenOver, type Engine, type RunningContainer } from './engine.ts';
import { startPostgres, startRedis, startTraefik, type ForeignOptions } from './foreign.ts';
import type { Images } from './images.ts';
import { EVERYBODY, type Tables } from './names.ts';
import type { DockerNetwork, DockerPod } from './network.ts';
import { startPart, type Part } from './part.ts';
import type { Asker } from './prober.ts';

export const DATABASE = 'honeydue';
/** The role the twin's programs log in as. */
export const APP_USER = 'twin';

export interface ProgramContext {
  readonly engine: Engine;
  readonly images: Images;
  readonly topology: Topology;
  readonly network: DockerNetwork;
  readonly tables: Tables;
  readonly secrets: { readonly databasePassword: string; readonly tokenSecret: string };
  readonly authority: Authority;
  readonly schemaSql: string;
  readonly seed: number;
  readonly askerAt: (place: Place) => Promise<Asker>;
  /** How long an idle wait takes here. */
  readonly shortenedMs: Clock['shortenedMs'];
  /** The worker's record: request id → jobs done. */
  readonly jobs: Map<string, number>;
  /** Databases by pod: started again they find their data again, as a restarted container with its volume does. */
  readonly databases: Map<PodId, string>;
}
export interface StartedProgram {
  readonly container: RunningContainer;
  /** Settles when it listens; never when it ends before. */
  readonly listens: Promise<void>;
  /** One of our own, which can be told things. */
  readonly part?: Part;
}
/** What is to be started where. */
export interface Placement {
  readonly pod: DockerPod;
  /** Id of the container whose namespace the program joins. */
  readonly sandbox: string;
  readonly spec: ContainerSpec;
}
type Start = (context: ProgramContext, placement: Placement) => Promise<StartedProgram>;

const EVERY_ADDRESS = '0.0.0.0';
const portOf = ({ spec }: Placement): number => spec.ports[0] ?? 0;
const textIn = (spec: ContainerSpec, key: string, otherwise: string): string =>
  typeof spec.settings[key] === 'string' ? spec.settings[key] : otherwise;
const numberIn = (spec: ContainerSpec, key: string, otherwise: number): number =>
  typeof spec.settings[key] === 'number' ? spec.settings[key] : otherwise;
const redisAddress = (spec: ContainerSpec): HostPort => ({
  host: textIn(spec, 'redisHost', 'redis'),
  port: numberIn(spec, 'redisPort', 6379),
});

/** Whom programs at a place ask for names: on a node the cluster's DNS Service, elsewhere the public name server. */
export function dnsAt(topology: Topology, network: DockerNetwork, place: Place): DnsClient {
  const [, dns] = dnsServiceOf(topology) ?? [];
  if (place.startsWith('node:') && dns !== undefined) return { servers: [{ host: dns.clusterIp, port: dns.port }] };
  const at = nameServersOf(topology);
  return { servers: at === undefined ? [] : [{ host: network.hostOf(at), port: DNS_PORT }] };
}

async function own(
  context: ProgramContext,
  { pod, sandbox, spec }: Placement,
  config: unknown,
  onMessage?: (message: Readonly<Record<string, unknown>>) => void,
): Promise<StartedProgram & { readonly part: Part }> {
  const limit = spec.memoryLimitBytes;
  const part = await startPart(context.engine, {
    name: pod.id,
    image: context.images.parts,
    network: { joins: sandbox },
    program: `sim/parts/${spec.role}/main.ts`,
    config,
    ...(limit === undefined ? {} : { memoryLimitBytes: limit }),
    ...(onMessage === undefined ? {} : { onMessage }),
  });
  return { container: part.container, listens: part.ready, part };
}
const foreign = ({ pod, sandbox, spec }: Placement, image: string): ForeignOptions => ({
  image,
  name: pod.id,
  sandbox,
  memoryLimitBytes: spec.memoryLimitBytes,
});

const api: Start = (context, placement) => {
  const { pod, spec } = placement;
  const config: ApiConfig = {
    instance: pod.id,
    listen: { host: EVERY_ADDRESS, port: portOf(placement) },
    dns: dnsAt(context.topology, context.network, pod.place),
    settings: spec.settings,
    seed: context.seed,
    tokenSecret: context.secrets.tokenSecret,
    redis: redisAddress(spec),
    database: {
      host: textIn(spec, 'databaseHost', ''),
      port: numberIn(spec, 'databasePort', 5432),
      user: APP_USER,
      password: context.secrets.databasePassword,
      name: DATABASE,
    },
  };
  return own(context, placement, config);
};
const worker: Start = (context, placement) => {
  const { pod, spec } = placement;
  const config: WorkerConfig = {
    instance: pod.id,
    dns: dnsAt(context.topology, context.network, pod.place),
    redis: redisAddress(spec),
    settings: spec.settings,
    timings: queueTimings(spec.settings, context.shortenedMs),
    // Its record leaves the container by the stream that we read: a killed worker loses no line, and nothing lies on a disk.
    recordFile: '/dev/stdout',
    seed: context.seed,
  };
  return own(context, placement, config, ({ requestId }) => {
    if (typeof requestId === 'string') context.jobs.set(requestId, (context.jobs.get(requestId) ?? 0) + 1);
  });
};
const edge: Start = async (context, placement) => {
  const { network, topology } = context;
  const { pod, spec } = placement;
  const origins = placesOf(topology, 'node').map(async (node) => {
    const { host, port } = await network.addressOf({ place: node, port: 80 }, pod.place);
    return { host, port, node };
  });
  const config: EdgeConfig = {
    pop: pod.place,
    listen: { host: EVERY_ADDRESS, port: portOf(placement) },
    ...context.authority.issue(Object.keys(topology.ingress)),
    origins: await Promise.all(origins),
    retry: spec.settings['retry'] !== false,
    seed: context.seed,
  };
  return own(context, placement, config);
};
const resolver: Start = async (context, placement) => {
  const zone = placement.pod.place.startsWith('node:') ? 'cluster' : 'public';
  const listen = { host: EVERY_ADDRESS, port: portOf(placement) };
  const viewers = { [EVERYBODY]: listen };
  // It is Ready as soon as it listens: from then on it must know every name.
  const records = await context.tables.resolverTable(zone);
  const cache = zone === 'cluster' ? { cache: cacheLimits(context.shortenedMs) } : {};
  const config: ResolverConfig = { instance: placement.pod.id, zone, listen, viewers, records, ...cache };
  const started = await own(context, placement, config);
  context.tables.addResolver(zone, started.part);
  return started;
};
const ingress: Start = async (context, placement) => {
  const { engine, images, tables } = context;
  const { pod } = placement;
  const options = { ...foreign(placement, images.traefik), port: portOf(placement), file: tables.ingressFile(pod.id) };
  const { id, write } = await startTraefik(engine, options);
  const container = engine.running(id);
  tables.addIngress(pod.id, write);
  whenOver(container, () => tables.removeIngress(pod.id));
  return { container, listens: accepts(context, placement, container) };
};
const redis: Start = async (context, placement) => {
  const { engine, images } = context;
  const container = engine.running(await startRedis(engine, foreign(placement, images.redis)));
  return { container, listens: Promise.resolve() };
};
const postgres: Start = async (context, placement) => {
  const { pod, sandbox } = placement;
  await openDatabase(context, pod.id, pod.place, sandbox);
  const container = await context.engine.startAgain(context.databases.get(pod.id) ?? '');
  return { container, listens: accepts(context, placement, container) };
};

/**
 * Makes a pod's database where there is none yet; settles when clients may log in. An external one is made before the
 * cluster comes up: in the world it has been there for long.
 */
export async function openDatabase(
  context: Omit<ProgramContext, 'tables' | 'askerAt'>,
  pod: PodId,
  place: Place,
  sandbox: string,
): Promise<void> {
  if (context.databases.has(pod)) return;
  const external = Object.values(context.topology.externals).find((one) => one.place === place);
  const id = await startPostgres(context.engine, {
    image: context.images.postgres,
    name: pod,
    sandbox,
    user: APP_USER,
    password: context.secrets.databasePassword,
    database: DATABASE,
    schemaSql: context.schemaSql,
    certificate: context.authority.issue([external?.host ?? 'postgres']),
  });
  context.databases.set(pod, id);
}

const STARTS: Readonly<Record<string, Start>> = { api, worker, edge, ingress, resolver, postgres, redis };

/** @throws SimError `SIM_NOT_MODELLED` for a role that docker has no program for */
export function startProgram(context: ProgramContext, placement: Placement): Promise<StartedProgram> {
  const { role } = placement.spec;
  const start = STARTS[role];
  if (start === undefined)
    throw new SimError('SIM_NOT_MODELLED', `the docker runtime has no program for role "${role}"`, {
      hint: `it has: ${Object.keys(STARTS).join(', ')}`,
    });
  return start(context, placement);
}

/** How often a foreign program is dialled until it accepts, or until it accepts no more: it tells us nothing itself. */
const DIAL_EVERY_MS = 20;
const DIAL_PATIENCE_MS = 500;

/** Settles when the program accepts; never when it ends before. */
async function accepts(context: ProgramContext, placement: Placement, container: RunningContainer): Promise<void> {
  if (!(await until(context, placement, container, true))) return new Promise(() => undefined);
}
/** Settles when the program accepts no more, or has ended. */
export async function refuses(
  context: ProgramContext,
  placement: Placement,
  container: RunningContainer,
): Promise<void> {
  await until(context, placement, container, false);
}
/** @returns false when the program ended before */
async function until(
  context: ProgramContext,
  placement: Placement,
  container: RunningContainer,
  accepting: boolean,
): Promise<boolean> {
  const { pod } = placement;
  let over = false;
  whenOver(container, () => (over = true));
  const asker = await context.askerAt(pod.place);
  while (!over) {
    const { saw } = await asker.ask({ host: pod.host, port: portOf(placement) }, { ask: 'connect' }, DIAL_PATIENCE_MS);
    if ((saw === 'answer') === accepting) return true;
    await delay(DIAL_EVERY_MS);
  }
  return false;
}
