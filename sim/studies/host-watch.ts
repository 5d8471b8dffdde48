/** What this machine does to a live twin: how late its own loop runs, and spells in which everything stood still. */
import { availableParallelism, loadavg } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Journal, JournalEntry } from '../journal.ts';

const PERIOD_MS = 100;
/** A gap of the loop longer than this is not load: the twin was stopped. */
export const STALL_MS = 1_000;

export interface HostWatch extends Disposable {
  /** The journal to write to: it puts the host's figures before the end of the play. */
  readonly journal: Journal;
}

/** Watches until disposed. On the model it watches nothing: virtual time does not feel the machine. */
export function watchHost(runtime: string, play: string, journal: Journal): HostWatch {
  if (runtime === 'model') return { journal, [Symbol.dispose]: () => undefined };
  const lag = monitorEventLoopDelay({ resolution: 10 });
  lag.enable();
  let lastEntryMs = 0;
  let lastWallMs = performance.now();
  let beat = performance.now();
  const note = (entry: object): void =>
    journal.append({ ...entry, play, atMs: lastEntryMs + (performance.now() - lastWallMs) } as unknown as JournalEntry);
  const timer = setInterval(() => {
    const stalledMs = performance.now() - beat - PERIOD_MS;
    beat = performance.now();
    if (stalledMs > STALL_MS) note({ kind: 'stall', stalledMs: Math.round(stalledMs) });
  }, PERIOD_MS);
  timer.unref();
  return {
    journal: {
      append(entry) {
        if (entry.kind === 'play-end')
          note({
            kind: 'host',
            loadAverage: loadavg()[0] ?? 0,
            cores: availableParallelism(),
            lagP99Ms: Math.max(0, lag.percentile(99) / 1e6 - 10),
          });
        journal.append(entry);
        lastEntryMs = entry.atMs;
        lastWallMs = performance.now();
      },
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      lag.disable();
    },
  };
}
