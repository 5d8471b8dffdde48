/** Pods as processes: an address that stays, programs that come and go. */
import type { Container, ContainerSpec, Exit, Place, PodId, Sandbox } from '../contract.ts';
import { failing } from '../../behaviour/failing.ts';
import { growing } from '../../behaviour/growth.ts';
import { onWhileWanted } from '../../behaviour/in-force.ts';
import { suspending } from '../../behaviour/suspending.ts';
import type { HostPort } from '../../parts/config.ts';
import { listenedOn, listenersOf } from './kernel-tables.ts';
import { watchMemory } from './memory-watcher.ts';
import type { EmbeddedPod } from './network.ts';
import { connects, startProgram, type ProgramContext } from './programs.ts';
import { descendants } from './process-table.ts';
import { signalQuietly, type Part } from './processes.ts';

/** How often the kernel is asked whether a program that was told to end still listens, in milliseconds. */
const DRAIN_LOOK_MS = 4;
/** How often it is asked at most whether what was killed is gone: half a second is long, also for one that had taken gigabytes. */
const GONE_LOOKS = 125;

const exitOf = (code: number, isOutOfMemory: boolean): Exit => ({
  code,
  reason: isOutOfMemory ? 'OOMKilled' : code === 0 ? 'Completed' : 'Error',
});

/** Where the pod's program should listen. */
function addressOf({ network }: ProgramContext, pod: EmbeddedPod): HostPort | undefined {
  const [port] = pod.ports;
  return port === undefined ? undefined : network.socketOf(pod, port, 'tcp', pod.place);
}

/** For a person whose program is not reached: where it should listen, and where it does. */
function whereabouts(context: ProgramContext, pod: EmbeddedPod, part: Part): string {
  const wanted = addressOf(context, pod);
  const found = [...new Set([part.pid, ...descendants(part.pid)].flatMap(listenersOf))];
  const should = wanted === undefined ? 'nowhere' : `on ${wanted.host}:${wanted.port} or on all addresses`;
  return `it should listen ${should}, and listens ${found.length === 0 ? 'nowhere' : `on ${found.join(', ')}`}`;
}

/** From SIGTERM on a program may close its listener long before it ends: dials are refused from then on. */
async function watchDrain(context: ProgramContext, pod: EmbeddedPod, part: Part): Promise<void> {
  const address = addressOf(context, pod);
  const isListenedOn =
    address === undefined
      ? (): boolean => false
      : listenedOn([part.pid, ...descendants(part.pid)], address.host, address.port);
  while (part.exit === undefined && context.network.isListening(pod)) {
    if (!isListenedOn()) return context.network.setListening(pod, false);
    await new Promise((resolve) => setTimeout(resolve, DRAIN_LOOK_MS));
  }
}

/** Whether anybody takes connections on the pod's own address, once those that were killed with its program are gone. */
async function stillListens(context: ProgramContext, pod: EmbeddedPod, { pid }: Part): Promise<boolean> {
  const address = addressOf(context, pod);
  for (let look = 0; address !== undefined && (await connects(address)); look++) {
    // The kernel closes what a killed process listens on a moment later: when its last thread is gone.
    if (look === GONE_LOOKS || !signalQuietly(-pid, 0)) return connects(address);
    await new Promise((resolve) => setTimeout(resolve, DRAIN_LOOK_MS));
  }
  return false;
}

async function startContainer(
  context: ProgramContext,
  pod: EmbeddedPod,
  spec: ContainerSpec,
  name: string,
): Promise<Container> {
  const started = await context.turns
    .take(
      spec.role,
      () => startProgram(context, pod, spec, name),
      ({ part, listens }) => Promise.race([listens, part.exited]),
    )
    .catch((error: unknown) => {
      if (!context.network.isDown) throw error;
      // The twin went down while this started: that it failed says nothing.
      return new Promise<never>(() => undefined);
    });
  const { part, front, listens, process, suspend } = started;
  const memory = spec.memoryLimitBytes === undefined ? undefined : watchMemory(part, spec.memoryLimitBytes);
  const exited = part.exited.then(async ({ code }) => {
    front?.kill('SIGKILL');
    await front?.exited;
    // A wrapper script may leave its program behind: what still answers is not refused.
    await context.network.setListening(pod, await stillListens(context, pod, part));
    return exitOf(code, memory?.isExceeded === true);
  });
  exited.catch(() => undefined);
  void listens.then(() => (part.exit === undefined ? context.network.setListening(pod, true) : undefined));
  return {
    exited,
    signal(how) {
      part.kill(how);
      if (how === 'SIGTERM') void watchDrain(context, pod, part);
      return Promise.resolve();
    },
    pause: onWhileWanted(
      () => Promise.resolve(part.pause()),
      () => Promise.resolve(part.resume()),
    ),
    answerWith: failing(spec.role, process && ((table) => process.table(table))),
    grow: growing(spec.role, process && ((growth) => process.send({ grow: growth }))),
    suspend: suspending(spec.role, suspend),
    logTail: (lines) => Promise.resolve(part.lines(lines)),
    whereabouts: () => Promise.resolve(whereabouts(context, pod, part)),
  };
}

export function createSandbox(context: ProgramContext, id: PodId, place: Place, hostNetwork: boolean): Sandbox {
  const pod = context.network.addPod(id, place, hostNetwork);
  let [container, count]: [Container | undefined, number] = [undefined, 0];
  let over = false;
  return {
    pod: id,
    node: place,
    async run(spec) {
      pod.ports = spec.ports;
      container = await startContainer(context, pod, spec, count++ === 0 ? id : `${id}-${count}`);
      if (over) await container.signal('SIGKILL');
      return container;
    },
    async [Symbol.asyncDispose]() {
      over = true;
      await container?.signal('SIGKILL');
      await container?.exited;
      await context.network.removePod(id);
    },
  };
}
