import { performance } from 'node:perf_hooks';
import { defineToxic } from './toxic.ts';

interface SlicerAttributes {
  [name: string]: number;
  average_size: number;
  size_variation: number;
  delay: number;
}

/**
 * Cuts each chunk in halves again and again, down to about `average_size` ± `size_variation` bytes, and waits `delay` µs
 * after each piece. @see toxiproxy 2.12 toxics/slicer.go
 */
export const slicer = defineToxic<SlicerAttributes, void>({
  type: 'slicer',
  fields: { average_size: 'int', size_variation: 'int', delay: 'int' },
  pipe(stub, attributes) {
    let rest: Buffer[] = [];
    const next = (atMs: number): void => {
      const piece = rest.shift();
      if (piece === undefined) return;
      stub.emit({ data: piece, atMs });
      stub.wait(performance.now() + attributes.delay / 1000, () => next(atMs));
    };
    return {
      chunk(chunk) {
        rest = slice(chunk.data, attributes);
        next(chunk.atMs);
      },
      end: () => stub.passEnd(),
      interrupt() {
        if (rest.length > 0) stub.emit({ data: Buffer.concat(rest), atMs: performance.now() });
      },
    };
  },
});

/** A piece of one byte stays whole, whatever the attributes: Toxiproxy recurses until it crashes there. */
function slice(data: Buffer, attributes: SlicerAttributes): Buffer[] {
  const variation = attributes.size_variation;
  if (data.length <= 1 || data.length - attributes.average_size <= variation) return [data];
  const shift = variation > 0 ? Math.floor(Math.random() * 2 * variation) - variation : 0;
  const middle = Math.min(Math.max(Math.floor(data.length / 2) + shift, 1), data.length - 1);
  return [...slice(data.subarray(0, middle), attributes), ...slice(data.subarray(middle), attributes)];
}
