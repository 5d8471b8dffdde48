/** How each role is started as a process: its configuration, and when it listens. */
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { DNS_PORT, dnsServiceOf, nameServersOf, placesOf } from '../../../topology/load.ts';
import type { Place, Topology } from '../../../topology/schema.ts';
import { SimError } from '../../errors.ts';
import type {
  AdminConfig,
  ApiConfig,
  DnsClient,
  EdgeConfig,
  HostPort,
  IngressConfig,
  ResolverConfig,
  WorkerConfig,
} from '../../parts/config.ts';
import { adminOf } from '../../behaviour/admin-ssr.ts';
import { ruledPaths } from '../../behaviour/cache-rules.ts';
import { cacheLimits } from '../../behaviour/name-cache.ts';
import { queueTimings } from '../../behaviour/queue.ts';
import type { Clock, ContainerSpec } from '../contract.ts';
import type { Authority } from '../certificates.ts';
import type { EmbeddedNetwork, EmbeddedPod } from './network.ts';
import { objectStoreConfig, objectStoreFor } from './object-store.ts';
import { environmentOf, spawnOwnApi, type OwnApi, type OwnSurroundings } from './own-api.ts';
import { startPartProcess, type PartProcess } from './part-process.ts';
import { APP_USER, DATABASE, type PostgresTemplate } from './postgres.ts';
import { startDatabase } from './postgres-program.ts';
import type { Part } from './processes.ts';
import { startRedis, type RedisProgram } from './redis.ts';
import type { RunDirectory } from './run-directory.ts';
import type { Tables } from './tables.ts';
import type { Turns } from './turns.ts';

export interface Secrets {
  readonly databasePassword: string;
  readonly objectStoreSecret: string;
  readonly tokenSecret: string;
}
export interface ProgramContext {
  readonly run: RunDirectory;
  readonly topology: Topology;
  readonly network: EmbeddedNetwork;
  readonly tables: Tables;
  readonly secrets: Secrets;
  readonly authority: Authority;
  readonly template: PostgresTemplate;
  readonly redis: RedisProgram;
  readonly compileCache: string;
  readonly seed: number;
  /** The user's own, in the place of ours. */
  readonly ownApi?: OwnApi | undefined;
  /** The pods in which it runs, and what it was told there. */
  readonly ownPods: Map<string, OwnPod>;
  /** How long an idle wait takes here. */
  readonly shortenedMs: Clock['shortenedMs'];
  /** The worker's record of jobs done. */
  readonly recordFile: string;
  readonly turns: Turns;
}
export interface OwnPod {
  readonly part: Part;
  readonly around: OwnSurroundings;
}
export interface StartedProgram {
  readonly part: Part;
  /** Listens in its place. To whoever dials they are one: it ends with it, for nobody accepts for a database that is gone. */
  readonly front?: Part;
  /** Settles when it listens. */
  readonly listens: Promise<void>;
  /** One of our own, which can be told things. */
  readonly process?: PartProcess;
  /** A database, which can be scaled to zero. */
  readonly suspend?: (wakeMs: number | undefined) => Promise<void>;
}
type Start = (context: ProgramContext, pod: EmbeddedPod, spec: ContainerSpec, name: string) => Promise<StartedProgram>;

/** Whom programs at a place ask for names: on a node its entry of the DNS Service; elsewhere the public name server. */
export async function dnsFor(context: ProgramContext, place: Place): Promise<DnsClient> {
  const dns = dnsServiceOf(context.topology);
  if (place.startsWith('node:') && dns !== undefined) return { servers: [context.network.serviceEntry(dns[0], place)] };
  const at = nameServersOf(context.topology);
  return { servers: at === undefined ? [] : [await context.network.addressOf({ place: at, port: DNS_PORT }, place)] };
}
const numberIn = (settings: ContainerSpec['settings'], key: string, otherwise: number): number =>
  typeof settings[key] === 'number' ? settings[key] : otherwise;
const textIn = (settings: ContainerSpec['settings'], key: string, otherwise: string): string =>
  typeof settings[key] === 'string' ? settings[key] : otherwise;
const listenOf = (context: ProgramContext, pod: EmbeddedPod, protocol: 'tcp' | 'udp' = 'tcp'): HostPort =>
  context.network.socketOf(pod, pod.ports[0] ?? 0, protocol, pod.place);

/** Starts one of our own parts; it listens when it says so. */
function own(
  role: string,
  name: string,
  context: ProgramContext,
  config: unknown,
): StartedProgram & { process: PartProcess } {
  const process = startPartProcess(context.run, { role, name, config, compileCache: context.compileCache });
  return { part: process.part, listens: process.ready, process };
}
const redisAddress = (context: ProgramContext, spec: ContainerSpec): HostPort => ({
  host: textIn(spec.settings, 'redisHost', 'redis'),
  port: context.network.realPort(numberIn(spec.settings, 'redisPort', 6379)),
});

const objectStore: Start = (context, pod, _spec, name) =>
  Promise.resolve(own('object-store', name, context, objectStoreConfig(context, listenOf(context, pod))));

const api: Start = async (context, pod, spec, name) => {
  const { settings } = spec;
  const config: ApiConfig = {
    instance: pod.id,
    listen: listenOf(context, pod),
    dns: await dnsFor(context, pod.place),
    settings,
    seed: context.seed,
    tokenSecret: context.secrets.tokenSecret,
    redis: redisAddress(context, spec),
    ...objectStoreFor(context),
    database: {
      host: textIn(settings, 'databaseHost', ''),
      port: context.network.realPort(numberIn(settings, 'databasePort', 5432)),
      user: APP_USER,
      password: context.secrets.databasePassword,
      name: DATABASE,
    },
  };
  return own('api', name, context, config);
};
/** Whom a program at a place would reach by this name, looked up for it; undefined when the topology has nobody of that name. */
async function addressNamed(
  { topology, network }: ProgramContext,
  name: string,
  port: number,
  place: Place,
): Promise<HostPort | undefined> {
  if (topology.services[name] !== undefined) return network.serviceEntry(name, place);
  const external = Object.values(topology.externals).find((one) => one.host === name);
  return external && network.addressOf({ place: external.place, port }, place);
}
const foreignApi =
  (own: OwnApi): Start =>
  async (context, pod, { settings }, name) => {
    pod.ownPort ??= await context.network.freeOwnPort();
    const address = listenOf(context, pod);
    const find = (host: string, port: number): Promise<HostPort | undefined> =>
      addressNamed(context, textIn(settings, `${host}Host`, host), numberIn(settings, `${host}Port`, port), pod.place);
    const around: OwnSurroundings = {
      pod: pod.id,
      listen: address,
      database: await find('database', 5432),
      redis: await find('redis', 6379),
      login: { user: APP_USER, password: context.secrets.databasePassword, name: DATABASE },
      tokenSecret: context.secrets.tokenSecret,
    };
    const part = spawnOwnApi(context.run, own, name, environmentOf(around));
    context.ownPods.set(pod.id, { part, around });
    return { part, listens: accepts(address, part) };
  };
const worker: Start = async (context, pod, spec, name) => {
  const config: WorkerConfig = {
    instance: pod.id,
    dns: await dnsFor(context, pod.place),
    redis: redisAddress(context, spec),
    settings: spec.settings,
    timings: queueTimings(spec.settings, context.shortenedMs),
    recordFile: context.recordFile,
    seed: context.seed,
  };
  return own('worker', name, context, config);
};
const edge: Start = async (context, pod, spec, name) => {
  const hosts = Object.keys(context.topology.ingress);
  const { key, cert } = context.authority.issue(hosts);
  const origins = await Promise.all(
    placesOf(context.topology, 'node').map(async (node) => {
      const { host, port } = await context.network.addressOf({ place: node, port: 80 }, pod.place);
      return { host, port, node };
    }),
  );
  const config: EdgeConfig = {
    pop: pod.place,
    listen: listenOf(context, pod),
    key,
    cert,
    origins,
    retry: spec.settings['retry'] !== false,
    cacheRulePaths: ruledPaths(spec.settings['cacheRulePaths']),
    seed: context.seed,
  };
  return own('edge', name, context, config);
};
const ingress: Start = async (context, pod, _spec, name) => {
  const config: IngressConfig = {
    instance: pod.id,
    node: pod.place,
    listen: listenOf(context, pod),
    dns: await dnsFor(context, pod.place),
    hosts: {},
    seed: context.seed,
  };
  const started = own('ingress', name, context, config);
  context.tables.attach({ process: started.process, kind: 'ingress', key: pod.id });
  return started;
};
const resolver: Start = async (context, pod, _spec, name) => {
  const zone = pod.place.startsWith('node:') ? 'cluster' : 'public';
  const viewers = Object.fromEntries(
    context.tables.viewersOf(zone).map((viewer) => [viewer, context.network.socketOf(pod, DNS_PORT, 'udp', viewer)]),
  );
  // It is Ready as soon as it listens: from then on it must know every name.
  const records = await context.tables.resolverTable(zone);
  const cache = zone === 'cluster' ? { cache: cacheLimits(context.shortenedMs) } : {};
  const config: ResolverConfig = { instance: pod.id, zone, listen: listenOf(context, pod), viewers, records, ...cache };
  const started = own('resolver', name, context, config);
  context.tables.attach({ process: started.process, kind: 'resolver', key: zone });
  return started;
};
const postgres: Start = (context, pod, { settings }, name) =>
  startDatabase(context, name, { pod, listen: listenOf(context, pod), settings });
const redis: Start = (context, pod, _spec, name) => {
  const address = listenOf(context, pod);
  const part = startRedis(context.run, { program: context.redis, name, ...address });
  return Promise.resolve({ part, listens: accepts(address, part) });
};

const admin: Start = async (context, pod, { settings }, name) => {
  const config: AdminConfig = {
    instance: pod.id,
    listen: listenOf(context, pod),
    dns: await dnsFor(context, pod.place),
    settings,
    apiPort: context.network.realPort(adminOf(settings).port),
    ca: context.authority.caPem,
    seed: context.seed,
  };
  return own('admin', name, context, config);
};

const STARTS: Readonly<Record<string, Start>> = {
  admin,
  api,
  worker,
  edge,
  ingress,
  'object-store': objectStore,
  resolver,
  postgres,
  redis,
};

/** @throws SimError `SIM_NOT_MODELLED` for a role that embedded has no program for */
export function startProgram(
  context: ProgramContext,
  pod: EmbeddedPod,
  spec: ContainerSpec,
  name: string,
): Promise<StartedProgram> {
  const { ownApi } = context;
  const start = spec.role === 'api' && ownApi !== undefined ? foreignApi(ownApi) : STARTS[spec.role];
  if (start === undefined)
    throw new SimError('SIM_NOT_MODELLED', `the embedded runtime has no program for role "${spec.role}"`, {
      hint: `it has: ${Object.keys(STARTS).join(', ')}`,
    });
  return start(context, pod, spec, name);
}

/** How often a foreign program is dialled until it accepts, in milliseconds: it tells us nothing itself. */
const DIAL_EVERY_MS = 3;
/** Settles when the program accepts; never when it ends before. */
async function accepts(address: HostPort, part: Part): Promise<void> {
  while (part.exit === undefined) {
    if (await connects(address)) return;
    await new Promise((resolve) => setTimeout(resolve, DIAL_EVERY_MS));
  }
  return new Promise(() => undefined);
}
/** Whether a connection to this address is taken. */
export const connects = (address: HostPort): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection(address);
    socket.once('connect', () => {
      resolve(true);
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
  });
export const recordFileIn = (run: RunDirectory): string => join(run.path, 'jobs.jsonl');
