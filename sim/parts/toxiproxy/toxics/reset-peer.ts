import { performance } from 'node:perf_hooks';
import { defineToxic } from './toxic.ts';

/**
 * Waits for the first data or end in its direction, drops it, and closes the connection `timeout` ms later: with RST if
 * the connection was opened while the toxic stood there, else with FIN. Once begun it cannot be called back.
 *
 * @see toxiproxy 2.12 toxics/reset_peer.go and link.go (SetLinger)
 */
export const resetPeer = defineToxic<{ timeout: number }, void>({
  type: 'reset_peer',
  fields: { timeout: 'int64' },
  closesWithReset: true,
  pipe(stub, attributes) {
    let begun = false;
    const begin = (): void => {
      begun = true;
      stub.wait(performance.now() + attributes.timeout, () => stub.close('close'));
    };
    return { chunk: begin, end: begin, interrupt: () => !begun };
  },
});
