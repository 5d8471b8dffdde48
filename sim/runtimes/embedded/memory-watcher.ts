/**
 * A container's memory limit without cgroups: the resident memory of its processes is looked at often, and past the
 * limit the container gets SIGKILL, as from the kernel. A page that several processes share counts for each of them.
 */
import { readFileSync } from 'node:fs';
import { childrenOf } from './process-table.ts';
import type { Part } from './processes.ts';

/**
 * How far a program can get past its limit: what it writes to in this time, in milliseconds. One that has not half of its
 * limit yet is looked at less often: a few tenths of a second is what it needs for the rest.
 */
const EVERY_MS = { near: 20, far: 100 };

/** Resident memory of one process; none when it is gone. @see proc(5), /proc/PID/status, VmRSS */
export function residentBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(textOf(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
}
/** A process and all below it. */
const treeBytes = (pid: number): number =>
  childrenOf(pid).reduce((sum, child) => sum + treeBytes(child), residentBytes(pid));
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Watches a container until it ends; afterwards it tells whether its limit was what ended it. */
export function watchMemory(part: Part, limitBytes: number): { readonly isExceeded: boolean } {
  const state = { isExceeded: false };
  const look = (): void => {
    if (part.exit !== undefined) return;
    const bytes = treeBytes(part.pid);
    if (bytes > limitBytes) state.isExceeded = part.kill('SIGKILL');
    else setTimeout(look, bytes > limitBytes / 2 ? EVERY_MS.near : EVERY_MS.far).unref();
  };
  look();
  return state;
}
