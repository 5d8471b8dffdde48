/** Sandboxes and containers in virtual time. */
import { DNS_PORT } from '../../../topology/load.ts';
import type { Topology } from '../../../topology/schema.ts';
import type { Prng } from '../../prng.ts';
import type { Clock, Container, ContainerSpec, Exit, Place, PodId, Sandbox } from '../contract.ts';
import { world, type World } from './driver.ts';
import { clusterNames, publicNames } from './hosts.ts';
import type { EventQueue } from './event-queue.ts';
import type { ModelPod, Server } from './connection.ts';
import type { ModelNetwork } from './network.ts';
import { failing } from '../../behaviour/failing.ts';
import { growing } from '../../behaviour/growth.ts';
import { onWhileWanted } from '../../behaviour/in-force.ts';
import { suspending } from '../../behaviour/suspending.ts';
import { Memory } from './memory.ts';
import { programOf } from './programs/index.ts';
import type { Records, Tables } from './programs/program.ts';

export interface PodContext {
  readonly queue: EventQueue;
  readonly network: ModelNetwork;
  readonly topology: Topology;
  readonly tables: Tables;
  readonly record: Records;
  readonly prng: Prng;
  readonly shortenedMs: Clock['shortenedMs'];
}
/** From exec to listening, its own gate apart, in milliseconds; measured on the embedded runtime (Redis 20, a Node part 200, Postgres 70). */
const START_MS: Readonly<Record<string, number>> = {
  redis: 20,
  postgres: 70,
  resolver: 100,
  edge: 150,
  ingress: 150,
  api: 200,
  admin: 200,
  worker: 200,
  'object-store': 150,
};
const KILLED: Exit = { code: 137, reason: 'Error' };
const OUT_OF_MEMORY: Exit = { code: 137, reason: 'OOMKilled' };
const FAILED: Exit = { code: 1, reason: 'Error' };
const ENDED: Exit = { code: 0, reason: 'Completed' };

function startContainer(context: PodContext, pod: ModelPod, spec: ContainerSpec): Container {
  const { queue, network } = context;
  const program = programOf(spec.role);
  const zone = pod.place.startsWith('node:') ? clusterNames(context.topology) : publicNames(context.topology);
  const w: World = world({
    queue,
    network,
    place: pod.place,
    prng: context.prng.split(pod.id),
    dns: { host: zone, port: DNS_PORT },
  });
  const exit = Promise.withResolvers<Exit>();
  const words: string[] = [];
  const end = (how: Exit): void => {
    if (!w.alive) return;
    w.alive = false;
    starting.cancel();
    network.programEnded(pod);
    exit.resolve(how);
  };
  const listen = (server: Server): void => {
    pod.server = server;
    pod.ports = spec.ports;
    pod.listens = true;
  };
  const memory = new Memory(queue, spec.memoryLimitBytes, () => end(OUT_OF_MEMORY));
  const starting = queue.after(START_MS[spec.role] ?? 100, () => {
    const server = program({
      pod: pod.id,
      world: w,
      topology: context.topology,
      settings: spec.settings,
      tables: context.tables,
      record: context.record,
      memory,
      shortenedMs: context.shortenedMs,
    });
    if (server.gate === undefined) return listen(server);
    server.gate((refused) => {
      if (refused === undefined) return listen(server);
      words.push(`start failed: ${refused}`);
      end(FAILED);
    });
  });
  const stop = (): void => {
    pod.listens = false;
    if (pod.server?.stop === undefined) end(ENDED);
    else pod.server.stop(() => end(ENDED));
  };
  let told = false;
  return {
    exited: exit.promise,
    signal(name) {
      if (name === 'SIGKILL') end(KILLED);
      else if (pod.paused) told = true;
      else queue.after(1, stop);
      return Promise.resolve();
    },
    pause: onWhileWanted(
      () => Promise.resolve(void (pod.paused = true)),
      () => {
        // A signal that came while it stood still is the first thing it meets: Redis ends before it reads its sockets.
        if (told) end(ENDED);
        else if (w.alive) network.resumed(pod);
        return Promise.resolve();
      },
    ),
    answerWith: failing(spec.role, (table) => {
      pod.server?.table?.(table);
      return Promise.resolve();
    }),
    grow: growing(spec.role, (growth) => memory.grow(growth)),
    suspend: suspending(spec.role, (wakeMs) => {
      pod.server?.suspend?.(wakeMs);
      return Promise.resolve();
    }),
    logTail: (lines) => Promise.resolve(words.slice(-lines)),
  };
}

export function createSandbox(context: PodContext, id: PodId, place: Place, onHost: boolean): Sandbox {
  const pod: ModelPod = { id, place, onHost, server: undefined, listens: false, ports: [], paused: false, inbox: [] };
  context.network.pods.set(id, pod);
  let container: Container | undefined;
  return {
    pod: id,
    node: place,
    run(spec) {
      container = startContainer(context, pod, spec);
      return Promise.resolve(container);
    },
    async [Symbol.asyncDispose]() {
      await container?.signal('SIGKILL');
      context.network.where.remove(id, context.queue.nowMs);
    },
  };
}
