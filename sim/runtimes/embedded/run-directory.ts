/**
 * The folder of one run, and who owns it. Its name carries the owner's pid and start time, so that a folder is known to
 * be abandoned even when its owner died before it wrote a single file.
 *
 *   <tmp>/cluster-twin-<pid>-<startTicks>-<random>/    mode 0700 (0710 for root, see below)
 *     owner.json    pid, start time, boot and pid namespace of the command that opened it
 *     pids.jsonl    every process started, in the form {"pid":1,"start":2,"quit":false,"name":"api-1"}
 *     <part>/       the working folder of each part
 */
import { appendFileSync, chmodSync, chownSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processLink, processRecord } from './process-table.ts';
import { servantOfRoot } from './user.ts';

/** Each child bears it in its environment, with the run's id. */
export const RUN_MARKER = 'CLUSTER_TWIN_RUN';
const FOLDER = /^cluster-twin-((\d+)-(\d+)-[0-9a-f]{8})$/;
/** Unix sockets have 107 characters for their path, and Postgres puts one some 60 characters below this folder. */
const LONGEST_ROOT = 40;

export interface RunOwner {
  readonly pid: number;
  readonly startTicks: number;
  /** After a reboot the same pid and start time may be somebody else's. */
  readonly bootId: string;
  /** A pid means nothing outside of its namespace: a container's run must not be judged from the host. */
  readonly pidNamespace: string;
}
export interface RunDirectory {
  readonly runId: string;
  readonly path: string;
}
export interface JournaledProcess {
  readonly pid: number;
  readonly startTicks: number;
  /** Postgres: SIGQUIT makes it remove its shared memory; SIGKILL would leave it. */
  readonly quit: boolean;
  readonly name: string;
}

/** Where run folders lie: the system's temporary folder, unless its name is too long for a socket below it. */
export function runRoot(): string {
  const root = realpathSync(tmpdir());
  return root.length <= LONGEST_ROOT ? root : '/tmp';
}

export function parseRunId(runId: string): { readonly pid: number; readonly startTicks: number } | undefined {
  const match = FOLDER.exec(`cluster-twin-${runId}`);
  return match === null ? undefined : { pid: Number(match[2]), startTicks: Number(match[3]) };
}

/** The run whose folder has this name; undefined for anything else that begins with `cluster-twin-`. */
export function runIdOfFolder(name: string): string | undefined {
  return FOLDER.exec(name)?.[1];
}

export function thisOwner(): RunOwner {
  const own = processRecord(process.pid);
  if (own === undefined) throw new Error('no /proc: the embedded runtime needs Linux');
  return {
    pid: own.pid,
    startTicks: own.startTicks,
    bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    pidNamespace: processLink('self', 'ns/pid') ?? '',
  };
}

/**
 * Makes the folder of a new run. Only its owner can list it. Under root the database server runs as `nobody` and must
 * walk through to its own folder: its group may do that (0710) and no more.
 */
export function createRunDirectory(owner: RunOwner = thisOwner()): RunDirectory {
  const runId = `${owner.pid}-${owner.startTicks}-${randomBytes(4).toString('hex')}`;
  const path = join(runRoot(), `cluster-twin-${runId}`);
  mkdirSync(path, { mode: 0o700 });
  const servant = servantOfRoot();
  if (servant !== undefined) {
    chownSync(path, process.getuid?.() ?? 0, servant.gid);
    chmodSync(path, 0o710);
  }
  writeFileSync(join(path, 'owner.json'), JSON.stringify(owner), { mode: 0o600 });
  return { runId, path };
}

/** Whoever wrote `owner.json` in this folder; undefined when it was never written, or only in part. */
export function readOwner(path: string): RunOwner | undefined {
  try {
    return JSON.parse(readFileSync(join(path, 'owner.json'), 'utf8')) as RunOwner;
  } catch {
    return undefined;
  }
}

/** One line a process; the warden splits it in the shell, so the order of the fields is part of the format. */
export function journalProcess(run: RunDirectory, entry: JournaledProcess): void {
  const line = JSON.stringify({ pid: entry.pid, start: entry.startTicks, quit: entry.quit, name: entry.name });
  appendFileSync(join(run.path, 'pids.jsonl'), `${line}\n`, { mode: 0o600 });
}

/** Every process this run ever started; a line cut short by a kill is no process. */
export function journaledProcesses(path: string): JournaledProcess[] {
  let text: string;
  try {
    text = readFileSync(join(path, 'pids.jsonl'), 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    try {
      const { pid, start, quit, name } = JSON.parse(line) as {
        pid: number;
        start: number;
        quit: boolean;
        name: string;
      };
      return [{ pid, startTicks: start, quit, name }];
    } catch {
      return [];
    }
  });
}
