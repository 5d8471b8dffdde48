/**
 * The embedded runtime: real processes on this machine's loopback, no Docker, no root. Postgres and Redis are the real
 * ones; edge, ingress, resolver, kube-proxy and Toxiproxy are stand-ins that pass the real ones' conformance suites.
 *
 *   runtime.ts ─┬─ programs.ts, pod.ts   processes        ─┬─ network.ts, wires.ts   addresses, conditions
 *               ├─ warden.ts, sweep.ts   nothing is left   ├─ tables.ts              names and routes, told to the parts
 *               └─ prober.ts             questions         └─ postgres*.ts, redis.ts  the real services
 *
 * Not modelled: CPU limits, kernel time-outs longer than a play, IPv6.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { placesOf } from '../../../topology/load.ts';
import type { Place, Topology } from '../../../topology/schema.ts';
import { liveClock, shortener } from '../../clock.ts';
import { poolerOf } from '../../behaviour/pooler.ts';
import type { PartIdentity, Runtime, Stage, StageOptions, Traffic } from '../contract.ts';
import { phonesConfig, phonesTraffic, type Phones } from '../phones.ts';
import type { Message } from '../talk.ts';
import { claimLoopback, freePort } from './addresses.ts';
import { makeAuthority } from '../certificates.ts';
import { clockUntil, silentAfter } from './going-down.ts';
import { EmbeddedNetwork } from './network.ts';
import { photosIn } from './object-store.ts';
import { examineOwnApi } from './own-api-examined.ts';
import type { OwnApi } from './own-api.ts';
import { startPartProcess, type PartProcess, type PartProcessOptions } from './part-process.ts';
import { createSandbox } from './pod.ts';
import { choosePorts } from './ports.ts';
import { APP_USER, DATABASE, layData, preparePostgres, type PostgresTemplate } from './postgres.ts';
import { embeddedProber } from './prober.ts';
import { dnsFor, recordFileIn, type ProgramContext } from './programs.ts';
import { readbackOf } from './readback.ts';
import type { RedisProgram } from './redis.ts';
import { Tables } from './tables.ts';
import { startToxiproxy } from './toxiproxy-part.ts';
import { Turns } from './turns.ts';
import { openRun, type Run } from './warden.ts';

const SCHEMA = join(import.meta.dirname, '..', '..', 'parts', 'api', 'schema.sql');
/** Its own by default, where it can be had. */
const TOXIPROXY_PORT = 8474;

export interface EmbeddedOptions {
  readonly redis: RedisProgram;
  /** The project's cache: initdb template, compile cache. */
  readonly cacheFolder: string;
  /** The user's own, in the place of ours. */
  readonly ownApi?: OwnApi | undefined;
}

function portsOf(topology: Topology): number[] {
  const listened = [...Object.values(topology.workloads), ...Object.values(topology.externals)].flatMap(
    (one) => one.ports,
  );
  return [...listened, ...Object.values(topology.services).map((one) => one.port)];
}

/** Starts a part of ours that is no pod's, when it is its turn. */
const startInTurn = (
  { run, turns, compileCache }: ProgramContext,
  options: Omit<PartProcessOptions, 'compileCache'>,
): Promise<PartProcess> =>
  turns.take(
    options.role,
    () => Promise.resolve(startPartProcess(run, { ...options, compileCache })),
    ({ ready, part }) => Promise.race([ready, part.exited]),
  );

function startKubeProxies(context: ProgramContext): void {
  const { topology, tables, seed } = context;
  const start = async (node: Place): Promise<void> => {
    const name = `kube-proxy-${node.slice('node:'.length)}`;
    const config = { node, mode: 'iptables', seed, services: {} };
    const process = await startInTurn(context, { role: 'kube-proxy', name, config });
    tables.attach({ process, kind: 'kube-proxy', key: node });
  };
  for (const node of placesOf(topology, 'node')) void start(node);
}

async function startPhones(context: ProgramContext, hear: (message: Message) => void): Promise<Phones> {
  const { topology, network } = context;
  const [dns, habits] = await Promise.all([dnsFor(context, topology.users.place), phonesConfig(topology, network)]);
  const { part, ...talk } = await startInTurn(context, {
    role: 'phone',
    name: 'phones',
    config: {
      dns,
      ca: context.authority.caPem,
      ports: { 443: network.realPort(443) },
      ...habits,
      seed: context.seed,
    },
    onMessage: hear,
  });
  return { ...talk, exited: part.exited, lastLines: () => part.lines(5) };
}
/** Where the topology has no edge. */
const NOBODY: Traffic = {
  drive: () => Promise.reject(new Error('this topology has no edge: users reach nothing')),
  askNamesAt: () => Promise.resolve(),
};

const hasPooler = (topology: Topology): boolean =>
  Object.values(topology.externals).some((one) => one.role === 'postgres' && poolerOf(one.settings) !== undefined);
/** What stands in the path, for the reports. */
const partsOf = (postgres: string, redis: string, own: OwnApi | undefined, topology: Topology): PartIdentity[] => [
  { role: 'Postgres', kind: 'real', version: postgres },
  { role: 'Redis', kind: 'real', version: redis },
  ...['ingress', 'resolver', 'kube-proxy', 'toxiproxy', ...(hasPooler(topology) ? ['pooler'] : [])].map(
    (role): PartIdentity => ({
      role,
      kind: 'stand-in',
      version: '',
    }),
  ),
  { role: 'edge', kind: 'from-documents', version: '' },
  ...Object.values(topology.externals)
    .filter((one) => one.role === 'object-store')
    .map(({ role }): PartIdentity => ({ role, kind: 'from-documents', version: '' })),
  own === undefined
    ? { role: 'api', kind: 'reference-app', version: '' }
    : { role: 'api', kind: 'own-app', version: own.name },
  ...['worker', 'admin']
    .filter((role) => Object.values(topology.workloads).some((one) => one.role === role))
    .map((role): PartIdentity => ({ role, kind: 'reference-app', version: '' })),
];

/** Each database's data as it is at first; a server's pod bears its external's name. */
async function prepareDatabases(run: Run, { externals }: Topology, cacheFolder: string): Promise<PostgresTemplate> {
  const template = await preparePostgres(run, cacheFolder, readFileSync(SCHEMA, 'utf8'));
  const databases = Object.entries(externals).filter(([, { role }]) => role === 'postgres');
  await Promise.all(databases.map(([id]) => layData(run, template, id)));
  return template;
}

async function openStage(
  topology: Topology,
  options: StageOptions,
  settings: EmbeddedOptions,
  run: Run,
): Promise<Stage> {
  const down = new AbortController();
  const loopback = await claimLoopback();
  const toxiproxyHost = `${loopback.prefix}.0.2`;
  const toxiproxyAt = { host: toxiproxyHost, port: await freePort(toxiproxyHost, TOXIPROXY_PORT) };
  const compileCache = join(settings.cacheFolder, 'compile');
  const laying = prepareDatabases(run, topology, settings.cacheFolder);
  const [toxiproxy, ports, template] = await Promise.all([
    startToxiproxy(run, toxiproxyAt, compileCache),
    choosePorts(`${loopback.prefix}.0.3`, portsOf(topology)),
    laying,
  ]).catch(async (error: unknown) => {
    // Nobody removes the run's folder while a database is copied into it.
    await Promise.allSettled([laying]);
    throw error;
  });
  const recordFile = recordFileIn(run);
  writeFileSync(recordFile, '', { mode: 0o600 });
  const tables: Tables = new Tables(topology, () => network);
  const network: EmbeddedNetwork = new EmbeddedNetwork({
    prefix: loopback.prefix,
    topology,
    profile: options.profile,
    seed: options.seed,
    toxiproxy: silentAfter(down.signal, toxiproxy),
    ports,
    servicesChanged: () => tables.mirrorServices(),
    down: down.signal,
  });
  const secrets = {
    databasePassword: randomBytes(16).toString('hex'),
    objectStoreSecret: randomBytes(16).toString('hex'),
    tokenSecret: options.tokenSecret,
  };
  const context: ProgramContext = {
    run,
    topology,
    network,
    tables,
    secrets,
    authority: makeAuthority(),
    template,
    redis: settings.redis,
    compileCache,
    ownApi: settings.ownApi,
    ownPods: new Map(),
    seed: options.seed,
    recordFile,
    shortenedMs: shortener({ ...options, timers: topology.timers }),
    turns: new Turns(options.gentle === true, () => network.isDown),
  };
  startKubeProxies(context);
  const hasEdge = Object.values(topology.externals).some((one) => one.role === 'edge');
  const traffic = hasEdge ? phonesTraffic({ topology, network }, (hear) => startPhones(context, hear)).traffic : NOBODY;
  const caFile = join(run.path, 'ca.pem');
  writeFileSync(caFile, context.authority.caPem, { mode: 0o600 });
  return {
    clock: clockUntil(down.signal, liveClock({ ...options, timers: topology.timers })),
    network,
    names: tables,
    routes: tables,
    prober: embeddedProber(network, secrets),
    traffic: {
      ...traffic,
      drive(plan, sink) {
        context.turns.over();
        return traffic.drive(plan, sink);
      },
    },
    readback: readbackOf(network, secrets, recordFile, photosIn(context)),
    parts: partsOf(template.binaries.version, settings.redis.version, settings.ownApi, topology),
    doors: {
      folder: run.path,
      caFile,
      database: { user: APP_USER, password: secrets.databasePassword, name: DATABASE },
    },
    ...(settings.ownApi && { examine: (pod, asked) => examineOwnApi(context, pod, asked) }),
    sandbox: (pod, node, hostNetwork) => Promise.resolve(createSandbox(context, pod, node, hostNetwork)),
    play: (whole) => whole,
    async [Symbol.asyncDispose]() {
      down.abort();
      await run.close();
      await loopback[Symbol.asyncDispose]();
    },
  };
}

const OWN_API_LACKS: Readonly<Record<string, string>> = {
  oom: 'your api can not be told to take memory',
  'object-store': 'your api is given no object store',
};

/** The embedded runtime with its programs found. */
export const embedded = (settings: EmbeddedOptions): Runtime => ({
  name: 'embedded',
  lacks: (capability) => (settings.ownApi === undefined ? undefined : OWN_API_LACKS[capability]),
  async open(topology, options) {
    const run = openRun();
    try {
      return await openStage(topology, options, settings, run);
    } catch (error) {
      await run.close();
      throw error;
    }
  },
});
