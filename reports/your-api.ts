/** What the user's own api keeps of its contract and how it did before anything was broken; what that leaves unproven. */
import { cacheSilence } from '../sim/checkers/traits.ts';
import { statusOf } from '../sim/checkers/window.ts';
import type { Clause } from '../sim/runtimes/outside.ts';
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

const MORE = LABEL.replace(/./g, ' ');
/** What follows from a clause that is not kept. */
const WITHOUT: Readonly<Record<Clause['clause'], string>> = {
  journey: 'what needs it is not proven (docs/own-api.md#journeys)',
  DATABASE_URL: 'what breaks the database is not proven (docs/own-api.md#env)',
  REDIS_URL: 'what breaks Redis is not proven (docs/own-api.md#env)',
  seed: 'it keeps its tasks elsewhere (docs/own-api.md#seed)',
  auth: 'nothing is said of who may read what (docs/own-api.md#auth)',
  'own tasks': 'such lists count as wrong answers (docs/own-api.md#auth)',
  'X-Cache': 'what is said about its cache can not be proven (send it: docs/own-api.md#cache)',
};
/** "DATABASE_URL and REDIS_URL ok", each clause by its name. */
const keptText = (clauses: readonly Clause[]): string =>
  [
    ...new Set([
      'port',
      'health path',
      ...clauses.flatMap((one) => (one.kept && one.clause !== 'journey' ? [one.clause] : [])),
    ]),
  ].join(', ');

/**
 * What the user's api keeps of its contract, in one line, and a line for each thing that it does not.
 * @param name  as `--api-name` calls it
 */
export const contractLines = (name: string, clauses: readonly Clause[]): string[] =>
  [
    `${LABEL}${name}: ${keptText(clauses)} ok`,
    ...clauses.filter((one) => !one.kept).map((one) => `${MORE}${one.saw}: ${WITHOUT[one.clause]}`),
  ].map(plain);

/**
 * How users fared while nothing was broken: a line of what is well, and one where none was served from its cache; none
 * where our api stands in.
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
  if (seen.length === 0) return [];
  const silence = calm.some((one) => one.evidence.headers['x-cache'] !== undefined) ? cacheSilence(calm) : undefined;
  return [
    `${LABEL}${own.version}: ${seen.join(', ')}`,
    // That it sends no such header was said when it was looked at.
    ...(silence === undefined ? [] : [`${MORE}${silence.reason}: ${WITHOUT['X-Cache']}`]),
  ].map(plain);
}
