/** Folders in the project's cache in which something is built before it is moved to its name in one step. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { isSameProcess } from './process-table.ts';
import { parseRunId, thisOwner } from './run-directory.ts';

const SCRATCH = /^\.scratch-(.+)$/;

/** A new folder of ours; those of processes that were killed are removed. @returns its path */
export function scratchFolder(cacheFolder: string): string {
  mkdirSync(cacheFolder, { recursive: true });
  for (const entry of readdirSync(cacheFolder)) {
    const owner = parseRunId(SCRATCH.exec(entry)?.[1] ?? '');
    if (owner === undefined || isSameProcess(owner.pid, owner.startTicks)) continue;
    rmSync(join(cacheFolder, entry), { recursive: true, force: true });
  }
  const { pid, startTicks } = thisOwner();
  const folder = join(cacheFolder, `.scratch-${pid}-${startTicks}-${randomBytes(4).toString('hex')}`);
  mkdirSync(folder);
  return folder;
}
