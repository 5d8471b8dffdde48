/** Runs the command line as a user does and gives back what it said and how it ended. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}
export function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  const base = { ...process.env, CI: '', NO_COLOR: '1', NODE_COMPILE_CACHE: join(ROOT, '.cache', 'compile') };
  return spawn(process.execPath, [join(ROOT, 'sim', 'cli', 'main.ts'), ...args], {
    cwd: ROOT,
    env: { ...base, ...env },
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
export const twin = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  ended(start(args, env));
