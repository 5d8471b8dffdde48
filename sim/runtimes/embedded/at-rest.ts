/**
 * A program hangs where it waits for what comes. Stopped in the middle of an answer it would go on from there when it is
 * resumed, and serve those who had asked meanwhile before it hears of a signal that was sent first: of a Redis that is
 * restarted while it hangs, they would have lists that no user of a hung Redis gets.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Part } from './processes.ts';

/** System calls in which programs wait (linux, unistd.h): epoll_wait, epoll_pwait, epoll_pwait2, poll, ppoll, select, pselect6, wait4. */
const WAITS: Readonly<Record<string, readonly string[]>> = {
  x64: ['232', '281', '441', '7', '271', '23', '270', '61'],
  arm64: ['22', '441', '73', '72', '260'],
};
/** What never rests is stopped as it is, this many tries and about as many milliseconds later. */
const TRIES = 20;

/** Stops a part and all below it. @see Part.pause */
export async function pauseAtRest(part: Part): Promise<void> {
  for (let tries = 1; tries < TRIES; tries++) {
    part.pause();
    if (await stoppedWaiting(part.pid)) return;
    part.resume();
    await delay(1);
  }
  part.pause();
}

/**
 * Of a process that has been sent SIGSTOP: whether it stops in a call in which it waits; true too where it is gone, or not ours
 * to look at. @see proc_pid_syscall(5)
 */
async function stoppedWaiting(pid: number): Promise<boolean> {
  for (let looks = 0; looks < TRIES; looks++) {
    const call = systemCallOf(pid);
    if (call !== 'running') return call === undefined || (WAITS[process.arch]?.includes(call) ?? true);
    await delay(0);
  }
  return false;
}
/** Its number, "-1" in the program's own code, "running" as long as it is not stopped there. */
function systemCallOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/syscall`, 'utf8').trim().split(' ')[0];
  } catch {
    return undefined;
  }
}
