/** Reads Linux's process table. A pid alone names nobody for long: with its start time it does. */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

export interface ProcessRecord {
  readonly pid: number;
  readonly parentPid: number;
  /** Clock ticks (10 ms) since the machine booted: field 22 of /proc/PID/stat. */
  readonly startTicks: number;
  /** Pid of the process that leads its session; nobody else gets that pid as long as there is the session. */
  readonly session: number;
}

/** The record of a process that runs, is stopped or sleeps; undefined when there is none, or only a zombie is left. */
export function processRecord(pid: number): ProcessRecord | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // Field 2, the name, may hold blanks and parentheses: count fields from the last parenthesis.
  const [state, parentPid, , session, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === 'Z' || state === 'X') return undefined;
  return { pid, parentPid: Number(parentPid), startTicks: Number(rest[15]), session: Number(session) };
}

export function isSameProcess(pid: number, startTicks: number): boolean {
  return processRecord(pid)?.startTicks === startTicks;
}

export function allPids(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid > 0);
}

/** Pids that a process started itself, from whichever of its threads. @see proc(5), /proc/PID/task/TID/children */
export function childrenOf(pid: number): number[] {
  const tasks = `/proc/${pid}/task`;
  return unlessGone(() => readdirSync(tasks))
    .flatMap((thread) => unlessGone(() => readFileSync(`${tasks}/${thread}/children`, 'utf8').split(' ')))
    .map(Number)
    .filter((child) => child > 0);
}
/** None of a process, or of a thread, that is gone. */
function unlessGone(read: () => string[]): string[] {
  try {
    return read();
  } catch {
    return [];
  }
}

/** Pids below `root`, children before grandchildren; `root` itself is not among them. */
export function descendants(root: number): number[] {
  const records = allPids().flatMap((pid) => processRecord(pid) ?? []);
  const found = [root];
  for (const parent of found) for (const record of records) if (record.parentPid === parent) found.push(record.pid);
  return found.slice(1);
}

/** The value of one variable in a process's environment at its start; undefined when unset, unreadable or overwritten. */
export function environmentOf(pid: number, name: string): string | undefined {
  return environmentText(pid)
    .split('\0')
    .find((entry) => entry.startsWith(`${name}=`))
    ?.slice(name.length + 1);
}
/** Whether it wrote its title there, as Redis and Postgres do, and filled up with zeros: no environment has an empty entry. */
export const hasOverwrittenEnvironment = (pid: number): boolean => /(?:^|\0)\0/.test(environmentText(pid));
/** Whether one can read there with what it was started. */
export const hasEnvironment = (pid: number): boolean => /(?:^|\0)[A-Za-z_][A-Za-z0-9_]*=/.test(environmentText(pid));

/** As it was at its start, each entry with a zero behind it; empty when it is gone or not ours to read. */
function environmentText(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}

/** What a link under /proc/PID points at (`cwd`, `ns/pid`, `fd/7`); undefined when it is gone or not ours to read. */
export function processLink(pid: number | 'self', link: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/${link}`);
  } catch {
    return undefined;
  }
}

/** The command line of a process, for people to read; empty when it is gone. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}
