/** From an examined document and the run that played it to what the check says. Without a run: what would be played. */
import type { Topology } from '../../topology/schema.ts';
import type { Claim } from '../runtimes/entries.ts';
import type { Checked, CheckedFigure, CheckedRow, CheckedSentence, CheckVerdict } from '../scenario/checked.ts';
import { figureReading, readingOf, waysOf } from '../scenario/phrases.ts';
import type { RunSummary, Statement } from '../scenario/summary.ts';
import type { Examined, ExaminedFigure, ExaminedRow, ExamineOptions } from './examine.ts';

/** What of a run is looked at; without any scenario where nothing could be played. */
export type Played = Pick<RunSummary, 'scenarios'> & Partial<Pick<RunSummary, 'runtime' | 'seed'>>;

const readingsOf = ({ predicates }: Claim, { journeys }: Topology): string[] =>
  predicates.map((predicate) => readingOf(predicate, journeys));
const statementsOf = (claim: Claim, run: Played): Statement[] =>
  run.scenarios
    .filter((one) => one.id === claim.scenario)
    .flatMap((one) => one.statements)
    .filter(
      (one) => one.about === claim.about && one.source.line === claim.source.line && one.sentence === claim.source.text,
    );

/** Wrong in one is wrong, open in one is open; told as "1 of 2" by whoever shows it. */
function verdictOf(verdicts: readonly CheckVerdict[]): CheckVerdict {
  const order: readonly CheckVerdict[] = ['refuted', 'planned', 'not-played', 'inconclusive', 'not-judged'];
  return order.find((one) => verdicts.includes(one)) ?? 'confirmed';
}
const perVariant = (statements: readonly Statement[], of: (one: Statement) => string): string =>
  statements.length === 1
    ? statements.map(of).join('')
    : statements.map((one) => `${one.variant}: ${of(one)}`).join('; ');
/** What users saw in the plays that a claim speaks of, or in one of them: told also where nothing could be judged. */
function sawIn({ scenario, variants }: Claim, run: Played, only = variants): string {
  const plays = run.scenarios
    .filter((one) => one.id === scenario)
    .flatMap((one) => one.plays)
    .filter((play) => only?.includes(play.variant) ?? true);
  return plays
    .map((play) =>
      plays.length === 1 || play.saw.startsWith(`${play.variant}:`) ? play.saw : `${play.variant}: ${play.saw}`,
    )
    .join('; ');
}

function sentenceOf(claim: Claim, topology: Topology, run: Played | undefined): CheckedSentence {
  const shown = {
    about: claim.about as 'sees' | 'recovers',
    sentence: claim.source.text,
    reading: readingsOf(claim, topology),
    unread: claim.unread,
  };
  const isRead = claim.predicates.length > 0;
  const unread = `no outcome in this sentence that can be measured${claim.unread.length === 0 ? '' : ` (unread: ${claim.unread.join(', ')})`}`;
  if (run === undefined) return { ...shown, verdict: 'planned', seen: '', ...(isRead ? {} : { because: unread }) };
  const statements = statementsOf(claim, run);
  const saw = sawIn(claim, run);
  if (!isRead) return { ...shown, verdict: 'not-judged', seen: saw, because: unread };
  const open = statements.filter((one) => one.verdict === 'inconclusive');
  return {
    ...shown,
    verdict:
      statements.length === 0
        ? 'not-played'
        : verdictOf(statements.map((one) => (one.judged ? one.verdict : 'not-judged'))),
    seen: perVariant(statements, (one) =>
      one.verdict === 'inconclusive' ? sawIn(claim, run, [one.variant]) : one.reason,
    ),
    ...(statements.length === 0 ? { because: 'no play told of it' } : {}),
    ...(open.length === 0 ? {} : { because: perVariant(open, (one) => one.reason) }),
  };
}

function rowOf(row: ExaminedRow, topology: Topology, run: Played | undefined): CheckedRow {
  const { line, table, layer, sees, recovers, confidence, why, claims, scenario, variants } = row;
  const sentences: CheckedSentence[] = why === undefined ? claims.map((claim) => sentenceOf(claim, topology, run)) : [];
  const [first] = sentences;
  const verdict = why === undefined ? verdictOf(sentences.map((one) => one.verdict)) : 'not-played';
  // The row's verdict is told with what was seen of the sentence that has it.
  const told = sentences.find((one) => one.verdict === verdict) ?? first;
  return {
    line,
    table,
    layer,
    sentence: sees,
    recovery: recovers,
    reading: first?.reading ?? [],
    unread: first?.unread ?? [],
    ...(scenario === undefined ? {} : { scenario: scenario.id }),
    ...(variants === undefined ? {} : { variants }),
    confidence: Number(confidence.toFixed(2)),
    verdict,
    seen: told?.seen ?? '',
    ...(why === undefined ? {} : { because: why }),
    sentences,
  };
}

function figureOf({ read, claim, scenario, physics }: ExaminedFigure, run: Played | undefined): CheckedFigure {
  const { written, figure } = read;
  const statement = claim === undefined || run === undefined ? undefined : statementsOf(claim, run)[0];
  // Between places that are no part of the topology there is nothing to play: light alone judges.
  const alone: CheckVerdict =
    physics === undefined ? 'not-judged' : physics.physics === 'impossible' ? 'refuted' : 'confirmed';
  const verdict: CheckVerdict =
    claim === undefined ? alone : run === undefined ? 'planned' : (statement?.verdict ?? 'not-played');
  const because =
    claim === undefined && physics === undefined
      ? 'it names no way between two parts whose time is told apart'
      : undefined;
  return {
    line: written.line,
    ...(written.table === undefined ? {} : { table: written.table }),
    sentence: written.said,
    minMs: written.minMs,
    ...(written.maxMs === Infinity ? {} : { maxMs: written.maxMs }),
    ...(written.mended === undefined ? {} : { mended: written.mended }),
    reading: figure === undefined ? [] : waysOf(figure).map((oneWay) => figureReading(figure, oneWay)),
    ...(physics === undefined ? {} : { physics: physics.physics, floors: physics.told }),
    ...(claim === undefined || scenario === undefined ? {} : { scenario: scenario.id }),
    verdict,
    seen: statement?.reason ?? '',
    ...(because === undefined ? {} : { because }),
  };
}

export const concludeCheck = (
  examined: Examined,
  { file, topology, topologyFile }: Pick<ExamineOptions, 'file' | 'topology' | 'topologyFile'>,
  run?: Played,
): Checked => ({
  version: 1,
  file,
  topology: topologyFile,
  ...(run?.runtime === undefined ? {} : { runtime: run.runtime }),
  ...(run?.seed === undefined ? {} : { seed: run.seed }),
  tables: examined.tables,
  rows: examined.rows.map((row) => rowOf(row, topology, run)),
  figures: examined.figures.map((figure) => figureOf(figure, run)),
  sums: examined.sums.map(({ line, text, rows, of, forward, back, fits }) => ({
    line,
    sentence: text,
    rows,
    of,
    forwardMs: [forward.minMs, forward.maxMs],
    thereAndBackMs: [back.minMs, back.maxMs],
    fits,
  })),
  notes: examined.notes,
});
