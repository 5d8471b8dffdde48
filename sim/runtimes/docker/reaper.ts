/** Nothing is left: removes what a run made, by its label and by nothing else, and what dead runs left. */
import type Dockerode from 'dockerode';
import { isDead, isOwn, OWNER_LABEL, RUN_LABEL, type Run } from './owner.ts';

/** Names of the containers and networks that dead runs left; changes nothing. */
export const findLeftovers = (docker: Dockerode): Promise<readonly string[]> => namesWhose(docker, isDead);
/** Names of what this command's own runs left, asked when all of them have come down. */
export const findOwnLeftovers = (docker: Dockerode): Promise<readonly string[]> => namesWhose(docker, isOwn);

async function namesWhose(
  docker: Dockerode,
  isOurs: (owner: string | undefined) => boolean,
): Promise<readonly string[]> {
  const { containers, networks } = await labelled(docker, RUN_LABEL);
  const ours = <T extends Labelled>(all: readonly T[]): T[] => all.filter((one) => isOurs(one.Labels?.[OWNER_LABEL]));
  return [...ours(containers).map((one) => one.Names[0] ?? one.Id), ...ours(networks).map((one) => one.Name)];
}

/** Removes what dead runs left. Safe beside live runs and other sweeps. */
export async function sweep(docker: Dockerode): Promise<void> {
  const { containers, networks } = await labelled(docker, RUN_LABEL);
  const runs = [...containers, ...networks]
    .filter((one) => isDead(one.Labels?.[OWNER_LABEL]))
    .map((one) => one.Labels?.[RUN_LABEL] ?? '');
  for (const id of new Set(runs)) await removeLabelled(docker, `${RUN_LABEL}=${id}`);
}

/** Ends and removes everything of a run. */
export const removeRun = (docker: Dockerode, { id }: Pick<Run, 'id'>): Promise<void> =>
  removeLabelled(docker, `${RUN_LABEL}=${id}`);

interface Labelled {
  readonly Labels?: Readonly<Record<string, string>> | undefined;
}

/** A container that was being made when its run ended may appear after the first look. */
const LOOKS = 5;

async function removeLabelled(docker: Dockerode, label: string): Promise<void> {
  for (let look = 0; look < LOOKS; look++) {
    const { containers, networks } = await labelled(docker, label);
    if (containers.length + networks.length === 0) return;
    // `v`: the anonymous volumes that the images of Postgres and Redis declare.
    await Promise.all(containers.map((one) => gone(docker.getContainer(one.Id).remove({ force: true, v: true }))));
    await Promise.all(networks.map((one) => gone(docker.getNetwork(one.Id).remove())));
  }
}

async function labelled(
  docker: Dockerode,
  label: string,
): Promise<{ readonly containers: Dockerode.ContainerInfo[]; readonly networks: Dockerode.NetworkInspectInfo[] }> {
  const filters = { label: [label] };
  const [containers, networks] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
  ]);
  return { containers, networks };
}

/** Gone already, being removed by another sweep, or still in use: the next look decides. */
async function gone(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    const { statusCode } = error as { readonly statusCode?: number };
    if (statusCode !== 403 && statusCode !== 404 && statusCode !== 409) throw error;
  }
}
