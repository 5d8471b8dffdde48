import { createPrng, type Prng } from '../../../prng.ts';
import { delayPipe } from './delay-pipe.ts';
import { defineToxic } from './toxic.ts';

interface TwinDelayAttributes {
  [name: string]: number | string;
  delay_us: number;
  jitter_us: number;
  distribution: string;
  seed: number;
  handshake_us: number;
}

const DISTRIBUTIONS = ['', 'uniform', 'lognormal'];

/**
 * Extension: the one-way delay of a long link, in microseconds, order kept, never early.
 *
 * - `uniform` (also when not given): in [delay_us − jitter_us, delay_us + jitter_us);
 * - `lognormal`: mean delay_us, standard deviation jitter_us, always positive;
 * - `seed`: with the connection's ordinal and the direction it decides every draw, so one connection shifts no other;
 * - `handshake_us` is added once, to the first thing that crosses: this proxy accepts a connect at once, so the round
 *   trip of the handshake is charged there.
 *
 * The end of the stream (FIN, RST) crosses like a chunk. Updates hold for chunks still to come; removing lets all pass.
 */
export const twinDelay = defineToxic<TwinDelayAttributes, { readonly prng: Prng; fresh: boolean }>({
  type: 'twin_delay',
  fields: { delay_us: 'int64', jitter_us: 'int64', distribution: 'string', seed: 'int64', handshake_us: 'int64' },
  bufferChunks: 1024,
  steady: true,
  check({ delay_us, jitter_us, distribution, handshake_us }) {
    if (delay_us < 0 || jitter_us < 0 || handshake_us < 0)
      return 'delay_us, jitter_us and handshake_us must not be negative';
    if (!DISTRIBUTIONS.includes(distribution)) return 'distribution must be uniform or lognormal';
    if (distribution !== 'lognormal' && jitter_us > delay_us)
      return 'jitter_us must not exceed delay_us: no link delivers early';
    return undefined;
  },
  newState: (attributes, lane) => ({
    prng: createPrng(attributes.seed).split(`${lane.direction} ${lane.ordinal}`),
    fresh: lane.fresh,
  }),
  pipe(stub, attributes, state) {
    return delayPipe(
      stub,
      () => {
        const handshakeUs = state.fresh ? attributes.handshake_us : 0;
        state.fresh = false;
        return (handshakeUs + drawUs(attributes, state.prng)) / 1000;
      },
      { delaysEnd: true },
    );
  },
});

function drawUs({ delay_us, jitter_us, distribution }: TwinDelayAttributes, prng: Prng): number {
  if (jitter_us === 0 || delay_us === 0) return delay_us;
  if (distribution !== 'lognormal') return delay_us + jitter_us * (2 * prng.next() - 1);
  const variance = Math.log(1 + (jitter_us / delay_us) ** 2);
  return Math.exp(Math.log(delay_us) - variance / 2 + Math.sqrt(variance) * standardNormal(prng));
}

/** One draw of the normal distribution with mean 0 and deviation 1 (Box and Muller; the second of the pair is let go). */
const standardNormal = (prng: Prng): number =>
  Math.sqrt(-2 * Math.log(1 - prng.next())) * Math.cos(2 * Math.PI * prng.next());
