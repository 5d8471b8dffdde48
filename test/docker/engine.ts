/**
 * A Docker engine for the tests: the one that answers, else one of our own on Debian as root.
 * `start` installs what is missing through apt-get; `stop` ends only what `start` started; `status` changes nothing.
 */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { SimError } from '../../sim/errors.ts';
import { command } from './command.ts';
import { answers, client } from './engine/client.ts';
import { ENGINE_FOLDER, ourDaemon, runs, startDaemon, stopDaemon } from './engine/daemon.ts';

const USAGE = `usage: node test/docker/engine.ts start | stop | status

  start   use the engine that answers; else, on Debian as root, install docker.io, iptables
          and debootstrap where missing and start dockerd in ${ENGINE_FOLDER}
  stop    end the dockerd that start started, and remove all it left; touches no other
  status  say which engine answers; exits 5 when none does
`;

/** Debian's package for each program we need. dockerd brings its client; debootstrap is for the base image. */
const PACKAGES = { dockerd: 'docker.io', iptables: 'iptables', debootstrap: 'debootstrap', ip: 'iproute2' };

function installMissing(): void {
  const found = (program: string) =>
    (process.env.PATH ?? '').split(':').some((folder) => existsSync(`${folder}/${program}`));
  const missing = Object.entries(PACKAGES)
    .filter(([program]) => !found(program))
    .map(([, name]) => name);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) {
    throw new SimError(
      'SIM_RUNTIME_UNAVAILABLE',
      `no Docker engine answers and ${missing.join(', ')} cannot be installed here`,
      {
        hint: 'start a Docker engine, or run as root on Debian',
      },
    );
  }
  console.log(`installing ${missing.join(', ')}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  command('apt-get', ['update', '-qq'], { env, quiet: true });
  command('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], { env, quiet: true });
}

async function start(): Promise<void> {
  if (await answers()) return status();
  if (process.env.DOCKER_HOST) {
    throw new SimError(
      'SIM_RUNTIME_UNAVAILABLE',
      `no Docker engine answers at DOCKER_HOST ${process.env.DOCKER_HOST}`,
      {
        hint: 'start it, or unset DOCKER_HOST to have one started here',
      },
    );
  }
  installMissing();
  // Where there is a service manager, the package has started its own engine by now.
  if (!(await answers())) {
    const dead = ourDaemon();
    if (dead) await stopDaemon(dead);
    await startDaemon();
  }
  await status();
}

async function stop(): Promise<void> {
  const daemon = ourDaemon();
  if (daemon) await stopDaemon(daemon);
  console.log(daemon ? `ended our dockerd (pid ${daemon.pid})` : 'no engine of ours runs');
}

async function status(): Promise<void> {
  if (!(await answers())) throw new SimError('SIM_RUNTIME_UNAVAILABLE', 'no Docker engine answers');
  const { Version, ApiVersion, KernelVersion } = await client().version();
  const daemon = ourDaemon();
  const owner = daemon && runs(daemon) ? `ours, pid ${daemon.pid}, in ${ENGINE_FOLDER}` : 'not ours';
  console.log(`Docker engine ${Version}, API ${ApiVersion}, kernel ${KernelVersion} (${owner})`);
}

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { help: { type: 'boolean' } },
  });
  const verb = { start, stop, status }[positionals[0] ?? ''];
  if (values.help || !verb) {
    console.log(USAGE);
    return values.help ? 0 : 4;
  }
  await verb();
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const ours = error instanceof SimError;
  console.error(ours ? [error.message, error.hint].filter(Boolean).join('\n') : error);
  process.exitCode = ours ? 5 : 70;
}
