/** Rehearses a copy of the project as CI would and tells how that ended. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { readJournal } from '../../reports/read.ts';
import type { RunSummary } from '../../sim/scenario/summary.ts';
import { makeCopy, ROOT } from './copy.ts';
import type { Patch } from './mutant.ts';
import { waitsIn, type Waits } from './waits.ts';

export interface Setting {
  readonly runtime: 'model' | 'embedded';
  readonly seed: number;
  /** None: all there are. */
  readonly scenarios: readonly string[];
}
export interface Played {
  /** Exit code of the rehearsal; null when it had to be ended. */
  readonly exit: number | null;
  /** Absent when it ended without one. */
  readonly summary?: RunSummary;
  readonly waits: Waits;
  /** What it said last. */
  readonly said: string;
}
const RUNS = 'runs';
/** Past this a mutant has made the program hang, which no scenario can judge. */
const LIMIT_MS = { model: 120_000, embedded: 600_000 } as const;

function start(root: string, { runtime, seed, scenarios }: Setting) {
  const options = ['--runtime', runtime, '--seed', String(seed), '--parallel', '1', '--json', '--no-fetch'];
  const command = ['rehearse', ...scenarios, ...options, '--out', join(root, RUNS)];
  return spawn(process.execPath, [join(root, 'sim', 'cli', 'main.ts'), ...command], {
    cwd: root,
    // What was fetched or prepared once is the original's.
    env: { ...process.env, CI: '', GITHUB_ACTIONS: '', NO_COLOR: '1', TWIN_CACHE: join(ROOT, '.cache') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** @throws what `signal` was aborted with, once the rehearsal has cleaned up */
export async function play(patches: readonly Patch[], setting: Setting, signal: AbortSignal): Promise<Played> {
  signal.throwIfAborted();
  using copy = makeCopy(patches);
  const child = start(copy.root, setting);
  const end = (): void => void child.kill('SIGINT');
  signal.addEventListener('abort', end);
  const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS[setting.runtime]);
  let [out, said] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = `${said}${text}`.slice(-2_000)));
  try {
    const [exit] = (await once(child, 'close')) as [number | null];
    signal.throwIfAborted();
    if (out === '') return { exit, said: said.trim(), waits: new Map() };
    const summary = JSON.parse(out) as RunSummary;
    const { entries } = await readJournal(join(copy.root, RUNS, summary.runId));
    return { exit, said: said.trim(), summary, waits: waitsIn(entries) };
  } finally {
    clearTimeout(limit);
    signal.removeEventListener('abort', end);
  }
}
