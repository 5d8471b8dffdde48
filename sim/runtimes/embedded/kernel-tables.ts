/** What the kernel holds for processes: listening sockets and System V shared memory. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { processLink } from './process-table.ts';

const [ESTABLISHED, LISTEN] = ['01', '0A'];

/** TCP sockets this process listens on, as `127.0.0.1:80` or `[::]:80`. */
export function listenersOf(pid: number): string[] {
  const sockets = socketsOf(pid);
  return sockets.size === 0
    ? []
    : listeners(pid).flatMap(({ address, inode }) => (sockets.has(inode) ? [address] : []));
}
/** Addresses at the other ends of this process's open TCP connections. */
export function connectedTo(pid: number): string[] {
  const sockets = socketsOf(pid);
  return sockets.size === 0
    ? []
    : socketTable(pid, ESTABLISHED).flatMap(({ remote, inode }) => (sockets.has(inode) ? [remote] : []));
}
/** Inode of each socket of a process → its descriptor. */
function socketsOf(pid: number): ReadonlyMap<string, string> {
  try {
    return new Map(
      readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
        const inode = /^socket:\[(\d+)\]$/.exec(processLink(pid, `fd/${fd}`) ?? '')?.[1];
        return inode === undefined ? [] : [[inode, fd] as const];
      }),
    );
  } catch {
    return new Map();
  }
}

/** TCP sockets that anybody listens on; none where there is no /proc. */
export const allListeners = (): string[] => listeners('self').map(({ address }) => address);

/** An address as the listeners that take connections to it have it: there, or on all addresses. */
const takersOf = (host: string, port: number): string[] => [host, '0.0.0.0', '[::]'].map((one) => `${one}:${port}`);
/** Whether anybody takes connections to this address. */
export function isListenedOn(host: string, port: number): boolean {
  const wanted = takersOf(host, port);
  return allListeners().some((address) => wanted.includes(address));
}

/**
 * The same, to be asked again and again: as long as one of these processes keeps the socket that it listens on, one link
 * is read instead of a table of all that this machine has.
 */
export function listenedOn(pids: readonly number[], host: string, port: number): () => boolean {
  const wanted = takersOf(host, port);
  const inodes = listeners('self').flatMap(({ address, inode }) => (wanted.includes(address) ? [inode] : []));
  const held = pids.flatMap((pid) => {
    const sockets = socketsOf(pid);
    return inodes.flatMap((inode) => {
      const fd = sockets.get(inode);
      return fd === undefined ? [] : [{ pid, link: `fd/${fd}`, socket: `socket:[${inode}]` }];
    });
  });
  return () => held.some(({ pid, link, socket }) => processLink(pid, link) === socket) || isListenedOn(host, port);
}

interface SocketRow {
  readonly address: string;
  readonly remote: string;
  readonly inode: string;
}
/** Every listening TCP socket that a process can see. */
const listeners = (pid: number | 'self'): SocketRow[] => socketTable(pid, LISTEN);
/** Every TCP socket in this state that a process can see. */
function socketTable(pid: number | 'self', wanted: string): SocketRow[] {
  return ['tcp', 'tcp6'].flatMap((table) =>
    textOf(`/proc/${pid}/net/${table}`)
      .split('\n')
      .flatMap((line) => {
        const [, local = '', remote = '', state, , , , , , inode] = line.trim().split(/\s+/);
        return state === wanted && inode !== undefined
          ? [{ address: readable(local), remote: readable(remote), inode }]
          : [];
      }),
  );
}

/** IPv4 within IPv6, four bytes in the machine's order behind ten zero bytes and two of ones. */
const MAPPED = /^0{16}FFFF0000(.{8})$/;
/** `0209297F:1538`, bytes in the machine's order, is 127.41.9.2:5432. */
function readable(local: string): string {
  const [address = '', port = ''] = local.split(':');
  const number = Number.parseInt(port, 16);
  const short = MAPPED.exec(address)?.[1] ?? address;
  const bytes = short.match(/../g)?.map((byte) => Number.parseInt(byte, 16)) ?? [];
  if (short.length === 8) return `${bytes.toReversed().join('.')}:${number}`;
  const words = short.match(/.{8}/g)?.map((word) => (word.match(/../g) ?? []).toReversed().join('')) ?? [];
  const groups =
    words
      .join('')
      .match(/.{4}/g)
      ?.map((group) => Number.parseInt(group, 16).toString(16)) ?? [];
  return `[${groups
    .join(':')
    .replace(/^(?:0:)+/, '::')
    .replace(/^::0$/, '::')}]:${number}`;
}

/** Ids of the segments that servers below this run folder made and left (line 7 of a `postmaster.pid` is `key id`). */
export const segmentsOf = (runFolder: string): number[] => segmentsBelow(runFolder).map((segment) => segment.id);
/** Whether a process still uses one of them. */
export const isInUse = (runFolder: string): boolean => segmentsBelow(runFolder).some((segment) => segment.attached > 0);

interface Segment {
  readonly id: number;
  readonly creator: number;
  /** How many processes have it in their memory. */
  readonly attached: number;
}
function segmentsBelow(runFolder: string): Segment[] {
  const segments = textOf('/proc/sysvipc/shm')
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .map(([, id = 0, , , creator = 0, , attached = 0]): Segment => ({ id, creator, attached }));
  return postmasterFiles(runFolder).flatMap((file) => {
    const lines = textOf(file).split('\n');
    const creator = Math.abs(Number(lines[0]));
    const id = Number(lines[6]?.trim().split(/\s+/)[1]);
    return segments.filter((segment) => segment.id === id && segment.creator === creator);
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
