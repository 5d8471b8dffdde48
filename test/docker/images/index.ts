/**
 * The images of the Docker tests, made here because none can be pulled: a base by debootstrap, PgBouncer, Postgres and Redis
 * from Debian, Toxiproxy and Traefik from their Go modules, the twin's own from the repository's Dockerfile. Each behaves as
 * the official image it stands for as far as the twin uses it, and no further.
 */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { VERSIONS } from '../versions.ts';
import { baseImage } from './base.ts';
import { goBuild } from './go-build.ts';
import { contentOf, dockerBuild, type Image, REPOSITORY } from './image.ts';

/** All of them, in the order in which they can be made. */
export function images(): Image[] {
  const base = baseImage();
  const pin = contentOf(base);
  return [base, ...go(base.tag, pin), ...debian(base.tag, pin), ...own(base.tag, pin)];
}

function debian(base: string, pin: string): Image[] {
  const programs = { pgbouncer: 'pgbouncer', postgres: 'psql', redis: 'redis-server' } as const;
  return (['pgbouncer', 'postgres', 'redis'] as const).map((name) => {
    const tag = `cluster-twin-test/${name}:${VERSIONS[name]}`;
    const args = ['--build-arg', `BASE=${base}`, '--build-arg', `VERSION=${VERSIONS[name]}`];
    return {
      tag,
      variables: [`TWIN_IMAGE_${name.toUpperCase()}`],
      version: [programs[name], '--version'],
      inputs: [folderOf(name)],
      pins: [pin, VERSIONS[name]],
      build: (label) => dockerBuild(folderOf(name), tag, label, args),
    };
  });
}

/** Programs written in Go, each from the module that its folder pins. */
function go(base: string, pin: string): Image[] {
  const toxiproxy = 'github.com/Shopify/toxiproxy/v2';
  const traefik = 'github.com/traefik/traefik/v3';
  const programs = [
    {
      name: 'toxiproxy',
      tag: VERSIONS.toxiproxy,
      program: `${toxiproxy}/cmd/server`,
      variable: `${toxiproxy}.Version`,
      version: '-version',
    },
    {
      name: 'traefik',
      tag: `v${VERSIONS.traefik}`,
      program: `${traefik}/cmd/traefik`,
      variable: `${traefik}/pkg/version.Version`,
      version: 'version',
    },
  ] as const;
  return programs.map((program) => {
    const tag = `cluster-twin-test/${program.name}:${program.tag}`;
    return {
      tag,
      variables: [`TWIN_IMAGE_${program.name.toUpperCase()}`],
      version: [program.version],
      inputs: [folderOf(program.name)],
      pins: [pin, VERSIONS[program.name]],
      build: (label, folder) => {
        cpSync(folderOf(program.name), folder, { recursive: true });
        goBuild(folder, program.program, program.name, `${program.variable}=${VERSIONS[program.name]}`);
        dockerBuild(folder, tag, label, ['--build-arg', `BASE=${base}`]);
      },
    };
  });
}

/** The variables under which the images are used, as `NAME: tag`. */
export function imageVariables(): Record<string, string> {
  return Object.fromEntries(images().flatMap(({ tag, variables }) => variables.map((name) => [name, tag])));
}

/** Targets of the repository's own Dockerfile, with the files each copies. */
function own(base: string, pin: string): Image[] {
  const lock = ['Dockerfile', '.dockerignore', 'package.json', 'package-lock.json'];
  const targets = [
    { target: 'netadmin', variables: ['TWIN_IMAGE_NETADMIN', 'TWIN_IMAGE_SANDBOX'], copied: ['Dockerfile'] },
    { target: 'parts', variables: ['TWIN_IMAGE_PARTS'], copied: [...lock, 'sim', 'topology'] },
    {
      target: 'embedded',
      variables: ['TWIN_IMAGE_EMBEDDED'],
      copied: [...lock, 'sim', 'topology', 'scenarios', 'reports'],
    },
  ];
  return targets.map(({ target, variables, copied }) => {
    const tag = `cluster-twin-test/${target}:latest`;
    return {
      tag,
      variables,
      inputs: copied.map((name) => join(REPOSITORY, name)),
      pins: [pin],
      build: (label) => dockerBuild(REPOSITORY, tag, label, ['--target', target, '--build-arg', `BASE=${base}`]),
    };
  });
}

function folderOf(name: string): string {
  return join(import.meta.dirname, name);
}
