/** Pods as containers: a sandbox that holds address and namespace, programs that join it, come and go. */
import type { Container, ContainerSpec, Place, PodId, Sandbox } from '../contract.ts';
import { failing } from '../../behaviour/failing.ts';
import { growing } from '../../behaviour/growth.ts';
import { onWhileWanted } from '../../behaviour/in-force.ts';
import { suspending } from '../../behaviour/suspending.ts';
import type { DockerPod } from './network.ts';
import { dnsAt, refuses, startProgram, type Placement, type ProgramContext } from './programs.ts';
import { startShell, type Shell } from './shell.ts';

export interface PodContext extends ProgramContext {
  readonly networkId: string;
  /** The namespaces of the places themselves. */
  readonly shells: ReadonlyMap<Place, Shell>;
}

async function startContainer(context: PodContext, placement: Placement, hostNetwork: boolean): Promise<Container> {
  const { network } = context;
  const { pod, spec } = placement;
  const { container, listens, part } = await startProgram(context, placement);
  let over = false;
  const tell = (listening: boolean): Promise<unknown> =>
    Promise.all(spec.ports.map((port) => network.setListening(pod.host, port, listening)));
  const ended = container.exited.then(async (exit) => {
    over = true;
    await tell(false);
    return exit;
  });
  // What breaks while nobody waits for it is told to who waits for the program's end.
  const broken = Promise.withResolvers<never>();
  const exited = Promise.race([ended, broken.promise]);
  exited.catch(() => undefined);
  listens.then(() => (over ? undefined : tell(true))).catch(broken.reject);
  return {
    exited,
    async signal(name) {
      await container.signal(name);
      // From SIGTERM on it may close its listener long before it ends; entries of long links to it follow.
      if (name === 'SIGTERM' && hostNetwork && spec.ports.length > 0)
        refuses(context, placement, container)
          .then(() => tell(false))
          .catch(broken.reject);
    },
    pause: onWhileWanted(
      () => container.pause(),
      () => container.resume(),
    ),
    answerWith: failing(spec.role, undefined),
    grow: growing(spec.role, part && ((growth) => part.send({ grow: growth }))),
    suspend: suspending(spec.role, undefined),
    logTail: (lines) => container.logTail(lines),
  };
}

/** The namespace a pod's programs join: its own, or its place's. */
async function namespaceOf(
  context: PodContext,
  id: PodId,
  place: Place,
): Promise<{ readonly pod: DockerPod; readonly shell: Shell }> {
  const { engine, images, network, topology } = context;
  const pod: DockerPod = { id, place, host: network.nextHost(place) };
  const shell = await startShell(engine, {
    name: `${id}-sandbox`,
    image: images.sandbox,
    networkId: context.networkId,
    host: pod.host,
    nameServer: dnsAt(topology, network, place).servers[0]?.host,
  });
  await network.attach(shell, place);
  return { pod, shell };
}

export async function createSandbox(
  context: PodContext,
  id: PodId,
  place: Place,
  hostNetwork: boolean,
): Promise<Sandbox> {
  const { network } = context;
  const placeShell = context.shells.get(place);
  if (placeShell === undefined) throw new Error(`no namespace for ${place}`);
  const { pod, shell } = hostNetwork
    ? { pod: { id, place, host: network.hostOf(place) }, shell: placeShell }
    : await namespaceOf(context, id, place);
  await network.addPod(pod);
  let starting: Promise<Container> | undefined;
  let over = false;
  return {
    pod: id,
    node: place,
    async run(spec: ContainerSpec) {
      starting = startContainer(context, { pod, sandbox: shell.container.id, spec }, hostNetwork);
      const container = await starting;
      if (over) await container.signal('SIGKILL');
      return container;
    },
    async [Symbol.asyncDispose]() {
      over = true;
      // A program that starts joins the namespace: it must be there until that is done.
      const container = await starting?.catch(() => undefined);
      await container?.signal('SIGKILL');
      await container?.exited;
      if (hostNetwork) return;
      network.detach(shell);
      await shell.container.remove();
    },
  };
}
