/** Who started a run: written on everything of it, so that a later start knows which runs are dead. */
import { readFileSync, readlinkSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/** On every container and network: the run's id. */
export const RUN_LABEL = 'cluster-twin.run';
/** On every container and network: its `Owner` as JSON. */
export const OWNER_LABEL = 'cluster-twin.owner';

export interface Owner {
  readonly pid: number;
  /** Clock ticks after boot at which it started; a pid alone names nobody for long. Absent where there is no /proc. */
  readonly startTicks?: number;
  /** Its name and, where it has one, its machine id: of another machine nothing is known. */
  readonly machine: string;
  /** What ran in another boot of that machine is dead. Empty where there is no /proc. */
  readonly boot: string;
  /** Outside of it the pid means nothing. */
  readonly pidNamespace: string;
}
export interface Run {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
}

export function makeRun(): Run {
  const owner = thisOwner();
  const id = `${owner.pid}-${randomBytes(4).toString('hex')}`;
  return { id, labels: { [RUN_LABEL]: id, [OWNER_LABEL]: JSON.stringify(owner) } };
}

/** True only when the owner can be judged from here and does not live. */
export function isDead(label: string | undefined): boolean {
  const owner = parsed(label);
  const here = thisWorld();
  if (owner?.machine !== here.machine) return false;
  if (owner.boot !== here.boot) return true;
  if (owner.pidNamespace !== here.pidNamespace) return false;
  return owner.startTicks === undefined ? !answers(owner.pid) : startTicksOf(owner.pid) !== owner.startTicks;
}

/** True when this very process started it. */
export const isOwn = (label: string | undefined): boolean => label === JSON.stringify(thisOwner());

function thisOwner(): Owner {
  const startTicks = startTicksOf(process.pid);
  return { pid: process.pid, ...thisWorld(), ...(startTicks === undefined ? {} : { startTicks }) };
}

function thisWorld(): Pick<Owner, 'machine' | 'boot' | 'pidNamespace'> {
  const textOf = (file: string): string => attempt(() => readFileSync(file, 'utf8').trim()) ?? '';
  return {
    machine: `${hostname()} ${textOf('/etc/machine-id')}`.trim(),
    boot: textOf('/proc/sys/kernel/random/boot_id'),
    pidNamespace: attempt(() => readlinkSync('/proc/self/ns/pid')) ?? '',
  };
}

/** Undefined for a process that is gone or only waits to be collected. */
function startTicksOf(pid: number): number | undefined {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  // Field 2, the name, may hold blanks and parentheses: fields are counted from the last parenthesis.
  const [state, ...rest] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  return state === undefined || state === 'Z' || state === 'X' ? undefined : Number(rest[18]);
}

const answers = (pid: number): boolean => attempt(() => process.kill(pid, 0)) ?? false;
const parsed = (label = ''): Owner | undefined => attempt(() => JSON.parse(label) as Owner);

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
