/** One of our own parts as a process. */
import { partFile } from '../../parts/sibling-url.ts';
import { talkWith, type Message, type Talk } from '../talk.ts';
import { spawnPart, type Part } from './processes.ts';
import type { RunDirectory } from './run-directory.ts';

export interface PartProcess extends Talk {
  readonly part: Part;
}

export interface PartProcessOptions {
  readonly role: string;
  readonly name: string;
  readonly config: unknown;
  readonly compileCache: string;
  readonly args?: readonly string[];
  readonly onMessage?: (message: Message) => void;
}

export function startPartProcess(run: RunDirectory, options: PartProcessOptions): PartProcess {
  const { talk, hear } = talkWith(() => ({ write: (line) => part.send(line), gone: part.exited }), options.onMessage);
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
    onLine: (line, stream) => {
      if (stream === 'stdout') hear(line);
    },
  });
  return { part, ...talk };
}
