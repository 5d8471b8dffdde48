/** What a command and its twins hold on this machine, each by an identity that nobody else can take over. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { segmentsOf } from '../../sim/runtimes/embedded/kernel-tables.ts';
import {
  allPids,
  commandOf,
  environmentOf,
  processLink,
  processRecord,
} from '../../sim/runtimes/embedded/process-table.ts';
import { journaledProcesses, RUN_MARKER, runRoot } from '../../sim/runtimes/embedded/run-directory.ts';
import { segmentExists } from '../runtimes/embedded/traces.ts';

export interface Traces {
  readonly folders: readonly string[];
  readonly processes: readonly { readonly pid: number; readonly startTicks: number; readonly command: string }[];
  /** Kernel's numbers of listening sockets: an address may be another twin's a moment later, a number is not. */
  readonly sockets: readonly string[];
  readonly sharedFiles: readonly string[];
  readonly segments: readonly number[];
}

/** Run folders of a command: their names carry its pid. @param root  where they are, if not where this process has its own */
export const foldersOf = (pid: number, root: string = runRoot()): string[] =>
  readdirSync(root)
    .filter((name) => name.startsWith(`cluster-twin-${pid}-`))
    .map((name) => join(root, name));

/** Pids that bear an id of this command's runs, work in a folder of theirs, or are their wardens. */
export function pidsOf(command: number, root: string = runRoot()): number[] {
  const [id, folder] = [`${command}-`, join(root, `cluster-twin-${command}-`)];
  return allPids().filter(
    (pid) =>
      processRecord(pid) !== undefined &&
      (environmentOf(pid, RUN_MARKER)?.startsWith(id) === true ||
        processLink(pid, 'cwd')?.startsWith(folder) === true ||
        commandOf(pid).includes(`warden.sh ${folder}`)),
  );
}

function socketsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap(
      (fd) => /^socket:\[(\d+)\]$/.exec(processLink(pid, `fd/${fd}`) ?? '')?.[1] ?? [],
    );
  } catch {
    return [];
  }
}
/** Every listening TCP socket of the machine: its number → its address as the kernel writes it. */
function listening(): Set<string> {
  const rows = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  return new Set(
    rows.flatMap(([, , , state, , , , , , inode]) => (state === '0A' && inode !== undefined ? [inode] : [])),
  );
}
/** Files of shared memory that a process has mapped. */
function sharedFilesOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/maps`, 'utf8')
      .matchAll(/\s(\/dev\/shm\/\S+)$/gm)
      .toArray()
      .map(([, file]) => file ?? '');
  } catch {
    return [];
  }
}

/** All that a command and its runs hold now. */
export function tracesOf(command: number, root?: string): Traces {
  const folders = foldersOf(command, root);
  const journaled = folders.flatMap((folder) => journaledProcesses(folder).map((entry) => entry.pid));
  const pids = [...new Set([...pidsOf(command, root), ...journaled])];
  const listeners = listening();
  return {
    folders,
    processes: pids.flatMap((pid) => {
      const record = processRecord(pid);
      return record === undefined ? [] : [{ pid, startTicks: record.startTicks, command: commandOf(pid) }];
    }),
    sockets: [...pids, command].flatMap(socketsOf).filter((inode) => listeners.has(inode)),
    sharedFiles: [...new Set(pids.flatMap(sharedFilesOf))],
    segments: folders.flatMap(segmentsOf),
  };
}

/** Of what kinds nothing is held: what is not held can not be left. Of shared files Postgres may have none. */
export const emptyIn = (traces: Traces): string[] =>
  (['folders', 'processes', 'sockets', 'segments'] as const).filter((kind) => traces[kind].length === 0);

/** What a command holds while its cluster runs: asked again until there is something of every kind, and its pods run. */
export function tracesOnceUp(command: number): Promise<Traces> {
  return vi.waitFor(
    () => {
      const traces = tracesOf(command);
      expect(emptyIn(traces)).toEqual([]);
      expect(traces.processes.length).toBeGreaterThan(5);
      return traces;
    },
    { timeout: 60_000, interval: 50 },
  );
}

/** What is still there of what a command held, and whatever else bears its runs' ids. Empty when nothing was left behind. */
export function leftOf(command: number, before: Traces, root?: string): string[] {
  const listeners = listening();
  const now = new Set(pidsOf(command, root));
  return [
    ...before.processes
      .filter((one) => processRecord(one.pid)?.startTicks === one.startTicks)
      .map((one) => `process ${one.pid}: ${one.command}`),
    ...[...now].map((pid) => `process ${pid} of its runs: ${commandOf(pid)}`),
    ...before.sockets.filter((inode) => listeners.has(inode)).map((inode) => `listening socket ${inode}`),
    ...[...new Set([...before.folders, ...foldersOf(command, root)])]
      .filter((folder) => existsSync(folder))
      .map((folder) => `folder ${folder}`),
    ...before.sharedFiles.filter((file) => existsSync(file)).map((file) => `shared memory ${file}`),
    ...before.segments.filter(segmentExists).map((id) => `shared memory segment ${id}`),
  ];
}
