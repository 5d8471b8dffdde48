/**
 * What past runs left: folders whose owner is dead, and processes that bear a dead run's id. The warden removes both
 * within a tenth of a second of any end; this is for when the warden was killed too, or the machine lost power.
 * Nothing else of the user is touched: a live run, another program's Redis or Postgres, a folder of another name.
 */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  allPids,
  commandOf,
  environmentOf,
  hasEnvironment,
  hasOverwrittenEnvironment,
  isSameProcess,
  processLink,
  processRecord,
} from './process-table.ts';
import {
  journaledProcesses,
  parseRunId,
  readOwner,
  RUN_MARKER,
  runIdOfFolder,
  runRoot,
  thisOwner,
  type RunOwner,
} from './run-directory.ts';
import { listenersOf, segmentsOf } from './kernel-tables.ts';
import { reap } from './warden.ts';

export interface Leftovers {
  readonly processes: readonly { readonly pid: number; readonly runId: string; readonly command: string }[];
  /** `127.41.9.2:5432`, held by one of these processes. */
  readonly listeners: readonly string[];
  readonly folders: readonly string[];
  /** Ids of System V shared memory segments. */
  readonly sharedMemory: readonly number[];
}

/** What dead runs left on this machine; changes nothing. */
export const findLeftovers = (): Leftovers => leftoversOf(runsOf('the dead'));
/** What this command's own runs left, asked when all of them have come down. */
export const findOwnLeftovers = (): Leftovers => leftoversOf(runsOf('this command'));

function leftoversOf(runs: readonly FoundRun[]): Leftovers {
  const processes = runs.flatMap(({ runId, pids }) => pids.map((pid) => ({ pid, runId, command: commandOf(pid) })));
  return {
    processes,
    listeners: processes.flatMap(({ pid }) => listenersOf(pid)),
    folders: runs.flatMap(({ folder }) => folder ?? []),
    sharedMemory: runs.flatMap(({ folder, foreignBoot }) =>
      folder === undefined || foreignBoot ? [] : segmentsOf(folder),
    ),
  };
}

/** Removes what dead runs left. Safe beside other sweeps and beside live runs. @returns what was there */
export async function sweep(): Promise<Leftovers> {
  const found = findLeftovers();
  if (found.processes.length + found.folders.length === 0) return found;
  for (const { runId, folder, foreignBoot } of runsOf('the dead')) {
    const path = folder ?? join(runRoot(), `cluster-twin-${runId}`);
    // After a reboot none of its processes runs, and its pids and segments may be somebody else's.
    if (foreignBoot) rmSync(path, { recursive: true, force: true });
    else await reap({ runId, path });
  }
  return found;
}

type Whose = 'the dead' | 'this command';
interface FoundRun {
  readonly runId: string;
  readonly folder: string | undefined;
  readonly foreignBoot: boolean;
  readonly pids: readonly number[];
}

const isWhose = ({ pid, startTicks }: Pick<RunOwner, 'pid' | 'startTicks'>, whose: Whose): boolean =>
  isSameProcess(pid, startTicks) ? whose === 'this command' && pid === process.pid : whose === 'the dead';

function runsOf(whose: Whose): FoundRun[] {
  const here = thisOwner();
  const folders = foldersOf(whose, here);
  const marked = markedProcesses(whose, here);
  const runIds = new Set([...folders.keys(), ...marked.keys()]);
  return [...runIds].map((runId) => {
    const folder = folders.get(runId);
    const owner = folder === undefined ? undefined : readOwner(folder);
    const foreignBoot = owner !== undefined && owner.bootId !== here.bootId;
    const journaled =
      folder === undefined || foreignBoot
        ? []
        : journaledProcesses(folder).filter((entry) => isSameProcess(entry.pid, entry.startTicks));
    const pids = new Set([...journaled.map((entry) => entry.pid), ...(marked.get(runId) ?? [])]);
    return { runId, folder, foreignBoot, pids: [...pids] };
  });
}

function foldersOf(whose: Whose, here: RunOwner): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of readdirSync(runRoot())) {
    const runId = runIdOfFolder(name);
    const folder = join(runRoot(), name);
    if (runId === undefined || !mayRemove(folder)) continue;
    const owner = readOwner(folder) ?? { ...here, ...parseRunId(runId) };
    // Of another boot nobody lives; in another pid namespace nobody can be judged from here.
    const isOurs =
      owner.bootId === here.bootId
        ? owner.pidNamespace === here.pidNamespace && isWhose(owner, whose)
        : whose === 'the dead';
    if (isOurs) found.set(runId, folder);
  }
  return found;
}

/** Another user's run is that user's to sweep, unless we are root. */
function mayRemove(folder: string): boolean {
  const uid = process.getuid?.();
  return uid === 0 || statSync(folder, { throwIfNoEntry: false })?.uid === uid;
}

/** Processes that bear the id of such a run, or work in its folder and are not somebody else's, by run. */
function markedProcesses(whose: Whose, here: RunOwner): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const pid of allPids()) {
    const runId = environmentOf(pid, RUN_MARKER) ?? runOfWorker(pid);
    const owner = runId === undefined ? undefined : parseRunId(runId);
    if (runId === undefined || owner === undefined || !isWhose(owner, whose)) continue;
    // The ids of a container's run name pids of that container, which we must not judge.
    if (processLink(pid, 'ns/pid') !== here.pidNamespace) continue;
    found.set(runId, [...(found.get(runId) ?? []), pid]);
  }
  return found;
}

/** The run in whose folder it works, unless it may be somebody else's: warden.sh has the rule. */
function runOfWorker(pid: number): string | undefined {
  const runId = runOfWorkingFolder(pid);
  const session = processRecord(pid)?.session;
  if (runId === undefined || session === undefined) return undefined;
  const isOurs = leadsFor(runId, session) || (hasOverwrittenEnvironment(pid) && !hasEnvironment(session));
  return isOurs ? runId : undefined;
}
function leadsFor(runId: string, session: number): boolean {
  if (environmentOf(session, RUN_MARKER) === runId) return true;
  const now = processRecord(session);
  return journaledProcesses(join(runRoot(), `cluster-twin-${runId}`)).some(
    ({ pid, startTicks }) => pid === session && (now === undefined || now.startTicks === startTicks),
  );
}

function runOfWorkingFolder(pid: number): string | undefined {
  const cwd = processLink(pid, 'cwd');
  const root = `${runRoot()}/`;
  if (cwd?.startsWith(root) !== true) return undefined;
  return runIdOfFolder(
    cwd
      .slice(root.length)
      .split('/')[0]
      ?.replace(/ \(deleted\)$/, '') ?? '',
  );
}
