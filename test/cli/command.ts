/** Runs the command line as a user does and gives back what it said and how it ended. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export const ROOT = join(import.meta.dirname, '..', '..');
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}
export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Files that the command finds in the place of others, as if they had been edited; both relative to the project or absolute. */
  readonly swaps?: Readonly<Record<string, string>>;
  /** Where it is typed; default: the clone. */
  readonly cwd?: string;
  /** JavaScript that runs in the command's process before it. */
  readonly before?: string;
}

const SWAP = join(import.meta.dirname, 'swap.ts');
export const urlOf = (file: string): string => pathToFileURL(join(file.startsWith('/') ? '/' : ROOT, file)).href;

/** Arguments for Node and variables that bring a command's preloads in. */
function preloads({ swaps, before }: StartOptions): { args: string[]; env: Record<string, string> } {
  const pairs = Object.entries(swaps ?? {}).map(([file, other]) => [urlOf(file), urlOf(other)]);
  return {
    args: [
      ...(pairs.length > 0 ? ['--import', pathToFileURL(SWAP).href] : []),
      ...(before === undefined ? [] : ['--import', `data:text/javascript,${encodeURIComponent(before)}`]),
    ],
    env: pairs.length > 0 ? { TWIN_TEST_SWAPS: JSON.stringify(Object.fromEntries(pairs)) } : {},
  };
}

/** Starts `twin ARGS…`; not in CI, without colours, unless `env` says otherwise. */
export function start(args: readonly string[], options: StartOptions = {}): ChildProcess {
  const preload = preloads(options);
  const base = { ...process.env, CI: '', NO_COLOR: '1', NODE_COMPILE_CACHE: join(ROOT, '.cache', 'compile') };
  return spawn(process.execPath, [...preload.args, join(ROOT, 'sim', 'cli', 'main.ts'), ...args], {
    cwd: options.cwd ?? ROOT,
    env: { ...base, ...preload.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
export async function ended(child: ChildProcess): Promise<Ended> {
  let [out, err] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (err += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}
export const twin = (args: readonly string[], options?: StartOptions): Promise<Ended> => ended(start(args, options));

/** Root may write anywhere: from the first write on it is an ordinary user who does. Before it, files of a clone in a closed folder are read. */
export const NOBODY_WRITES = `
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  const { mkdirSync } = fs;
  fs.mkdirSync = (...args) => {
    if (process.getuid() === 0) process.setuid(65534);
    return mkdirSync(...args);
  };
  syncBuiltinESMExports();`;

export interface Folder extends Disposable {
  readonly path: string;
}
/** A folder that is gone when the test is. */
export function temporaryFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'twin-test-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** True when text shows where in the code something happened: that is for us, never for users. */
export const showsStack = (text: string): boolean => /\n\s+at .+:\d+:\d+/.test(text);
