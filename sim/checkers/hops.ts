/** How long right answers spent in each hop, by play, window and journey. */
import type { Entry, PlayedEntry, PlayEntry } from '../runtimes/entries.ts';
import type { Interval } from '../scenario/summary.ts';
import { ascending, percentile, quantileInterval } from './statistics.ts';
import { requestsIn } from './window.ts';

export interface Quantile {
  readonly ms: number;
  readonly interval95: Interval | undefined;
}
export interface HopTime {
  readonly play: string;
  /** `before`: steady. `during`: while the fault lasts. */
  readonly phase: 'before' | 'during';
  readonly journey: string;
  /** The part that tells it; `phone`: the whole request. */
  readonly hop: string;
  readonly n: number;
  readonly p50: Quantile;
  readonly p95: Quantile;
}

function timesOf(play: PlayEntry, entries: readonly PlayedEntry[]): HopTime[] {
  return (['before', 'during'] as const).flatMap((phase) =>
    Object.keys(play.journeys).flatMap((journey) => {
      const right = requestsIn(entries, phase, [journey]).counted.filter((one) => one.end === 'ok');
      const hops = Map.groupBy(
        right.flatMap((one) => one.hops),
        (one) => one.part,
      );
      return [...hops].map(([hop, own]): HopTime => {
        const took = ascending(own.map((one) => one.tookMs));
        const at = (p: number): Quantile => ({ ms: percentile(took, p) ?? 0, interval95: quantileInterval(took, p) });
        return { play: play.play, phase, journey, hop, n: took.length, p50: at(0.5), p95: at(0.95) };
      });
    }),
  );
}

/** Of a whole journal; plays in the order of their names. */
export function hopTimes(journal: readonly Entry[]): HopTime[] {
  const played = Map.groupBy(
    journal.filter((entry): entry is PlayedEntry => 'play' in entry && entry.kind !== 'play'),
    (entry) => entry.play,
  );
  return journal
    .filter((entry): entry is PlayEntry => entry.kind === 'play')
    .toSorted((a, b) => (a.play < b.play ? -1 : 1))
    .flatMap((play) => timesOf(play, played.get(play.play) ?? []));
}
