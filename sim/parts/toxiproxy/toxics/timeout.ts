import { performance } from 'node:perf_hooks';
import { defineToxic } from './toxic.ts';

/**
 * Drops all data, and closes the connection `timeout` ms after the last chunk; 0 never closes by itself. Removing it
 * closes every connection it is on. @see toxiproxy 2.12 toxics/timeout.go
 */
export const timeout = defineToxic<{ timeout: number }, void>({
  type: 'timeout',
  fields: { timeout: 'int64' },
  pipe(stub, attributes) {
    const arm = (): void => {
      if (attributes.timeout > 0) stub.alarm(performance.now() + attributes.timeout, () => stub.close('close'));
    };
    return { start: arm, chunk: arm, end: () => stub.passEnd() };
  },
  cleanup: (stub) => stub.close('close'),
});
