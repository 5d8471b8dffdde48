/** What the user's own api was seen to do before anything was broken, and what it thereby leaves unproven. */
import { cacheSilence } from '../sim/checkers/traits.ts';
import { statusOf } from '../sim/checkers/window.ts';
import type { Outcome } from '../sim/runtimes/contract.ts';
import type { PlayEntry } from '../sim/runtimes/entries.ts';
import { count } from './figures.ts';
import { plain } from './inert.ts';

const LABEL = 'your api'.padEnd(11);

/** "68 of 68 lists ok", "0 of 68 lists ok (68 401)". */
function answers(title: string, outcomes: readonly Outcome[]): string {
  const bad = outcomes.filter((one) => one.end !== 'ok');
  const ways = [...Map.groupBy(bad, statusOf)].map(([status, all]) => `${all.length} ${status}`);
  return `${count(outcomes.length - bad.length)} of ${count(outcomes.length)} ${title} ok${ways.length > 0 ? ` (${ways.join(', ')})` : ''}`;
}

/**
 * A line of what is well, and one for each thing that is not there; none where our api stands in.
 * @param calm  requests that ended before anything was broken
 */
export function yourApiLines(play: PlayEntry, calm: readonly Outcome[]): string[] {
  const own = play.parts.find((part) => part.kind === 'own-app');
  if (own === undefined) return [];
  // A scenario's load sends some of the topology's journeys.
  const seen = Object.entries(play.journeys).flatMap(([id, { title }]) => {
    const own = calm.filter((one) => one.journey === id);
    return own.length === 0 ? [] : [answers(title, own)];
  });
  const silence = cacheSilence(calm);
  const cache = silence === undefined ? ['X-Cache header ok'] : [];
  return [
    `${LABEL}${own.version}: port and health path ok, ${[...seen, ...cache].join(', ')}`,
    ...(silence === undefined
      ? []
      : [
          `${LABEL.replace(/./g, ' ')}${silence.reason}: what is said about its cache can not be proven (${silence.next})`,
        ]),
  ].map(plain);
}
