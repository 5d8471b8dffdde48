/** What the kernel holds for processes: listening sockets and System V shared memory. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { processLink } from './process-table.ts';

const LISTEN = '0A';

/** TCP sockets this process listens on, as `address:port`; IPv4 only, for every part of a twin lives in 127.0.0.0/8. */
export function listenersOf(pid: number): string[] {
  try {
    const inodes = new Set(
      readdirSync(`/proc/${pid}/fd`).flatMap(
        (fd) => /^socket:\[(\d+)\]$/.exec(processLink(pid, `fd/${fd}`) ?? '')?.[1] ?? [],
      ),
    );
    return listenersSeenBy(pid).flatMap(({ address, inode }) => (inodes.has(inode) ? [address] : []));
  } catch {
    return [];
  }
}

/** TCP sockets that anybody listens on, as `address:port`; none where there is no /proc. */
export function allListeners(): string[] {
  try {
    return listenersSeenBy('self').map(({ address }) => address);
  } catch {
    return [];
  }
}

function listenersSeenBy(pid: number | 'self'): { readonly address: string; readonly inode: string }[] {
  const table = readFileSync(`/proc/${pid}/net/tcp`, 'utf8');
  return table.split('\n').flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    return state === LISTEN && local !== undefined && inode !== undefined ? [{ address: readable(local), inode }] : [];
  });
}

/** `0209297F:1538`, bytes in the machine's order, is 127.41.9.2:5432. */
function readable(local: string): string {
  const [address = '', port = ''] = local.split(':');
  const bytes = address.match(/../g)?.map((byte) => Number.parseInt(byte, 16)) ?? [];
  return `${bytes.toReversed().join('.')}:${Number.parseInt(port, 16)}`;
}

/** Ids of the segments that servers below this run folder made and left (line 7 of a `postmaster.pid` is `key id`). */
export function segmentsOf(runFolder: string): number[] {
  if (!existsSync('/proc/sysvipc/shm')) return [];
  const segments = readFileSync('/proc/sysvipc/shm', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([, id, , , creator]) => ({ id: Number(id), creator: Number(creator) }));
  return postmasterFiles(runFolder).flatMap((file) => {
    const lines = textOf(file).split('\n');
    const creator = Math.abs(Number(lines[0]));
    const id = Number(lines[6]?.trim().split(/\s+/)[1]);
    return segments.some((segment) => segment.id === id && segment.creator === creator) ? [id] : [];
  });
}

function postmasterFiles(runFolder: string): string[] {
  const parts = below(runFolder);
  return [...parts, ...parts.flatMap(below)]
    .map((folder) => join(folder, 'postmaster.pid'))
    .filter((file) => existsSync(file));
}

/** Folders in this one; none when a warden has just removed it. */
function below(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.flatMap((entry) => (entry.isDirectory() ? [join(folder, entry.name)] : []));
  } catch {
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
