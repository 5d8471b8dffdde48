/** The table of a latency budget as cells: what the document says, what light needs, what the twin took and counted. */
import type { BudgetRow } from '../sim/scenario/summary.ts';
import { count, duration } from './figures.ts';

export const BUDGET_COLUMNS = ['way', 'book', 'vacuum floor', 'straight-fibre floor', 'twin', 'how'] as const;
/** What the columns rest on; stands under every such table. */
export const BUDGET_NOTE =
  'Floors: one round trip on each leg of the way along the great circle, light at 299.8 km/ms, straight fibre at 200 km/ms. Twin: median; round trips are counted and service times measured, delays of links are assumed.';

const floor = (ms: number): string => (ms < 0.05 ? '–' : duration(ms));

export function budgetCells({ way, connection, book, floorsMs, n, twinMs, counted }: BudgetRow): string[] {
  return [
    `${way} (${connection})`,
    book === undefined ? '–' : `${book.text}${book.physics === undefined ? '' : `: ${book.physics}`}`,
    floor(floorsMs.vacuum),
    floor(floorsMs.fibre),
    twinMs === undefined ? '–' : duration(twinMs),
    n === 0 ? 'no request came this way' : `${counted}; ${count(n)} requests`,
  ];
}

/** Where each assumed delay comes from, once: "edge → ingress 120 ms: floor 84.4 ms; …". */
export const assumptions = (rows: readonly BudgetRow[]): string[] => [
  ...new Set(
    rows.flatMap((row) =>
      row.trips.map(
        (one) =>
          `assumed: ${one.between} ${duration(one.rttMs)} there and back (${one.source.replace(/^assumed: /, '')})`,
      ),
    ),
  ),
];
