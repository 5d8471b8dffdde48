/** How long messages take between two places of a topology, as its latency profile says and chance spreads it. */
import { latencyBetween } from '../../../topology/load.ts';
import type { Latency, Place, Topology } from '../../../topology/schema.ts';
import type { Prng } from '../../prng.ts';

interface Link extends Latency {
  readonly prng: Prng;
}

export class Links {
  private readonly known = new Map<Place, Map<Place, Link>>();
  private readonly topology: Topology;
  private readonly profile: string;
  private readonly prng: Prng;
  constructor(topology: Topology, profile: string, prng: Prng) {
    this.topology = topology;
    this.profile = profile;
    this.prng = prng;
  }
  /** Without jitter. */
  rttMs(from: Place, to: Place): number {
    return this.between(from, to).rttMs;
  }
  /** The next one, drawn. */
  drawRttMs(from: Place, to: Place): number {
    const { rttMs, jitterMs, prng } = this.between(from, to);
    return rttMs + (prng.next() * 2 - 1) * jitterMs;
  }
  /** Asked twice for each message: no key is put together anew. */
  private between(from: Place, to: Place): Link {
    let own = this.known.get(from);
    if (own === undefined) this.known.set(from, (own = new Map()));
    let link = own.get(to);
    if (link === undefined) {
      link = { ...latencyBetween(this.topology, from, to, this.profile), prng: this.prng.split(`${from}-${to}`) };
      own.set(to, link);
    }
    return link;
  }
}
