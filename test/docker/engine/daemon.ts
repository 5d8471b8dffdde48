import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SimError } from '../../../sim/errors.ts';
import { command, lastLines } from '../command.ts';
import { type HostNetwork, readHostNetwork, restoreHostNetwork } from './host-network.ts';
import { answers, client } from './client.ts';

/** The daemon we started, as remembered on disk. A pid is recycled, a pid with its start time is not. */
export interface OurDaemon {
  readonly pid: number;
  /** Clock ticks after boot at which it started: field 22 of /proc/<pid>/stat. */
  readonly startTicks: string;
  readonly hostNetwork: HostNetwork;
}

/** Everything our engine owns on disk: images, containers, sockets, log. Gone after `stop`. */
export const ENGINE_FOLDER = join(tmpdir(), 'cluster-twin-engine');
const RECORD = join(ENGINE_FOLDER, 'engine.json');
const LOG = join(ENGINE_FOLDER, 'dockerd.log');
/** Measured 1 to 3 s; the rest is room for a first start on a busy machine. */
const START_TIMEOUT_MS = 60_000;
/** The daemon gives each container 10 s to end; we removed them before. */
const STOP_TIMEOUT_MS = 30_000;
const POLL_MS = 50;

/** The daemon started earlier by us and not stopped by us; it may have died since. */
export function ourDaemon(): OurDaemon | undefined {
  return existsSync(RECORD) ? (JSON.parse(readFileSync(RECORD, 'utf8')) as OurDaemon) : undefined;
}

/** Whether it still runs. */
export function runs(daemon: OurDaemon): boolean {
  return startTicks(daemon.pid) === daemon.startTicks;
}

/**
 * Starts a daemon of our own that outlives this command, and waits until it answers.
 *
 * @throws SimError `SIM_START_TIMEOUT` with the end of its log when it does not answer in time
 */
export async function startDaemon(): Promise<void> {
  const hostNetwork = readHostNetwork();
  removeFolder();
  mkdirSync(ENGINE_FOLDER, { recursive: true, mode: 0o711 });
  const log = openSync(LOG, 'w');
  const places = ['data', 'exec'].flatMap((name) => [`--${name}-root`, join(ENGINE_FOLDER, name)]);
  const args = [...places, '--pidfile', join(ENGINE_FOLDER, 'dockerd.pid')];
  const child = spawn('dockerd', args, { detached: true, stdio: ['ignore', log, log] });
  await once(child, 'spawn');
  const pid = child.pid as number;
  // Before it answers, so that `stop` can clear up after a start that failed.
  writeFileSync(RECORD, JSON.stringify({ pid, startTicks: startTicks(pid) ?? '', hostNetwork }));
  await waitForAnswer(child);
  child.unref();
}

/**
 * Removes the containers and networks of our engine, ends it if it runs, and takes away its folder and its traces in the
 * host's network.
 */
export async function stopDaemon(daemon: OurDaemon): Promise<void> {
  if (runs(daemon)) await endDaemon(daemon);
  restoreHostNetwork(daemon.hostNetwork);
  removeFolder();
}

async function endDaemon(daemon: OurDaemon): Promise<void> {
  if (await answers()) await emptyEngine();
  process.kill(daemon.pid, 'SIGTERM');
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (runs(daemon)) {
    if (Date.now() > deadline) throw timeout(`dockerd (pid ${daemon.pid}) not ended`, STOP_TIMEOUT_MS);
    await sleep(POLL_MS);
  }
}

async function emptyEngine(): Promise<void> {
  const docker = client();
  const containers = await docker.listContainers({ all: true });
  await Promise.all(containers.map((one) => docker.getContainer(one.Id).remove({ force: true, v: true })));
  await docker.pruneNetworks();
}

async function waitForAnswer(child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await answers())) {
    if (child.exitCode !== null) throw timeout('dockerd ended at once', START_TIMEOUT_MS);
    if (Date.now() > deadline) {
      child.kill();
      throw timeout('dockerd does not answer', START_TIMEOUT_MS);
    }
    await sleep(POLL_MS);
  }
}

/** A killed engine leaves mounts inside its folder; deleting through them would be wrong, so they go first, deepest first. */
function removeFolder(): void {
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '');
  const ours = mounts
    .filter((path) => path.startsWith(`${ENGINE_FOLDER}/`))
    .toSorted()
    .toReversed();
  for (const path of ours) command('umount', ['--lazy', path]);
  rmSync(ENGINE_FOLDER, { recursive: true, force: true });
}

function startTicks(pid: number): string | undefined {
  if (!readdirSync('/proc').includes(String(pid))) return undefined;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name in brackets and may hold spaces; the state is the third, the start the 22nd.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? undefined : fields[19];
}

function timeout(what: string, budgetMs: number): SimError {
  const log = existsSync(LOG) ? lastLines(readFileSync(LOG, 'utf8'), 8) : 'no log';
  return new SimError('SIM_START_TIMEOUT', `${what} (budget ${budgetMs} ms); the end of its log:\n${log}`);
}
