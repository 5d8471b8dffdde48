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
}

/**
 * Runs a program to its end.
 *
 * @returns its standard output when `quiet`, else the empty string
 * @throws SimError `SIM_RUNTIME_UNAVAILABLE` when it is missing or does not exit with 0; the message ends with what it said
 */
export function command(program: string, args: readonly string[], options: CommandOptions = {}): string {
  const done = spawnSync(program, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    input: options.input ?? '',
    stdio: ['pipe', options.quiet ? 'pipe' : 'inherit', options.quiet ? 'pipe' : 'inherit'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (done.error) throw unavailable(`${program}: ${done.error.message}`);
  if (done.status !== 0) {
    const how = done.signal ? `was ended by ${done.signal}` : `exited ${done.status}`;
    throw unavailable(`${program} ${args.join(' ')}: ${how}\n${(done.stderr ?? '').trim()}`.trim());
  }
  return done.stdout ?? '';
}

function unavailable(message: string): SimError {
  return new SimError('SIM_RUNTIME_UNAVAILABLE', message);
}
