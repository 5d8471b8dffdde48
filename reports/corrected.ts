/** The book's row as it should read after a run: only what was proven wrong or missing is replaced. */
import { isSeen, type RunSummary, type ScenarioResult, type Statement } from '../sim/scenario/summary.ts';
import { budgetCells } from './budget.ts';
import { escapeMarkdown } from './inert.ts';
import { bookOf } from './rows.ts';
import { openPlaySentence } from './words.ts';

function seen(result: ScenarioResult): string {
  const sees = result.statements.filter((one) => one.about === 'sees');
  const first = sees[0];
  if (first !== undefined && sees.every((one) => bookOf(one) !== 'wrong') && !result.unmentioned.some(isSeen))
    return first.sentence;
  const told = (variant: string, saw: string): string =>
    result.plays.length > 1 && !saw.startsWith(`${variant}:`) ? `${variant}: ${saw}` : saw;
  const plays = result.plays.flatMap((play) => {
    const own = sees.filter((one) => one.variant === play.variant);
    // Of what no sentence is about, and nothing was proven, there is nothing to say.
    if (own.length === 0 && openPlaySentence(play) !== undefined) return [];
    const words = [...new Set(own.map((one) => one.sentence))].join('; ');
    const books = own.map(bookOf);
    const isReplaced = own.length === 0 || books.includes('wrong');
    const note = books.every((one) => one === 'right') ? play.saw : 'not proven';
    return told(play.variant, isReplaced ? play.saw : `${words} (${note})`);
  });
  return [...plays, ...result.unmentioned.filter(isSeen).map((one) => told(one.variant, one.sentence))].join('; ');
}
function recovery(result: ScenarioResult): string {
  const recovers = result.statements.filter((one) => one.about === 'recovers');
  const wrong = recovers.filter((one) => bookOf(one) === 'wrong');
  return wrong.length === 0
    ? (recovers[0]?.sentence ?? '')
    : wrong.map((one) => `${one.variant}: ${one.reason}`).join('; ');
}

/** Rows of a latency table, `| way | latency |`: each figure that was proven wrong, as the twin has it. */
export function correctedFigures(result: ScenarioResult): string[] {
  const wrong = new Set(result.statements.filter((one) => bookOf(one) === 'wrong').map((one) => one.id));
  return result.plays
    .flatMap((play) => play.budget ?? [])
    .filter(({ book }) => book !== undefined && wrong.has(book.statement))
    .map((row) => {
      const [way, said, , , twin, how] = budgetCells(row);
      return `| ${[way ?? '', `${twin}: ${how} (was: ${said})`].map(escapeMarkdown).join(' | ')} |`;
    });
}

/** One row of the failure table, `| layer | user sees | recovery |`; undefined when nothing in it is wrong or missing. */
export function correctedRow(result: ScenarioResult): string | undefined {
  // Played by hand, nothing was held against the book.
  if (result.unmentioned.some((one) => one.since.kind === 'not-compared')) return undefined;
  const isFigure = (one: Statement): boolean => one.about === 'figure';
  const needed =
    result.unmentioned.some(isSeen) || result.statements.some((one) => bookOf(one) === 'wrong' && !isFigure(one));
  return needed ? `| ${[result.layer, seen(result), recovery(result)].map(escapeMarkdown).join(' | ')} |` : undefined;
}

/** corrected.md: all corrected rows under the head of the book's tables. */
export function correctedTable(summary: RunSummary): string {
  const rows = summary.scenarios.flatMap((one) => correctedRow(one) ?? []);
  const figures = summary.scenarios.flatMap(correctedFigures);
  const latency = figures.length === 0 ? [] : ['| Way | Latency |', '|---|---|', ...figures, ''];
  return ['| Layer fails | User sees | Recovery |', '|---|---|---|', ...rows, '', ...latency].join('\n');
}
