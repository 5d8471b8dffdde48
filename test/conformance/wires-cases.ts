/**
 * What a dialler and an open connection meet under each condition, written once and run on every runtime: refuse, drop,
 * hang, reset × new, open connections × TCP, UDP. The target is a Redis (TCP, asked PING) and a resolver (UDP, asked a
 * name); the asker stands on another node.
 */
import { describe, expect, it } from 'vitest';
import { createCluster, type Cluster } from '../../sim/control/cluster.ts';
import { faultNamed } from '../../sim/faults/index.ts';
import { createPrng } from '../../sim/prng.ts';
import type {
  Condition,
  Conversation,
  Place,
  Runtime,
  Saw,
  Selector,
  Stage,
  Target,
} from '../../sim/runtimes/contract.ts';
import { defineTopology } from '../../topology/load.ts';
import { timer } from '../../topology/timers.ts';
import { FAR_MS, patienceFor, SILENCE_MS } from './patience.ts';
import { BARE_STAGE } from '../bare-stage.ts';
import { skipped } from '../skipped.ts';

const SOURCE = 'conformance suite';
/** Two nodes, a Redis, a resolver: the least in which a wire crosses nodes. */
export const wiresTopology = defineTopology({
  id: 'wires',
  title: 'two nodes',
  places: {
    'user:here': { latitude: 0, longitude: 0, source: SOURCE },
    'node:a': { latitude: 0, longitude: 0, source: SOURCE },
    'node:b': { latitude: 0, longitude: 0, source: SOURCE },
  },
  server: 'node:a',
  links: { nodes: { between: ['node', 'node'], profiles: { physical: { rttMs: 2, source: SOURCE } } } },
  defaultProfile: 'physical',
  workloads: {
    redis: {
      role: 'redis',
      placement: 'node:b',
      ports: [6379],
      probes: { readiness: { ask: 'ping', port: 6379, source: SOURCE } },
      source: SOURCE,
    },
    coredns: {
      role: 'resolver',
      placement: 'node:b',
      ports: [53],
      probes: { readiness: { ask: 'connect', port: 53, source: SOURCE } },
      source: SOURCE,
    },
  },
  services: { redis: { workload: 'redis', port: 6379, clusterIp: '10.43.7.10', source: SOURCE } },
  externals: {},
  ingress: {},
  routing: 'service',
  journeys: {},
  users: { place: 'user:here', population: 1, patienceMs: 1_000, source: SOURCE },
});

export interface WireWorld {
  readonly stage: Stage;
  readonly cluster: Cluster;
}
const FROM: Place = 'node:a';
const NAME = 'redis.default.svc.cluster.local';
const redis = ({ cluster }: WireWorld): Target => ({ pod: cluster.podsOf('redis')[0] ?? '', port: 6379 });
const resolver = ({ cluster }: WireWorld): Target => ({ pod: cluster.podsOf('coredns')[0] ?? '', port: 53 });
const onRedis: Selector = { from: FROM, to: 'node:b', port: 6379, protocol: 'tcp' };
const onResolver: Selector = { from: FROM, to: 'node:b', port: 53, protocol: 'udp' };

async function ping(world: WireWorld, expected: Saw): Promise<void> {
  const answer = await world.stage.prober.ask(FROM, redis(world), { ask: 'ping' }, patienceFor(expected));
  expect(answer.saw).toBe(expected);
}
async function name(world: WireWorld, expected: Saw): Promise<void> {
  const question = { ask: 'name', name: NAME } as const;
  const answer = await world.stage.prober.ask(FROM, resolver(world), question, patienceFor(expected));
  expect(answer.saw).toBe(expected);
}
async function talk(conversation: Conversation, expected: Saw): Promise<void> {
  expect((await conversation.ask({ ask: 'ping' }, patienceFor(expected))).saw).toBe(expected);
}

/** Sees the wire well, breaks it, looks, heals it, and sees it well again. */
async function newConnections(world: WireWorld, what: Condition, during: Saw): Promise<void> {
  await ping(world, 'answer');
  const condition = await world.stage.network.impose(onRedis, what);
  await ping(world, during);
  await condition[Symbol.asyncDispose]();
  await ping(world, 'answer');
}
async function openConnection(world: WireWorld, what: Condition, during: Saw, after: Saw): Promise<void> {
  await using conversation = await world.stage.prober.converse(FROM, redis(world), 'tcp');
  await talk(conversation, 'answer');
  const condition = await world.stage.network.impose(onRedis, what);
  await talk(conversation, during);
  await condition[Symbol.asyncDispose]();
  await talk(conversation, after);
}
async function datagrams(world: WireWorld, what: Condition, during: Saw): Promise<void> {
  await name(world, 'answer');
  const condition = await world.stage.network.impose(onResolver, what);
  await name(world, during);
  await condition[Symbol.asyncDispose]();
  await name(world, 'answer');
}

export const cases: Readonly<Record<string, (world: WireWorld) => Promise<void>>> = {
  'a pod that has no address yet, or none any more, is no error of who asks: there is no route': async (world) => {
    const nobody = { pod: 'redis-99', port: 6379 };
    expect((await world.stage.prober.ask(FROM, nobody, { ask: 'ping' }, FAR_MS)).saw).toBe('no-route');
  },
  "a node's own address is no pod's: where nothing listens on it a connection is refused (RFC 9293, 3.10.7.1)": async (
    world,
  ) => {
    const node = { place: 'node:b', port: 6379 } as const;
    expect((await world.stage.prober.ask(FROM, node, { ask: 'ping' }, FAR_MS)).saw).toBe('refused');
  },
  'refuse, tcp: a new connection is refused at once': (world) => newConnections(world, { kind: 'refuse' }, 'refused'),
  'refuse, tcp: an open connection lives on': (world) => openConnection(world, { kind: 'refuse' }, 'answer', 'answer'),
  'drop, tcp: a new connection gets no answer to its SYN': (world) =>
    newConnections(world, { kind: 'drop' }, 'connect-silent'),
  'drop, tcp: bytes on an open connection wait, and pass when it heals': (world) =>
    openConnection(world, { kind: 'drop' }, 'reply-silent', 'answer'),
  'drop of new connections alone, tcp: a new one gets no answer to its SYN, an open one lives on': async (world) => {
    await using open = await world.stage.prober.converse(FROM, redis(world), 'tcp');
    await talk(open, 'answer');
    await ping(world, 'answer');
    const condition = await world.stage.network.impose({ ...onRedis, connections: 'new' }, { kind: 'drop' });
    await talk(open, 'answer');
    await ping(world, 'connect-silent');
    await condition[Symbol.asyncDispose]();
    await talk(open, 'answer');
    await ping(world, 'answer');
  },
  'hang, tcp: a new connection is accepted and never answered': (world) =>
    newConnections(world, { kind: 'hang' }, 'reply-silent'),
  'hang, tcp: an open connection is never answered, and goes on when it heals': (world) =>
    openConnection(world, { kind: 'hang' }, 'reply-silent', 'answer'),
  'reset, tcp: a new connection is untouched': (world) => newConnections(world, { kind: 'reset' }, 'answer'),
  'reset, tcp: an open connection gets RST': (world) => openConnection(world, { kind: 'reset' }, 'reset', 'reset'),
  'refuse, udp: a question is answered by port unreachable': (world) => datagrams(world, { kind: 'refuse' }, 'refused'),
  'drop, udp: a question is met with silence': (world) => datagrams(world, { kind: 'drop' }, 'reply-silent'),
  'hang, udp: the same as drop, there is no connection to hang': (world) =>
    datagrams(world, { kind: 'hang' }, 'reply-silent'),
  'reset, udp: nothing to reset, questions are answered': (world) => datagrams(world, { kind: 'reset' }, 'answer'),
  'a dead program with its sandbox: a new connection is refused': async (world) => {
    const container = world.cluster.container(world.cluster.podsOf('redis')[0] ?? '');
    await container?.signal('SIGKILL');
    await container?.exited;
    await ping(world, 'refused');
  },
  'a pod that is gone: who asked it before hears nothing for long, and then that nobody is there (Linux ip-sysctl, neighbour entries)':
    async (world) => {
      const [pod = ''] = world.cluster.podsOf('redis');
      // An address that nobody ever had is told of by then.
      const patienceMs = timer('neighbour.unknown').ms + SILENCE_MS;
      const ask = async (): Promise<Saw> =>
        (await world.stage.prober.ask(FROM, { pod, port: 6379 }, { ask: 'ping' }, patienceMs)).saw;
      await ping(world, 'answer');
      world.cluster.replace(pod);
      const isGone = (): boolean => world.cluster.reports().some((one) => one.pod === pod && one.event === 'Deleted');
      while (!isGone()) await world.stage.clock.sleep('scenario.step', 20);
      const untilMs = world.stage.clock.nowMs() + 2 * timer('neighbour.forgotten').ms;
      let saw = await ask();
      expect(saw).toBe('connect-silent');
      // Dialled anew, as clients do: of a single dial the kernel sends its fifth SYN after half a minute, its sixth after a whole one.
      while (saw === 'connect-silent' && world.stage.clock.nowMs() < untilMs) saw = await ask();
      expect(['no-route', 'refused']).toContain(saw);
    },
  'a pod that is deleted while its program starts: that is no error, and the program is killed': async ({ stage }) => {
    const sandbox = await stage.sandbox('redis-short', 'node:b', false);
    const starting = sandbox.run({ role: 'redis', ports: [6379], settings: {} });
    await sandbox[Symbol.asyncDispose]();
    expect(await (await starting).exited).toMatchObject({ code: 137 });
  },
  'a stopped program: the kernel accepts, nothing is answered, and it goes on when resumed': async (world) => {
    const pause = await world.cluster.container(world.cluster.podsOf('redis')[0] ?? '')?.pause();
    await ping(world, 'reply-silent');
    await pause?.[Symbol.asyncDispose]();
    await ping(world, 'answer');
  },
  'two drops on one path: the end of one leaves the other, for new connections and for open ones': async (world) => {
    await using open = await world.stage.prober.converse(FROM, redis(world), 'tcp');
    await talk(open, 'answer');
    const first = await world.stage.network.impose(onRedis, { kind: 'drop' });
    const second = await world.stage.network.impose(onRedis, { kind: 'drop' });
    await first[Symbol.asyncDispose]();
    await ping(world, 'connect-silent');
    await talk(open, 'reply-silent');
    await second[Symbol.asyncDispose]();
    await ping(world, 'answer');
    await talk(open, 'answer');
  },
  'a program that two have stopped: it goes on when both have resumed it': async (world) => {
    const container = world.cluster.container(world.cluster.podsOf('redis')[0] ?? '');
    const [first, second] = [await container?.pause(), await container?.pause()];
    await first?.[Symbol.asyncDispose]();
    await ping(world, 'reply-silent');
    await second?.[Symbol.asyncDispose]();
    await ping(world, 'answer');
  },
  'the overlay is cut: a pod that comes up meanwhile is heard on its own node alone, until it heals': async (world) => {
    const [old = ''] = world.cluster.podsOf('redis');
    await ping(world, 'answer');
    const cut = await faultNamed('overlay-cut').apply(world.stage, world.cluster, { to: 'all' });
    world.cluster.replace(old);
    while (world.cluster.condition(world.cluster.podsOf('redis')[0] ?? '') !== 'Ready')
      await world.stage.clock.sleep('scenario.step', 20);
    await ping(world, 'connect-silent');
    const own = await world.stage.prober.ask('node:b', redis(world), { ask: 'ping' }, FAR_MS);
    expect(own.saw).toBe('answer');
    await cut[Symbol.asyncDispose]();
    await ping(world, 'answer');
  },
  'a stopped program that is told to end: it ends when it is resumed, and not before': async (world) => {
    const container = world.cluster.container(world.cluster.podsOf('redis')[0] ?? '');
    const pause = await container?.pause();
    let over = false;
    const exited = container?.exited.then(() => (over = true));
    await container?.signal('SIGTERM');
    await ping(world, 'reply-silent');
    expect(over).toBe(false);
    await pause?.[Symbol.asyncDispose]();
    await exited;
  },
};

async function withWorld(runtime: Runtime, body: (world: WireWorld) => Promise<void>): Promise<void> {
  await using stage = await runtime.open(wiresTopology, BARE_STAGE);
  const cluster = createCluster({ stage, topology: wiresTopology, prng: createPrng(7), record: () => undefined });
  try {
    await stage.play(cluster.start(30_000).then(() => body({ stage, cluster })));
  } finally {
    cluster.stop();
  }
}

/** Runs every shared case; `skip` maps a case's name to the reason why this runtime cannot run it. */
export function wireCases(
  label: string,
  makeRuntime: () => Promise<Runtime>,
  skip: Readonly<Record<string, string>> = {},
): void {
  describe.concurrent(`wires: ${label}`, () => {
    for (const [title, body] of Object.entries(cases)) {
      const reason = skip[title];
      it.skipIf(reason !== undefined)(`${title}${skipped(reason)}`, async () => withWorld(await makeRuntime(), body));
    }
    it('skips only cases that exist', () => {
      expect(Object.keys(cases)).toEqual(expect.arrayContaining(Object.keys(skip)));
    });
  });
}
