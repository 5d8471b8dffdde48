/** Which images stand for which role: the environment's, else the official ones; our own two from the repository's Dockerfile. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type Dockerode from 'dockerode';
import { GenericContainer } from 'testcontainers';
import { SimError } from '../../errors.ts';
import type { Engine } from './engine.ts';

export interface Images {
  readonly postgres: string;
  readonly redis: string;
  readonly traefik: string;
  readonly toxiproxy: string;
  /** Our programs, Dockerfile target `parts`. */
  readonly parts: string;
  /** Holds a pod's address and writes its packet filter, Dockerfile target `netadmin`. */
  readonly sandbox: string;
}
/** As each program tells it. */
export interface Versions {
  readonly postgres: string;
  readonly redis: string;
  readonly traefik: string;
}

const OFFICIAL = {
  postgres: 'postgres:17',
  redis: 'redis:7.4',
  traefik: 'traefik:v3.6',
  toxiproxy: 'ghcr.io/shopify/toxiproxy:2.12.0',
} as const;
const OWN = { parts: 'parts', sandbox: 'netadmin' } as const;
const REPOSITORY = join(import.meta.dirname, '..', '..', '..');

/** The image that `TWIN_IMAGE_<ROLE>` names. */
const given = (role: keyof Images): string | undefined => process.env[`TWIN_IMAGE_${role.toUpperCase()}`] || undefined;

/**
 * Has every image on this machine: pulls the official ones, builds our own; says so where that takes time.
 * @param mayFetch  false: what is not here is not fetched, nor is anything built that is not here
 * @throws SimError `SIM_RUNTIME_UNAVAILABLE`, `SIM_FETCH_FORBIDDEN` before anything is pulled or built
 */
export async function ensureImages(docker: Dockerode, say: (line: string) => void, mayFetch = true): Promise<Images> {
  if (!mayFetch) await forbidFetching(docker);
  const foreign = (Object.keys(OFFICIAL) as (keyof typeof OFFICIAL)[]).map(async (role) => {
    const image = given(role) ?? OFFICIAL[role];
    if (!(await isThere(docker, image))) await pull(docker, image, say);
    return [role, image] as const;
  });
  const own = (Object.keys(OWN) as (keyof typeof OWN)[]).map(async (role) => {
    return [role, given(role) ?? (await build(OWN[role], say))] as const;
  });
  return Object.fromEntries(await Promise.all([...foreign, ...own])) as unknown as Images;
}

async function forbidFetching(docker: Dockerode): Promise<void> {
  const wanted: Images = { ...OFFICIAL, parts: nameOf(OWN.parts), sandbox: nameOf(OWN.sandbox) };
  for (const [role, official] of Object.entries(wanted)) {
    const image = given(role as keyof Images) ?? official;
    if (await isThere(docker, image)) continue;
    throw new SimError('SIM_FETCH_FORBIDDEN', `image ${image} is not on this machine, and fetching is forbidden`, {
      hint: `run it again without --no-fetch, or name one that is here: TWIN_IMAGE_${role.toUpperCase()}=...`,
    });
  }
}
const nameOf = (target: string): string => `cluster-twin/${target}:latest`;

async function isThere(docker: Dockerode, image: string): Promise<boolean> {
  return docker
    .getImage(image)
    .inspect()
    .then(
      () => true,
      () => false,
    );
}

async function pull(docker: Dockerode, image: string, say: (line: string) => void): Promise<void> {
  say(`pulling ${image}`);
  const startMs = performance.now();
  try {
    const stream = (await docker.pull(image)) as NodeJS.ReadableStream;
    await new Promise<void>((resolve, reject) =>
      docker.modem.followProgress(stream, (error) => (error === null ? resolve() : reject(error))),
    );
    const { Size: bytes } = await docker.getImage(image).inspect();
    say(`pulled ${image}: ${Math.round(bytes / 1e6)} MB, ${Math.round((performance.now() - startMs) / 1_000)} s`);
  } catch (cause) {
    const role = Object.entries(OFFICIAL).find(([, official]) => official === image)?.[0] ?? 'ROLE';
    throw new SimError('SIM_RUNTIME_UNAVAILABLE', `image ${image} cannot be had: ${(cause as Error).message}`, {
      cause,
      hint: `name one that this machine has: TWIN_IMAGE_${role.toUpperCase()}=...`,
    });
  }
}

/** The engine's own cache decides whether anything has to be made. */
async function build(target: string, say: (line: string) => void): Promise<string> {
  const image = nameOf(target);
  if (!existsSync(join(REPOSITORY, 'Dockerfile')))
    throw new SimError('SIM_RUNTIME_UNAVAILABLE', `image ${image} is built from a clone, which this package is not`, {
      hint: 'clone cluster-twin, or choose --runtime embedded',
    });
  say(`building ${image}`);
  try {
    await GenericContainer.fromDockerfile(REPOSITORY).withTarget(target).build(image, { deleteOnExit: false });
  } catch (cause) {
    throw new SimError('SIM_RUNTIME_UNAVAILABLE', `image ${image} cannot be built: ${(cause as Error).message}`, {
      cause,
      hint: `see why: docker build --target ${target} ${REPOSITORY}`,
    });
  }
  return image;
}

/** Asks each foreign program; Toxiproxy tells its version itself once it runs. */
export async function versionsOf(engine: Engine, images: Images): Promise<Versions> {
  const [postgres, redis, traefik] = await Promise.all([
    versionOf(engine, images.postgres, ['postgres', '--version']),
    versionOf(engine, images.redis, ['redis-server', '--version']),
    versionOf(engine, images.traefik, ['traefik', 'version']),
  ]);
  return { postgres, redis, traefik };
}

async function versionOf(engine: Engine, image: string, command: readonly string[]): Promise<string> {
  const lines: string[] = [];
  const [program = '', ...rest] = command;
  const options = { name: program, image, entrypoint: [program], command: rest, network: 'none' } as const;
  const { container } = await engine.startAttached(options, (line) => lines.push(line));
  await container.exited;
  await container.remove();
  return /\d+\.\d+(\.\d+)*/.exec(lines.join('\n'))?.[0] ?? '';
}
