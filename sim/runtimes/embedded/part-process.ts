/** One of our own parts as a process: its ready line, its tables, its messages (`sim/parts/config.ts` has the protocol). */
import { partFile } from '../../parts/sibling-url.ts';
import { spawnPart, type Part } from './processes.ts';
import type { RunDirectory } from './run-directory.ts';

export interface PartProcess {
  readonly part: Part;
  /** Settles when it listens; never when it dies before. */
  readonly ready: Promise<void>;
  /** Puts a table in force; settles when the part says so, or when it is gone. */
  table(table: unknown): Promise<void>;
  /** Any other message. */
  send(message: unknown): void;
}

export interface PartProcessOptions {
  readonly role: string;
  readonly name: string;
  readonly config: unknown;
  readonly compileCache: string;
  readonly args?: readonly string[];
  readonly onMessage?: (message: Readonly<Record<string, unknown>>) => void;
}

export function startPartProcess(run: RunDirectory, options: PartProcessOptions): PartProcess {
  const ready = Promise.withResolvers<void>();
  const acks = new Map<number, () => void>();
  let count = 0;
  const onLine = (line: string, stream: 'stdout' | 'stderr'): void => {
    if (stream === 'stderr' || !line.startsWith('{')) return;
    const message = parsed(line);
    if (message === undefined) return;
    if (message['ready'] === true) ready.resolve();
    else if (typeof message['ack'] === 'number') acks.get(message['ack'])?.();
    else options.onMessage?.(message);
  };
  const part = spawnPart(run, {
    name: options.name,
    command: process.execPath,
    args: [partFile(options.role), ...(options.args ?? [])],
    env: {
      TWIN_PART: JSON.stringify(options.config),
      TWIN_PARENT_PIPE: '1',
      NODE_COMPILE_CACHE: options.compileCache,
      NODE_OPTIONS: '--max-semi-space-size=2',
    },
    onLine,
  });
  const gone = part.exited.then(() => undefined);
  return {
    part,
    ready: ready.promise,
    table(table) {
      const id = ++count;
      const acknowledged = new Promise<void>((resolve) => acks.set(id, resolve));
      part.send(JSON.stringify({ id, table }));
      return Promise.race([acknowledged, gone]).finally(() => acks.delete(id));
    },
    send: (message) => part.send(JSON.stringify(message)),
  };
}

/** A protocol line, or undefined for a log line that happens to begin with a brace. */
function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}
