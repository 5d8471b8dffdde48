/** A real Redis (or Valkey) on a loopback address, without persistence, as the reference cluster runs it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnPart, type Part } from './processes.ts';
import type { RedisProgram } from './redis-program.ts';
import type { RunDirectory } from './run-directory.ts';

export { findRedis, presentRedis, type RedisProgram } from './redis-program.ts';

export interface RedisOptions {
  readonly program: RedisProgram;
  /** Also its folder in the run. */
  readonly name: string;
  /** A loopback address. */
  readonly host: string;
  readonly port: number;
  /** Absent: none is asked for, as in the reference cluster. */
  readonly password?: string;
}

/** Starts Redis. It accepts connections some 20 ms later, or exits and says why in its lines (a port that is taken). */
export function startRedis(run: RunDirectory, options: RedisOptions): Part {
  if (!options.host.startsWith('127.')) throw new Error(`Redis listens on loopback only, not on ${options.host}`);
  const folder = join(run.path, options.name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const config = join(folder, 'redis.conf');
  // In a file: a password on the command line could be read by everybody on the host.
  writeFileSync(config, configuration(options, folder), { mode: 0o600 });
  const { path, env } = options.program;
  return spawnPart(run, { name: options.name, command: path, args: [config], env, cwd: folder });
}

function configuration(options: RedisOptions, folder: string): string {
  const lines = [
    `bind ${options.host}`,
    `port ${options.port}`,
    // Protection against strangers from the network: none reaches a loopback address, and Redis 6 would count 127.41.x as one.
    'protected-mode no',
    'save ""',
    'appendonly no',
    'daemonize no',
    `dir "${folder}"`,
    'logfile ""',
  ];
  if (options.password !== undefined) lines.push(`requirepass "${options.password}"`);
  return `${lines.join('\n')}\n`;
}
