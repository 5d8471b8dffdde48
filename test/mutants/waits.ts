/** How long users waited for right answers: time that they lose though no verdict hangs on it. */
import { quantileOf, wayOf, type Quantile } from '../../sim/checkers/hops.ts';
import { requestsIn } from '../../sim/checkers/window.ts';
import type { Entry, PlayedEntry, Phase } from '../../sim/runtimes/entries.ts';
import { isSlower } from '../../sim/scenario/compare-runs.ts';
import { duration } from '../../sim/scenario/phrases.ts';
import type { Accusation } from './accusations.ts';

/** Play, phase and journey → the median wait. */
export type Waits = ReadonlyMap<string, Quantile>;
const PHASES: readonly Phase[] = ['before', 'during', 'after'];

export function waitsIn(journal: readonly Entry[]): Waits {
  const waits = new Map<string, Quantile>();
  for (const play of journal.filter((entry) => entry.kind === 'play')) {
    const own = journal.filter((entry): entry is PlayedEntry => 'play' in entry && entry.play === play.play);
    for (const phase of PHASES)
      for (const [journey, requests] of Map.groupBy(requestsIn(own, phase).counted, (one) => one.journey)) {
        const right = requests.filter((one) => one.end === 'ok');
        const median = quantileOf(
          right.map((one) => ({ value: one.tookMs, group: wayOf(one) })),
          0.5,
        );
        if (median !== undefined) waits.set(`${play.play}/${phase}/${journey}`, median);
      }
  }
  return waits;
}

export const slowerThan = (before: Waits, after: Waits): Accusation[] =>
  [...after].flatMap(([statement, now]) => {
    const was = before.get(statement);
    if (was === undefined || !isSlower(was, now)) return [];
    const told = `half of the right answers within ${duration(now.ms)}, unpatched ${duration(was.ms)}`;
    return [{ statement, how: 'slower', told }];
  });
