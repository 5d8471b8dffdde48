import { spawnSync } from 'node:child_process';
import { SimError } from '../../sim/errors.ts';

/** Where and with what a command runs; its output goes to ours unless `quiet`. */
export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Text given on standard input. */
  readonly input?: string;
  /** Keep standard output for the caller instead of showing it. */
  readonly quiet?: boolean;
  /** It is killed after so long. */
  readonly limitMs?: number;
}

/** The longest takes half a minute on a slow machine, two with nothing cached: what takes longer hangs. */
const LIMIT_MS = 300_000;
/** Lines of its output that tell where it failed. */
const TOLD_LINES = 20;

/**
 * Runs a program to its end.
 *
 * @returns its standard output when `quiet`, else the empty string
 * @throws SimError `SIM_RUNTIME_UNAVAILABLE` when it is missing, does not exit with 0, or does not end in time; the
 *   message ends with what it said last
 */
export function command(program: string, args: readonly string[], options: CommandOptions = {}): string {
  const { limitMs = LIMIT_MS } = options;
  const done = spawnSync(program, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    input: options.input ?? '',
    stdio: ['pipe', options.quiet ? 'pipe' : 'inherit', options.quiet ? 'pipe' : 'inherit'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    timeout: limitMs,
    killSignal: 'SIGKILL',
  });
  const hung = (done.error as NodeJS.ErrnoException | undefined)?.code === 'ETIMEDOUT';
  if (done.error && !hung) throw unavailable(`${program}: ${done.error.message}`);
  if (hung || done.status !== 0) {
    const ended = done.signal ? `was ended by ${done.signal}` : `exited ${done.status}`;
    const how = hung ? `had not ended after ${limitMs / 1000} s` : ended;
    const told = [done.stdout, done.stderr].map((text) => lastLines(text ?? ''));
    throw unavailable([`${program} ${args.join(' ')}: ${how}`, ...told].filter(Boolean).join('\n'));
  }
  return done.stdout ?? '';
}

/** The end of what was printed, without blank lines around it. */
export function lastLines(text: string, count = TOLD_LINES): string {
  return text.trim().split('\n').slice(-count).join('\n');
}

function unavailable(message: string): SimError {
  return new SimError('SIM_RUNTIME_UNAVAILABLE', message);
}
