/**
 * The command line as a child process: what the package's entries are made of. A program that imports them may run on an
 * older Node than the twin needs, and its own signals, hooks and exit stay its own.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { commandOn, MISSING, pinnedNode } from '../cli/pinned-node.mjs';

/** A command that could not do what it was asked; the message is what it said. */
export class TwinError extends Error {
  /** 4 invalid input, 5 runtime not available, 70 a bug of ours, 130 ended: `npx twin help exit`. */
  readonly exitCode: number;
  constructor(message: string, exitCode: number) {
    super(message);
    this.name = 'TwinError';
    this.exitCode = exitCode;
  }
}

const TWIN = fileURLToPath(new URL('../cli/twin.mjs', import.meta.url));
/** Exit codes up to here say what came of a rehearsal. */
const EXIT_ANSWERED = 3;

/**
 * @param signal  ends the command in order: everything comes down before this rejects
 * @returns what it printed on standard output
 * @throws TwinError; the signal's reason when it was aborted
 */
export async function runTwin(args: readonly string[], signal?: AbortSignal): Promise<string> {
  const node = pinnedNode();
  if (node === undefined) throw new TwinError(MISSING, 5);
  const [command, ...rest] = commandOn(node, [TWIN, ...args]);
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const end = (): void => void child.kill('SIGTERM');
  if (signal?.aborted === true) end();
  signal?.addEventListener('abort', end, { once: true });
  try {
    const exitCode = await new Promise<number>((settle, reject) => {
      child.once('error', reject);
      child.once('close', (code) => settle(code ?? 70));
    });
    if (signal?.aborted === true) throw signal.reason;
    if (exitCode <= EXIT_ANSWERED) return out;
    throw new TwinError(err.trim(), exitCode);
  } finally {
    signal?.removeEventListener('abort', end);
  }
}
