/**
 * A run of the embedded runtime: its folder, and the warden that empties it. There is one way down for every end of a
 * run: the pipe to the warden closes. Orderly ends close it; SIGKILL makes the kernel close it.
 */
import { spawn, type StdioOptions } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createRunDirectory, type RunDirectory } from './run-directory.ts';

export interface Run extends RunDirectory, AsyncDisposable {
  /** Ends every process of the run, frees its shared memory, removes its folder. Settles when all is gone; may be called twice. */
  close(): Promise<void>;
}

/** Opens a run: makes its folder and sets its warden. */
export function openRun(): Run {
  const directory = createRunDirectory();
  const { warden, gone } = startWarden(directory, ['pipe', 'ignore', 'ignore']);
  warden.unref();
  // The pipe breaks when somebody killed the warden; close() then sets a second one.
  warden.stdin?.on('error', () => {});
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    warden.ref();
    warden.stdin?.end();
    await gone;
    if (existsSync(directory.path)) await reap(directory);
  };
  const closeOnce = (): Promise<void> => (closing ??= close());
  return { ...directory, close: closeOnce, [Symbol.asyncDispose]: closeOnce };
}

/** Does at once what a run's warden does when its pipe closes, for a run whose warden is gone too. */
export async function reap(run: RunDirectory): Promise<void> {
  await startWarden(run, 'ignore').gone;
}

/** A session of its own: Ctrl-C at the terminal is for the command, the warden waits for the pipe. */
function startWarden(run: RunDirectory, stdio: StdioOptions) {
  const script = fileURLToPath(new URL('warden.sh', import.meta.url));
  const warden = spawn('sh', [script, run.path, run.runId], { cwd: '/', detached: true, stdio });
  const gone = new Promise<void>((settle) => {
    warden.once('exit', () => settle());
    warden.once('error', () => settle());
  });
  return { warden, gone };
}
