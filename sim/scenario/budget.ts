/** The table of a latency budget: what the document says, what light needs, what the twin took and counted. */
import { legCounts, middleOf, sightsOf, type LegCount, type Sight } from '../checkers/ways.ts';
import { rightRequests } from '../checkers/window.ts';
import type { Outcome } from '../runtimes/contract.ts';
import type { Claim, Figure, PlayedEntry, PlayEntry } from '../runtimes/entries.ts';
import { floorsOf, physicsOf } from './judge-figure.ts';
import { legName, nameWords, tripsText, tripsTo } from './phrases.ts';
import type { BudgetRow } from './summary.ts';

const countOf = ({ leg, trips, handshakes, hits, n }: LegCount): BudgetRow['trips'][number] => ({
  between: legName(leg),
  trips,
  handshakes,
  hits,
  n,
  rttMs: leg.rttMs,
  source: leg.source,
});

function rowOf(
  way: string,
  figure: Pick<Figure, 'between' | 'way' | 'connection' | 'per'>,
  sights: readonly Sight[],
  play: PlayEntry,
): BudgetRow {
  const share = (sight: Sight): number =>
    figure.per === 'trip' ? sight.trips.reduce((sum, one) => sum + one.trips, 0) : 1;
  const middle = middleOf(sights.map((sight) => sight.tookMs / share(sight)));
  return {
    way,
    connection: figure.connection,
    n: sights.length,
    twinMs: middle?.ms,
    interval95: middle?.interval95,
    counted: tripsText(sights),
    trips: legCounts(sights).map(countOf),
    floorsMs: floorsOf(play.legs ?? [], { ...figure, way: 'round-trip' }),
  };
}

/** Journeys as the twin played them: each kind of answer on warm connections, and on ones opened for it. */
function journeyRows(play: PlayEntry, requests: readonly Outcome[]): BudgetRow[] {
  return Object.keys(play.journeys).flatMap((journey) => {
    const kinds = Map.groupBy(
      requests.filter((one) => one.journey === journey),
      (one) => one.evidence.headers['x-cache'] ?? '',
    );
    return [...kinds].toSorted().flatMap(([cache, own]) =>
      (['warm', 'cold'] as const).flatMap((connection) => {
        const sights = sightsOf(own, play.legs ?? [], { connection }).map((one) => one.sight);
        const name = [nameWords(journey), ...(cache === '' ? [] : [`cache ${cache.toLowerCase()}`])].join(', ');
        const figure = { connection, way: 'round-trip', per: 'request' } as const;
        return sights.length === 0 ? [] : [rowOf(name, figure, sights, play)];
      }),
    );
  });
}

/** One row a figure of the document, in its order; then the journeys. Empty for a play that no figure is about. */
export function budgetOf(play: PlayEntry, entries: readonly PlayedEntry[], claims: readonly Claim[]): BudgetRow[] {
  const figures = claims.flatMap(({ figure, name }) => (figure === undefined ? [] : [{ figure, name }]));
  if (figures.length === 0) return [];
  const requests = rightRequests(entries);
  const rows = figures.map(({ figure, name }): BudgetRow => {
    const sights = sightsOf(requests, play.legs ?? [], figure).map((one) => one.sight);
    const physics = physicsOf(figure.maxMs, floorsOf(play.legs ?? [], figure));
    const book = {
      statement: `${play.scenario}/${play.variant}/${name ?? 'figure'}`,
      text: figure.text,
      ...(physics === undefined ? {} : { physics }),
    };
    return { ...rowOf(figure.label, figure, sights, play), book };
  });
  return [...rows, ...journeyRows(play, requests)];
}

/** "create task 538 ms: 4 trips to Neon at 95 ms (assumed)": the cell WHAT USERS SAW of a budget. */
export function budgetSaw(play: PlayEntry, entries: readonly PlayedEntry[]): string | undefined {
  const journey = play.exposed[0] ?? '';
  const sights = sightsOf(rightRequests(entries), play.legs ?? [], { journey, connection: 'warm' }).map((o) => o.sight);
  const took = middleOf(sights.map((sight) => sight.tookMs));
  if (took === undefined) return undefined;
  const dearest = legCounts(sights).toSorted((a, b) => b.trips * b.leg.rttMs - a.trips * a.leg.rttMs)[0];
  return `${nameWords(journey)} ${Math.round(took.ms)} ms${dearest === undefined ? '' : `: ${tripsTo(dearest)}`}`;
}
