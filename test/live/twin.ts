/** A live rehearsal as a command of its own, followed by its journal. */
import type { ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Entry } from '../../sim/runtimes/entries.ts';
import { ended, start, temporaryFolder, type Ended, type Folder, type StartOptions } from '../cli/command.ts';
import { leftOf, tracesOf, type Traces } from './traces.ts';

const LOOK_EVERY_MS = 10;
/** Far beyond anything but a defect, also beside busy neighbours. */
const PATIENCE_MS = 60_000;
/** A warden needs a tenth of a second. */
const CLEANING_MS = 10_000;

export interface LiveTwin extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** Its journal until now. */
  entries(): Entry[];
  /** Settles when its journal shows it. @throws when the command ends before */
  until(what: string, shown: (entries: readonly Entry[]) => boolean): Promise<void>;
  /** What it holds now; remembered for `left`. */
  traces(): Traces;
  /** Settles when nothing is left of what `traces` saw, nor of anything else of its runs. */
  nothingLeft(): Promise<void>;
}

/** Starts `twin rehearse` on embedded with a shortened redis-down, one twin at a time unless told otherwise. */
export function rehearseLive(
  scenario: 'dead' | 'hung' | 'standstill',
  args: readonly string[] = [],
  options: StartOptions = {},
): LiveTwin {
  const swaps = { 'scenarios/redis-down.ts': `test/live/scenarios/${scenario}.ts`, ...options.swaps };
  return followed(['rehearse', 'redis-down', '--no-fetch', ...args], { ...options, swaps });
}

export interface UpTwin extends LiveTwin {
  /** What it has printed until now. */
  printed(): string;
  /** Settles when it says that it is up. */
  readonly isUp: Promise<void>;
}
/** Starts `twin up` on embedded. */
export function upLive(args: readonly string[] = []): UpTwin {
  const live = followed(['up', '--no-fetch', ...args]);
  let text = '';
  const isUp = new Promise<void>((resolve, reject) => {
    live.child.stdout?.on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('up in') && text.includes('curl /api/tasks/')) resolve();
    });
    void live.ended.then((end) => reject(new Error(`ended before it was up: ${JSON.stringify(end)}`)));
  });
  isUp.catch(() => undefined);
  return { ...live, printed: () => text, isUp };
}

/** A command that stores its run in a folder of its own, followed by its journal. */
export function followed(args: readonly string[], options: StartOptions = {}): LiveTwin {
  const out = temporaryFolder();
  const child = start([...args, '--out', out.path], options);
  const pid = child.pid ?? 0;
  const root = options.env?.['TMPDIR'];
  const whole = ended(child);
  let over = false;
  void whole.then(() => (over = true));
  let held: Traces = { folders: [], processes: [], sockets: [], sharedFiles: [], segments: [] };
  const entries = (): Entry[] => journalIn(out.path);
  return {
    child,
    pid,
    ended: whole,
    entries,
    async until(what, shown) {
      for (const endMs = performance.now() + PATIENCE_MS; !shown(entries()); await delay(LOOK_EVERY_MS)) {
        if (over && !shown(entries())) throw new Error(`ended before ${what}: ${JSON.stringify(await whole)}`);
        if (performance.now() > endMs) throw new Error(`still not so after ${PATIENCE_MS} ms: ${what}`);
      }
    },
    traces: () => (held = tracesOf(pid, root)),
    async nothingLeft() {
      for (
        const endMs = performance.now() + CLEANING_MS;
        leftOf(pid, held, root).length > 0;
        await delay(LOOK_EVERY_MS)
      )
        if (performance.now() > endMs) throw new Error(`left behind:\n${leftOf(pid, held, root).join('\n')}`);
    },
    async [Symbol.asyncDispose]() {
      if (!over) child.kill('SIGKILL');
      await whole;
      out[Symbol.dispose]();
    },
  };
}

/** A temporary folder of a command's own: what it leaves there is swept by no start beside it. */
export function ownTemporary(): Folder {
  const root = temporaryFolder();
  // Postgres is another user's.
  chmodSync(root.path, 0o711);
  return root;
}

/** The journal of the one run in a folder, without a last line that is being written. */
export function journalIn(out: string): Entry[] {
  const run = existsSync(out)
    ? readdirSync(out).find((name) => existsSync(join(out, name, 'journal.jsonl')))
    : undefined;
  if (run === undefined) return [];
  const lines = readFileSync(join(out, run, 'journal.jsonl'), 'utf8')
    .split('\n')
    .slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Entry);
}

/** True when the journal shows a step of this phase. */
export const inPhase =
  (phase: 'warm-up' | 'before' | 'during' | 'after') =>
  (entries: readonly Entry[]): boolean =>
    entries.some((entry) => entry.kind === 'step' && entry.phase === phase);
/** True when the journal shows that the fault is in force. */
export const faultApplied = (entries: readonly Entry[]): boolean =>
  entries.some((entry) => entry.kind === 'fault' && entry.state === 'applied');
/** True when the journal shows that all is played: what follows is the way down. */
export const played = (entries: readonly Entry[]): boolean => entries.some((entry) => entry.kind === 'play-end');
