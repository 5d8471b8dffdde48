/** A line a second: redrawn in place on a terminal, and left standing where what it is about changes; a log gets only those. */
import { cut } from './cells.ts';
import { columnsOf, type TerminalOptions } from './terminal.ts';

export interface StatusView {
  /** @param gist  what the line is about, without its figures: a line with another one is worth keeping */
  show(line: string, gist: string): void;
  /** Leaves the cursor on a fresh line. */
  end(): void;
}
const CLEAR_LINE = '\r\u001B[K';
/** A log gets a line this often though nothing changes, in lines shown. */
const SIGN_OF_LIFE = 60;

export function createStatusView(stream: TerminalOptions['stream']): StatusView {
  const isTerminal = stream.isTTY === true;
  let [last, since] = ['', 0];
  return {
    show(line, gist) {
      const isNews = gist !== last;
      if (!isTerminal) {
        if (isNews || ++since >= SIGN_OF_LIFE) stream.write(`${line}\n`);
        if (isNews || since >= SIGN_OF_LIFE) since = 0;
      } else stream.write(`${isNews && last !== '' ? '\n' : CLEAR_LINE}${cut(line, columnsOf(stream) - 1)}`);
      last = gist;
    },
    end() {
      if (isTerminal && last !== '') stream.write('\n');
    },
  };
}
