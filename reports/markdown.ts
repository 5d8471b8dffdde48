/** summary.md: the table of a run for a pull request or a job's summary page. */
import type { RunSummary } from '../sim/scenario/summary.ts';
import { assumptions, BUDGET_COLUMNS, BUDGET_NOTE, budgetCells } from './budget.ts';
import { count } from './figures.ts';
import { escapeMarkdown } from './inert.ts';
import { bookOf, rowsOf, worstFirst, type Row } from './rows.ts';
import * as words from './words.ts';

function tableRow(row: Row): string {
  const name = row.play === undefined ? `${row.scenario}, ${row.variant}` : row.title;
  const since =
    row.since.kind === 'changed'
      ? `**${escapeMarkdown(words.sinceWords(row.since))}**`
      : escapeMarkdown(words.sinceWords(row.since));
  return `| ${[escapeMarkdown(name), escapeMarkdown(row.saw), words.PAIN_WORDS[row.pain], words.bookWords(row), since].join(' | ')} |`;
}

/** Sentences worth reading: what changed, what is wrong or missing, what could not be judged. Known and right ones are quiet. */
function sentencesOf(row: Row, summary: RunSummary, expectedFile: string): string[] {
  const missing = row.unmentioned === undefined ? [] : [words.missingSentence(row.unmentioned)];
  const statements = row.statements.flatMap((one) => {
    const changed = one.since.kind === 'changed' ? [words.changedSentence(expectedFile, row, one.since.was)] : [];
    return bookOf(one) === 'right' && changed.length === 0 ? [] : [...changed, words.statementSentence(one)];
  });
  const lastTime = words.lastTimeOf(row, summary);
  const last = lastTime === undefined ? [] : [`${words.rowName(row)}, last run: ${lastTime}`];
  const open = words.openRowSentence(row);
  const unseen = open === undefined ? [] : [`${words.rowName(row)}: ${open}`];
  return [...new Set([...unseen, ...statements, ...missing, ...last])].map((text) => `- ${escapeMarkdown(text)}`);
}

function factsOf(summary: RunSummary): string {
  const { host } = summary;
  const played = words.playedWords(summary).map((one) => `${one} · `);
  return `seed ${summary.seed} · ${summary.runtime} · ${played.join('')}${summary.topology.nodes} nodes · ${count(summary.rateRps)} req/s · idle waits ${summary.tempo}× · ${host.platform}, ${host.cores} cores, node ${host.node} · again: ${summary.command}`;
}

/** The table of each latency budget, under a line that names it. */
const budgetsOf = (rows: readonly Row[]): string[] =>
  rows.flatMap(({ title, play }) =>
    play?.budget === undefined
      ? []
      : [
          `**${escapeMarkdown(title)}**`,
          '',
          `| ${BUDGET_COLUMNS.join(' | ')} |`,
          `|${'---|'.repeat(BUDGET_COLUMNS.length)}`,
          ...play.budget.map((row) => `| ${budgetCells(row).map(escapeMarkdown).join(' | ')} |`),
          '',
          escapeMarkdown(BUDGET_NOTE),
          '',
          ...assumptions(play.budget).map((one) => `- ${escapeMarkdown(one)}`),
          '',
        ],
  );

/** GitHub-flavoured Markdown; every name and sentence is inert text. */
export function renderMarkdown(summary: RunSummary, expectedFile: string = words.EXPECTED_FILE): string {
  const rows = worstFirst(rowsOf(summary));
  const head =
    words.controlSentence(summary) ??
    `The book: ${words.totalsWords(summary.totals)}. ${words.sinceSentence(summary, expectedFile)}`;
  const ended = words.endedSentence(summary);
  const sentences = rows.flatMap((row) => sentencesOf(row, summary, expectedFile));
  return [
    `## ${escapeMarkdown(summary.topology.title)}`,
    '',
    `**${escapeMarkdown(head)}**`,
    '',
    ...(ended === undefined ? [] : [ended, '']),
    '| failure | what users saw | pain | the book | since last |',
    '|---|---|---|---|---|',
    ...rows.map(tableRow),
    '',
    ...(sentences.length > 0 ? [...sentences, ''] : []),
    ...budgetsOf(rows),
    escapeMarkdown(factsOf(summary)),
    '',
  ].join('\n');
}
