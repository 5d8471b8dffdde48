/**
 * A shell hands no signal on: SIGTERM ends it where it stands, and with it, as at the end of a container, what it runs. So
 * the programs are signalled themselves, and the shell ends with the last of them.
 */
import { readFileSync, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { childrenOf, processLink } from './process-table.ts';

/** The shell that runs a user's line. */
export const SHELL = '/bin/sh';

/** The processes that a signal to this one is meant for: itself, unless it is a shell that only waits for its children. */
export function programsOf(pid: number): number[] {
  const children = childrenOf(pid);
  const onlyWaits = children.length > 0 && processLink(pid, 'exe') === realpathSync(SHELL) && !catchesSigterm(pid);
  return onlyWaits ? children.flatMap(programsOf) : [pid];
}

/** Bit n - 1 of SigCgt stands for signal n. */
function catchesSigterm(pid: number): boolean {
  try {
    const mask = /^SigCgt:\s*(\w+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
    return ((BigInt(`0x${mask}`) >> BigInt(constants.signals.SIGTERM - 1)) & 1n) === 1n;
  } catch {
    return false;
  }
}
