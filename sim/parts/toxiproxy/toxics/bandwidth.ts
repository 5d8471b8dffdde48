import type { Chunk } from './toxic.ts';
import { defineToxic } from './toxic.ts';

/** Longer than this on the line, and a chunk is cut into pieces that leave every so often (bandwidth.go). */
const PIECE_MS = 100;

/**
 * Paces bytes at `rate` KB/s, where 1 KB is 1000 bytes, so `rate` is bytes per millisecond. The pace is kept against the
 * ideal schedule: a late timer is made up for by the next chunk. Rate 0 or less passes nothing, ends included.
 *
 * @see toxiproxy 2.12 toxics/bandwidth.go
 */
export const bandwidth = defineToxic<{ rate: number }, void>({
  type: 'bandwidth',
  fields: { rate: 'int64' },
  pipe(stub, { rate }) {
    let lineFreeAtMs = 0;
    let inHand: Chunk | undefined;
    const send = (chunk: Chunk): void => {
      inHand = chunk;
      if (rate <= 0) return void (stub.busy = true);
      const bytes = Math.min(chunk.data.length, rate * PIECE_MS);
      lineFreeAtMs += bytes / rate;
      stub.wait(lineFreeAtMs, () => {
        inHand = undefined;
        stub.emit({ data: chunk.data.subarray(0, bytes), atMs: lineFreeAtMs });
        if (bytes < chunk.data.length) send({ data: chunk.data.subarray(bytes), atMs: lineFreeAtMs });
      });
    };
    return {
      chunk(chunk) {
        lineFreeAtMs = Math.max(lineFreeAtMs, chunk.atMs);
        send(chunk);
      },
      end: () => stub.passEnd(),
      interrupt() {
        if (inHand) stub.emit(inHand);
      },
    };
  },
});
