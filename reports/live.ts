/** Follows a run in a terminal: redrawn in place where that is possible, otherwise a plain line at each change of phase. */
import type { Entry } from '../sim/runtimes/entries.ts';
import { cut, width } from './cells.ts';
import { Progress } from './progress.ts';
import { painter, widthOf, type TerminalOptions } from './terminal.ts';

export interface LiveOptions {
  readonly stream: TerminalOptions['stream'];
  /** How many plays the run will have. */
  readonly planned: number;
  /** Wall time, to redraw at most ten times a second. */
  readonly nowMs: () => number;
}
export interface Live {
  entry(entry: Entry): void;
  /** Leaves the cursor on a fresh line; nothing is drawn after it. */
  end(): void;
}
const REDRAW_MS = 100;
const CLEAR_LINE = '\r\u001B[K';

/** As many pieces as fit on one line; done ones give way first, and a single one too long is cut. */
function fit(pieces: readonly string[], cells: number): string {
  const kept = [...pieces];
  while (kept.length > 1 && width(kept.join('   ')) > cells) kept.shift();
  return cut(kept.join('   '), cells);
}

/** A view to hang on a journal; it reads entries and never decides anything. */
export function createLive(options: LiveOptions): Live {
  const { stream } = options;
  const progress = new Progress(options.planned);
  const paint = painter(stream);
  const isTerminal = stream.isTTY === true;
  let drawnAtMs = Number.NEGATIVE_INFINITY;
  const draw = (): void => {
    drawnAtMs = options.nowMs();
    // One cell stays free: a line as wide as the terminal makes some of them wrap.
    stream.write(`${CLEAR_LINE} ${fit(progress.pieces(), widthOf(stream) - 2)}`);
  };
  const print = (lines: readonly string[]): void => {
    for (const line of lines) {
      const text = isTerminal ? `${CLEAR_LINE}${paint('dim', line.slice(0, 11))}${line.slice(11)}` : line;
      stream.write(`${text}\n`);
    }
  };
  return {
    entry(entry) {
      const lines = progress.add(entry);
      print(progress.header() ?? []);
      print(progress.yourApi());
      if (!isTerminal) print(lines);
      else if (lines.length > 0 || options.nowMs() - drawnAtMs >= REDRAW_MS) draw();
    },
    end() {
      if (!isTerminal) return;
      draw();
      stream.write('\n');
    },
  };
}
