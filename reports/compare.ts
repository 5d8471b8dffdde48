/** `twin compare` in a terminal: two runs side by side; what got worse is marked, and counted at the end. */
import type { HopTime } from '../sim/checkers/hops.ts';
import {
  SLOWER_BY,
  type HopPair,
  type Pair,
  type RunComparison,
  type Seen,
  type Turn,
} from '../sim/scenario/compare-runs.ts';
import { columns } from './cells.ts';
import { count, duration, several } from './figures.ts';
import { plain } from './inert.ts';
import { PAIN_WORDS, runTime } from './words.ts';

const TURN_WORDS: Readonly<Record<Turn, string>> = {
  same: 'same',
  worse: 'WORSE',
  better: 'better',
  unproven: 'can no longer be proven',
  proven: 'proven now',
};

const seenCell = ({ book, pain, counts }: Seen): string =>
  [
    book,
    PAIN_WORDS[pain],
    ...(counts === undefined ? [] : [`${count(counts.inTime)} of ${count(counts.exposed)}`]),
  ].join(', ');
const statementRow = ({ id, before, after, turn }: Pair): string[] => [
  id,
  seenCell(before),
  seenCell(after),
  TURN_WORDS[turn],
];
/** What was seen is told where it decided something. */
const reasons = ({ before, after, turn }: Pair): string[] =>
  turn === 'same' ? [] : [`  was  ${before.saw}`, `  now  ${after.saw}`];

const hopCell = ({ p50, p95, n }: HopTime): string => `${duration(p50.ms)} / ${duration(p95.ms)} (${count(n)})`;
const hopRow = ({ play, phase, journey, hop, before, after, turn }: HopPair): string[] => [
  `${play} ${journey}`,
  phase === 'before' ? 'steady' : 'during',
  hop === 'phone' ? 'whole request' : hop,
  hopCell(before),
  hopCell(after),
  TURN_WORDS[turn],
];

const under = (lines: string, rows: readonly (readonly string[])[]): string[] =>
  lines.split('\n').flatMap((line, index) => [line, ...(rows[index] ?? [])]);

function verdict({ statements, hops, worse, unproven }: RunComparison): string {
  const compared = `${several(statements.length, 'statement')} and ${several(hops.length, 'hop time')} compared`;
  const open = unproven === 0 ? '' : `, ${count(unproven)} can no longer be proven`;
  return `${worse === 0 ? 'Nothing got worse' : `${count(worse)} got worse`}${open}: ${compared}.`;
}

/** @param allHops  every hop; else whole requests, and hops that changed */
export function renderComparison(comparison: RunComparison, allHops: boolean): string {
  const { before, after, statements, hops, settings, onlyBefore, onlyAfter } = comparison;
  const head = [
    'STATEMENT',
    `${before.runId} (${runTime(before.startedAt)})`,
    `${after.runId} (${runTime(after.startedAt)})`,
  ];
  const shown = hops.filter((one) => allHops || one.hop === 'phone' || one.turn !== 'same');
  const table = (rows: readonly (readonly string[])[]): string => columns(rows.map((row) => row.map(plain)));
  const only = (ids: readonly string[], run: string): string[] =>
    ids.length === 0 ? [] : [`only in ${run}: ${ids.join(', ')}`];
  return [
    ...under(table([[...head, ''], ...statements.map(statementRow)]), [[], ...statements.map(reasons)]),
    ...only(onlyBefore, before.runId),
    ...only(onlyAfter, after.runId),
    '',
    ...(shown.length === 0
      ? []
      : [
          table([['LATENCY', '', 'HOP', 'p50 / p95 (requests)', 'p50 / p95 (requests)', ''], ...shown.map(hopRow)]),
          `worse, better: p50 or p95 apart by more than ${SLOWER_BY.share * 100} % and ${SLOWER_BY.ms} ms, 95 % intervals without overlap${allHops ? '' : '. every hop: --hops'}`,
          '',
        ]),
    ...(settings.length === 0 ? [] : [`set otherwise: ${settings.join('; ')}`]),
    verdict(comparison),
    '',
  ]
    .map((line) => line.split('\n').map(plain).join('\n'))
    .join('\n');
}
