/** What a run leaves on the machine, as its tests look for it; all of it by the run's own id, for other runs live beside it. */
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { journaledProcesses } from '../../../sim/runtimes/embedded/run-directory.ts';
import { allPids, environmentOf, isSameProcess, processLink } from '../../../sim/runtimes/embedded/process-table.ts';

/** Settles as soon as `holds` is true. @throws Error naming `what` after 10 s: far beyond anything but a defect */
export async function until(what: string, holds: () => boolean): Promise<void> {
  for (const endMs = performance.now() + 10_000; !holds(); await delay(5)) {
    if (performance.now() > endMs) throw new Error(`still not so after 10 s: ${what}`);
  }
}

/** Pids that bear the run's id or work in its folder; the warden is not among them. */
export function markedPids(run: { readonly runId: string; readonly path: string }): number[] {
  return allPids().filter(
    (pid) => environmentOf(pid, 'CLUSTER_TWIN_RUN') === run.runId || processLink(pid, 'cwd')?.startsWith(run.path),
  );
}

/** Those processes of the run's journal that still run. Read the journal while the folder is there. */
export function survivors(journal: ReturnType<typeof journaledProcesses>): number[] {
  return journal.filter((entry) => isSameProcess(entry.pid, entry.startTicks)).map((entry) => entry.pid);
}

/** True when neither the folder nor a process of the run is left. */
export function isGone(run: { readonly runId: string; readonly path: string }): boolean {
  return !existsSync(run.path) && markedPids(run).length === 0;
}

/** True while the kernel has this segment of System V shared memory. */
export function segmentExists(id: number): boolean {
  const lines = readFileSync('/proc/sysvipc/shm', 'utf8').split('\n');
  return lines.some((line) => Number(line.trim().split(/\s+/)[1]) === id);
}
