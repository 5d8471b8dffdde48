/** The newest lines of a program's output in bounded memory: a program that prints 100 MB must not hurt. */
import type { Readable } from 'node:stream';

const KEPT_LINES = 200;
const LINE_CHARS_MAX = 2000;
/** Lines longer than this are cut where they are split; ours are short, and a foreign program may print one endless line. */
const SPLIT_CHARS_MAX = 64 * 1024;

export class LogTail {
  readonly #lines: string[] = [];
  #next = 0;

  add(line: string): void {
    this.#lines[this.#next] = line.length > LINE_CHARS_MAX ? `${line.slice(0, LINE_CHARS_MAX)}…` : line;
    this.#next = (this.#next + 1) % KEPT_LINES;
  }

  /** The newest `count` lines, oldest first. */
  last(count: number): readonly string[] {
    const inOrder = [...this.#lines.slice(this.#next), ...this.#lines.slice(0, this.#next)];
    return inOrder.slice(-Math.max(1, count));
  }
}

/** Calls back for each line of a stream, and for a last one without an end. */
export function splitLines(stream: Readable | null, onLine: (line: string) => void): void {
  let rest = '';
  let cutting = false;
  const take = (line: string): void => {
    if (!cutting) onLine(line);
    cutting = false;
  };
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(take);
    if (rest.length <= SPLIT_CHARS_MAX) return;
    // The head of an endless line is told once, the rest of it is dropped up to its end.
    take(rest);
    cutting = true;
    rest = '';
  });
  stream?.on('end', () => {
    if (rest !== '') take(rest);
  });
  stream?.on('error', () => {});
}
