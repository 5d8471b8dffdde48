import { performance } from 'node:perf_hooks';
import { defineToxic } from './toxic.ts';

/** Data passes; the end of this direction passes `delay` ms later. @see toxiproxy 2.12 toxics/slow_close.go */
export const slowClose = defineToxic<{ delay: number }, void>({
  type: 'slow_close',
  fields: { delay: 'int64' },
  pipe: (stub, attributes) => ({
    chunk: (chunk) => stub.emit(chunk),
    end: () => stub.wait(performance.now() + attributes.delay, () => stub.passEnd()),
  }),
});
