/** A line a second: redrawn in place on a terminal, and left standing where what it is about changes; a log gets only those. */
import { cut, width } from './cells.ts';
import { widthOf, type TerminalOptions } from './terminal.ts';

export interface StatusView {
  /**
   * @param pieces  of the line, the weightiest first: on a terminal those that do not fit are left out
   * @param gist    what the line is about, without its figures: a line with another one is worth keeping
   */
  show(pieces: readonly string[], gist: string): void;
  /** Leaves the cursor on a fresh line. */
  end(): void;
}
const CLEAR_LINE = '\r\u001B[K';
/** A log gets a line this often though nothing changes, in lines shown. */
const SIGN_OF_LIFE = 60;

const GAP = '  ';
/** Whole pieces as long as they fit; an ellipsis says that some are missing. */
function fit(pieces: readonly string[], cells: number): string {
  const whole = pieces.join(GAP);
  if (width(whole) <= cells) return whole;
  const kept = [...pieces];
  while (kept.length > 1 && width(kept.join(GAP).trimEnd()) > cells - 1) kept.pop();
  return cut(`${kept.join(GAP).trimEnd()}…`, cells);
}

export function createStatusView(stream: TerminalOptions['stream']): StatusView {
  const isTerminal = stream.isTTY === true;
  let [last, since] = ['', 0];
  return {
    show(pieces, gist) {
      const isNews = gist !== last;
      if (!isTerminal) {
        if (isNews || ++since >= SIGN_OF_LIFE) stream.write(`${pieces.join(GAP)}\n`);
        if (isNews || since >= SIGN_OF_LIFE) since = 0;
      } else stream.write(`${isNews && last !== '' ? '\n' : CLEAR_LINE}${fit(pieces, widthOf(stream) - 1)}`);
      last = gist;
    },
    end() {
      if (isTerminal && last !== '') stream.write('\n');
    },
  };
}
