/** How long right answers spent in each hop, by play, window and journey. */
import type { Outcome } from '../runtimes/contract.ts';
import type { Entry, PlayedEntry, PlayEntry } from '../runtimes/entries.ts';
import type { Interval } from '../scenario/summary.ts';
import { ascending, groupedInterval, percentile, type Grouped } from './statistics.ts';
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

/** Parts at the user's end: who asked, and whether he had to connect, is no part of the way. */
const USERS_OWN = ['phone', 'connect'];
/** The POP, node and pod that a request went by. */
export const wayOf = ({ hops }: Outcome): string =>
  hops
    .filter((one) => !USERS_OWN.includes(one.part))
    .map((one) => one.instance)
    .join(' > ');
/** What a share `p` of the times do not exceed, in milliseconds, each with the way of its request; undefined of nothing. */
export function quantileOf(times: readonly Grouped[], p: number): Quantile | undefined {
  const ms = percentile(ascending(times.map((one) => one.value)), p);
  return ms === undefined ? undefined : { ms, interval95: groupedInterval(times, p) };
}

function timesOf(play: PlayEntry, entries: readonly PlayedEntry[]): HopTime[] {
  return (['before', 'during'] as const).flatMap((phase) =>
    Object.keys(play.journeys).flatMap((journey) => {
      const right = requestsIn(entries, phase, [journey]).counted.filter((one) => one.end === 'ok');
      const hops = Map.groupBy(
        right.flatMap((one) => {
          const group = wayOf(one);
          return one.hops.map(({ part, tookMs }) => ({ part, value: tookMs, group }));
        }),
        (one) => one.part,
      );
      return [...hops].flatMap(([hop, own]): HopTime[] => {
        const [p50, p95] = [quantileOf(own, 0.5), quantileOf(own, 0.95)];
        if (p50 === undefined || p95 === undefined) return [];
        return [{ play: play.play, phase, journey, hop, n: own.length, p50, p95 }];
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
