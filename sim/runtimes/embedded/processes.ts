/**
 * Child processes that never outlive us: each bears the run's id, is journaled with its start time, and is signalled by
 * the kernel when we die (`setpriv --pdeathsig`, where the host has it).
 *
 * The parent-death signal hangs on the *thread* that spawned: call this from the main thread.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants as fileModes, mkdirSync } from 'node:fs';
import { constants } from 'node:os';
import { join, delimiter } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { LogTail, splitLines } from './log-tail.ts';
import { descendants, processRecord } from './process-table.ts';
import { journalProcess, RUN_MARKER, type RunDirectory } from './run-directory.ts';
import { programsOf } from './shell.ts';
import type { ServiceUser } from './user.ts';

export interface PartOptions {
  /** Also the name of its working folder below the run's, unless `cwd` names another one there. */
  readonly name: string;
  readonly command: string;
  readonly args?: readonly string[];
  /** Added to a bare environment (PATH, LANG, TZ): a part sees nothing of the user's own variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** In the run's folder for programs that overwrite their environment: a process is known as the run's by one of both. */
  readonly cwd?: string;
  /** `command` is a shell that runs a line of the user's: what the line runs is signalled, as the program of a container is. */
  readonly isShell?: boolean;
  /** Runs as this user; absent: as we do. */
  readonly user?: ServiceUser;
  /** Keeps root's right to walk through closed folders when `user` is given; needs `setpriv`. */
  readonly readAll?: boolean;
  /** What the kernel sends it when we die. Postgres frees its shared memory on SIGQUIT only. */
  readonly deathSignal?: 'SIGKILL' | 'SIGQUIT';
  /** Each line it prints, without its end. Lines of 64 KiB and more are cut. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  readonly onExit?: (exit: PartExit) => void;
}
/** As the kernel and a shell say it: 128 + signal for a killed process, 127 for a program that was not found. */
export interface PartExit {
  readonly code: number;
  readonly signal: NodeJS.Signals | undefined;
}
export interface Part {
  readonly name: string;
  readonly pid: number;
  readonly startTicks: number;
  readonly exited: Promise<PartExit>;
  /** Undefined as long as it runs. */
  readonly exit: PartExit | undefined;
  /** To the process alone; when it ends, the rest of its process group is killed, as at a container's end. False when it had ended. */
  kill(signal: NodeJS.Signals): boolean;
  /** SIGSTOP to the process and all below it; the kernel still accepts its connections. SIGKILL still works. */
  pause(): void;
  resume(): void;
  /** Writes one line to its standard input. */
  send(line: string): void;
  /** Its newest log lines, oldest first, of both streams. */
  lines(count: number): readonly string[];
}

/** Starts a process of the run. It may still fail to start: then it exits with 127 and says why in its lines. */
export function spawnPart(run: RunDirectory, options: PartOptions): Part {
  const cwd = options.cwd ?? join(run.path, options.name);
  mkdirSync(cwd, { recursive: true, mode: 0o700 });
  const [command, ...args] = commandLine(options);
  if (command === undefined) throw new Error('an empty command line');
  const child = spawn(command, args, {
    cwd,
    env: { ...bareEnvironment(), ...options.env, [RUN_MARKER]: run.runId },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.user !== undefined && options.readAll !== true ? options.user : {}),
  });
  const record = child.pid === undefined ? undefined : processRecord(child.pid);
  if (record !== undefined) {
    const quit = options.deathSignal === 'SIGQUIT';
    journalProcess(run, { pid: record.pid, startTicks: record.startTicks, quit, name: options.name });
  }
  return watch(child, options, record?.startTicks ?? 0);
}

function watch(child: ChildProcess, options: PartOptions, startTicks: number): Part {
  const tail = new LogTail();
  const pid = child.pid ?? 0;
  let exit: PartExit | undefined;
  const exited = new Promise<PartExit>((settle) => {
    const end = (code: number, signal: NodeJS.Signals | null): void => {
      if (exit !== undefined) return;
      // What it left of its group ends with it, as in a container.
      if (pid > 0) signalQuietly(-pid, 'SIGKILL');
      exit = { code, signal: signal ?? undefined };
      settle(exit);
      options.onExit?.(exit);
    };
    child.once('exit', (code, signal) => end(code ?? 128 + (signal === null ? 0 : constants.signals[signal]), signal));
    child.once('error', (error) => {
      tail.add(error.message);
      end(127, null);
    });
  });
  for (const stream of ['stdout', 'stderr'] as const) {
    splitLines(child[stream], (line) => {
      tail.add(line);
      options.onLine?.(line, stream);
    });
  }
  // A part that has ended does not read any more; its exit tells why.
  child.stdin?.on('error', () => {});
  const tree = (): number[] => [pid, ...descendants(pid)];
  return {
    name: options.name,
    pid,
    startTicks,
    exited,
    get exit() {
      return exit;
    },
    kill(signal) {
      if (exit !== undefined || pid <= 0) return false;
      const receivers = options.isShell === true && signal !== 'SIGKILL' ? programsOf(pid) : [pid];
      return receivers.map((one) => signalQuietly(one, signal)).includes(true);
    },
    pause() {
      if (exit === undefined) for (const one of tree()) signalQuietly(one, 'SIGSTOP');
    },
    resume() {
      if (exit === undefined) for (const one of tree()) signalQuietly(one, 'SIGCONT');
    },
    send: (line) => void child.stdin?.write(`${line}\n`),
    lines: (count) => tail.last(count),
  };
}

/** False where there is no such process, or for -pid no such group. @param signal  0 only asks */
export function signalQuietly(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

function commandLine(options: PartOptions): string[] {
  const program = [options.command, ...(options.args ?? [])];
  const setpriv = isMainThread || options.readAll ? findProgram('setpriv') : undefined;
  if (setpriv === undefined) return program;
  const death = isMainThread ? ['--pdeathsig', (options.deathSignal ?? 'SIGKILL').slice(3)] : [];
  return [
    setpriv,
    ...death,
    ...(options.user !== undefined && options.readAll === true ? readAllAs(options.user) : []),
    ...program,
  ];
}

/**
 * `setpriv` arguments: another user, none of root's rights but the one to read and to walk through any folder. The
 * secure bit keeps that right in access(2), by which initdb looks for its server; at the exec all others are gone.
 */
function readAllAs(user: ServiceUser): string[] {
  const right = '-all,+dac_read_search';
  return [
    `--reuid=${user.uid}`,
    `--regid=${user.gid}`,
    '--clear-groups',
    `--inh-caps=${right}`,
    `--ambient-caps=${right}`,
    '--securebits=+no_setuid_fixup',
  ];
}

function bareEnvironment(): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LANG: 'C.UTF-8', TZ: 'UTC' };
}

/** The path of a program as a shell would find it; undefined when there is none. */
export function findProgram(name: string, path = process.env['PATH'] ?? ''): string | undefined {
  for (const folder of path.split(delimiter)) {
    const file = join(folder === '' ? '.' : folder, name);
    try {
      accessSync(file, fileModes.X_OK);
      return file;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}
