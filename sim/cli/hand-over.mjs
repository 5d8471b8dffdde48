/** Runs something under the pinned Node and ends as it ends. Plain JavaScript for Node 20 and newer. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** The Node that package-lock.json pins. */
export const NODE = join(ROOT, 'node_modules', 'node', 'bin', 'node');
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * @param {readonly string[]} args  script and its arguments
 * @param {number} [startedMs]      when the command was typed, wall time; told to the command
 */
export function handOver(args, startedMs = Date.now()) {
  const env = {
    ...process.env,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(ROOT, '.cache', 'compile'),
    TWIN_STARTED_MS: String(startedMs),
  };
  // By the channel the child learns that we are gone, however we ended.
  const child = spawn(NODE, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env });
  // A terminal sends Ctrl-C to both of us: the child cleans up and says how it ended. A signal to us alone is passed on.
  for (const signal of SIGNALS)
    process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal)));
  child.once('error', (error) => {
    process.stderr.write(`the pinned Node does not start: ${error.message}\n  type: npm ci\n`);
    process.exit(5);
  });
  child.once('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal ?? 'SIGKILL'] ?? 9)));
}
