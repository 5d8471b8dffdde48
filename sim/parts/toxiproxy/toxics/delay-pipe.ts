import type { Stub } from '../stub.ts';
import type { Chunk, Pipe } from './toxic.ts';

/**
 * Holds each chunk until its receive time + `nextDelayMs()`, one after the other, so that none overtakes.
 *
 * @param delaysEnd  the end of the stream is delayed like a chunk; else it passes as soon as the last chunk has
 */
export function delayPipe(stub: Stub, nextDelayMs: () => number, { delaysEnd = false } = {}): Pipe {
  let inHand: Chunk | undefined;
  let departMs = 0;
  return {
    chunk(chunk) {
      inHand = chunk;
      departMs = Math.max(departMs, chunk.atMs + nextDelayMs());
      stub.wait(departMs, () => {
        inHand = undefined;
        chunk.atMs = departMs; // a chunk that waited for the one before leaves with it
        stub.emit(chunk);
      });
    },
    end() {
      if (!delaysEnd) return stub.passEnd();
      stub.wait(Math.max(departMs, stub.endedAtMs + nextDelayMs()), () => stub.passEnd());
    },
    interrupt() {
      if (inHand) stub.emit(inHand);
    },
  };
}
