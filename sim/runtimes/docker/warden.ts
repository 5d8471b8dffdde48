/**
 * Outlives the command that opened the run: when the pipe between them closes, however the command ended, what the run
 * made is removed. Containers are the engine's children, not ours; no signal of the kernel ends them with us.
 */
import { spawn } from 'node:child_process';
import type { Run } from './owner.ts';

/** Starts the warden of a run; disposing closes the pipe. */
export function startWarden(run: Run): Disposable {
  const child = spawn(process.execPath, [import.meta.filename, run.id], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  return { [Symbol.dispose]: () => void child.stdin.end() };
}

if (import.meta.main) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  process.stdin.resume().once('close', () => void removeAll(process.argv[2] ?? ''));
}

/** Loaded only now: a warden that waits is small. */
async function removeAll(id: string): Promise<void> {
  const [{ connectEngine }, { removeRun }] = await Promise.all([import('./engine.ts'), import('./reaper.ts')]);
  await removeRun(await connectEngine(), { id });
}
