import { delayPipe } from './delay-pipe.ts';
import { defineToxic } from './toxic.ts';

/**
 * Each chunk leaves at its receive time + `latency` ± `jitter`, whole milliseconds, uniform in [−jitter, +jitter). The
 * connect and the end of the stream are not delayed themselves, and order is kept.
 *
 * Differs from Toxiproxy in one thing: there, a chunk that waited behind another carries a receive time that is too
 * early into the next toxic; here stacked latencies add exactly.
 *
 * @see toxiproxy 2.12 toxics/latency.go
 */
export const latency = defineToxic<{ latency: number; jitter: number }, void>({
  type: 'latency',
  fields: { latency: 'int64', jitter: 'int64' },
  bufferChunks: 1024, // GetBufferSize in latency.go
  pipe: (stub, attributes) => delayPipe(stub, () => attributes.latency + jitterMs(attributes.jitter)),
});

const jitterMs = (jitter: number): number => (jitter > 0 ? Math.floor(Math.random() * 2 * jitter) - jitter : 0);
