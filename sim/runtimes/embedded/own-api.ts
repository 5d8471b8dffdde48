/**
 * The user's own api in the place of ours: a line for the shell, which is told by its environment where everything is.
 * docs/own-api.md says what it must do, and what cannot be judged where it does not.
 */
import { homedir } from 'node:os';
import type { HostPort } from '../../parts/config.ts';
import { spawnPart, type Part } from './processes.ts';
import type { RunDirectory } from './run-directory.ts';
import { SHELL } from './shell.ts';

export interface OwnApi {
  readonly command: string;
  /** As reports call it. */
  readonly name: string;
  /** Where the line is run: where the command was typed. */
  readonly folder: string;
}
export interface OwnSurroundings {
  readonly pod: string;
  readonly listen: HostPort;
  /** Entries of wires as seen from the pod's node; undefined: the topology has none. */
  readonly database: HostPort | undefined;
  readonly redis: HostPort | undefined;
  readonly login: { readonly user: string; readonly password: string; readonly name: string };
  readonly tokenSecret: string;
}

/** Addresses, not names: a foreign program asks the host's resolver, which knows nothing of the twin. */
export function environmentOf(around: OwnSurroundings): Record<string, string> {
  const { database, redis, login, listen } = around;
  const at = ({ host, port }: HostPort): string => `${host}:${port}`;
  return {
    PORT: String(listen.port),
    HOST: listen.host,
    POD_NAME: around.pod,
    TOKEN_SECRET: around.tokenSecret,
    HOME: homedir(),
    ...(database && {
      DATABASE_URL: `postgres://${login.user}:${login.password}@${at(database)}/${login.name}?sslmode=require`,
    }),
    ...(redis && { REDIS_URL: `redis://${at(redis)}/0` }),
  };
}

export const spawnOwnApi = (
  run: RunDirectory,
  own: OwnApi,
  name: string,
  env: Readonly<Record<string, string>>,
): Part => spawnPart(run, { name, command: SHELL, args: ['-c', own.command], cwd: own.folder, isShell: true, env });
