/** One row of the table: closed, a line with its strip; opened, in place, all that stands behind it. */
import type { JourneyStats, PhaseStats, PlayResult } from '../../sim/scenario/summary.ts';
import { correctedRow } from '../corrected.ts';
import type { PlayEvidence } from '../evidence.ts';
import { count, duration, glue } from '../figures.ts';
import type { Row } from '../rows.ts';
import { bookWords, dependsSentence, missingSentence, PAIN_WORDS, sinceWords } from '../words.ts';
import { budget } from './budget.ts';
import { flipLines } from './flips.ts';
import { html, type Markup } from './markup.ts';
import { idList, ledger, proof } from './proof.ts';
import { bookChip, section, statementBlock } from './statement.ts';
import { strip, type Hurt } from './strip.ts';
import { timeline } from './timeline.ts';
import { waterfalls } from './waterfall.ts';

export interface RowInput {
  readonly row: Row;
  readonly evidence: ReadonlyMap<string, PlayEvidence>;
  /** What the last run said of it, where that was something else. */
  readonly lastTime: string | undefined;
}
const isUnproven = ({ book, play }: Row): boolean =>
  book === 'not-proven' || book === 'not-judged' || (book === 'not-asked' && play?.trouble !== undefined);

/** The play a row is about; what is missing in all variants borrows the play in which the most of it was seen. */
function playOf({ row, evidence }: RowInput): { play: PlayResult; seen: PlayEvidence } | undefined {
  const lost = new Set(row.unmentioned?.requestIds);
  const hits = (play: PlayResult): number =>
    evidence.get(play.play)?.requests.filter((one) => lost.has(one.requestId)).length ?? 0;
  const named = row.result.plays.find((one) => one.variant === row.variant);
  const play = row.play ?? named ?? row.result.plays.toSorted((a, b) => hits(b) - hits(a))[0];
  const seen = play === undefined ? undefined : evidence.get(play.play);
  return play === undefined || seen === undefined ? undefined : { play, seen };
}

/** How the requests that a row tells of are drawn, though their users were answered well: jobs may be lost or doubled, answers slow. */
function marksOf({ unmentioned }: Row, play: PlayResult): ReadonlyMap<string, Hurt> {
  const mark = (ids: readonly string[], as: Hurt): ReadonlyMap<string, Hurt> => new Map(ids.map((id) => [id, as]));
  if (unmentioned === undefined) return mark(play.ledger.lostWrites, 'lost');
  const { id, pain, requestIds } = unmentioned;
  return mark(requestIds, pain === 'loss' ? 'lost' : id.endsWith('/slower') ? 'slow' : 'failed');
}

function rowStrip(input: RowInput): Markup {
  const found = playOf(input);
  if (found === undefined) return html`<span class="strip"></span>`;
  const { requests, counted, faulty, play } = found.seen;
  // Of what the book does not mention, the journeys of those it is about: the others fared as another row tells.
  const told = new Set(input.row.unmentioned?.requestIds);
  const journeys = new Set(requests.filter((one) => told.has(one.requestId)).map((one) => one.journey));
  return strip({
    phases: found.play.phases,
    faulty,
    requests: journeys.size === 0 ? requests : requests.filter((one) => journeys.has(one.journey)),
    counted,
    patienceMs: play.patienceMs,
    isUnproven: isUnproven(input.row),
    marks: marksOf(input.row, found.play),
  });
}

function since({ row, lastTime }: RowInput): Markup {
  const last = lastTime !== undefined && html` <span class="was">last run: ${lastTime}</span>`;
  if (row.since.kind === 'changed')
    return html`<span class="chip changed">CHANGED</span> <span class="was">was ${row.since.was}</span>${last}`;
  return html`<span class="since-${row.since.kind}">${sinceWords(row.since)}</span>${last}`;
}

/** What a cell is, where no column head tells: on a narrow screen, on paper, to a screen reader. */
const label = (text: string): Markup => html`<span class="c-label">${text} </span>`;
function line(input: RowInput): Markup {
  const { row } = input;
  const variant = row.play === undefined ? `${row.title}, ${row.variant}` : row.title;
  return html`<summary>
    <span class="c-failure">${variant}</span><span class="c-saw">${glue(row.saw)}</span
    ><span class="c-pain">${label('pain')}<span class="pain-${row.pain}">${PAIN_WORDS[row.pain]}</span></span
    ><span class="c-book">${label('the book')}${bookChip(row.book, bookWords(row))}</span
    ><span class="c-since">${label('since last')}${since(input)}</span><span class="c-strip">${rowStrip(input)}</span>
  </summary>`;
}

const PHASE_NAMES = { 'warm-up': 'warm-up', before: 'before', during: 'fault', after: 'after' } as const;
const sentIn = (stats: JourneyStats | undefined): number =>
  stats === undefined ? 0 : stats.counts.ok + stats.counts.fail + stats.counts.unknown;
/** @param sent  journeys that anybody was sent on: the topology may know many more */
function phaseRows(phase: PhaseStats, sent: ReadonlySet<string>, titleOf: (journey: string) => string): Markup[] {
  const journeys = Object.entries(phase.journeys).filter(([journey]) => sent.has(journey));
  return journeys.map(([journey, stats]) => {
    const { counts, p50Ms, p95Ms, cacheHits } = stats;
    const all = sentIn(stats);
    const latency = [p50Ms, p95Ms].map((ms) => html`<td class="n">${ms === undefined ? '–' : duration(ms)}</td>`);
    return html`<tr>
      <td>${PHASE_NAMES[phase.phase]}</td>
      <td>${titleOf(journey)}</td>
      <td class="n">${count(all)}</td>
      <td class="n">${count(counts.inTime)}</td>
      <td class="n">${count(all - counts.ok)}</td>
      ${latency}
      <td class="n">${count(cacheHits)}</td>
    </tr>`;
  });
}
/** @param seen  what was sent, in the journal's words: more than counts */
function phaseTable(play: PlayResult, seen: PlayEvidence, titleOf: (journey: string) => string): Markup {
  const phases = play.phases.filter((one) => one.phase !== 'warm-up');
  const fromMs = phases[0]?.fromMs ?? Infinity;
  const more = seen.requests.filter((one) => one.atMs >= fromMs && !seen.counted.has(one.requestId)).length;
  const sent = new Set(
    phases.flatMap(({ journeys }) => Object.keys(journeys).filter((id) => sentIn(journeys[id]) > 0)),
  );
  return html`<div class="wide">
      <table class="phases">
        <thead>
          <tr>
            <th>when</th>
            <th>journey</th>
            <th class="n">requests</th>
            <th class="n">in time</th>
            <th class="n">not right</th>
            <th class="n">p50 of right ones</th>
            <th class="n">p95 of right ones</th>
            <th class="n">cache hits</th>
          </tr>
        </thead>
        <tbody>
          ${phases.map((one) => phaseRows(one, sent, titleOf))}
        </tbody>
      </table>
    </div>
    ${more > 0 && html`<p class="quiet">${count(more)} more count for no share: sent in steps that do not count or while a fault took hold, or under way while the twin stood still. Strip and timeline draw them too.</p>`}`;
}

function why({ row }: RowInput): Markup | undefined {
  const reasons = [...new Set(row.statements.map((one) => one.reason))];
  const corrected = isUnproven(row) ? undefined : correctedRow(row.result);
  const fix =
    corrected !== undefined &&
    html`<p class="quiet">the row as it should read</p>
      <div class="copyable"><code>${corrected}</code><button type="button" class="copy">copy</button></div>`;
  const sources = [...new Set(row.statements.map((one) => `${one.source.file}, line ${one.source.line}`))];
  return reasons.length === 0 && fix === false
    ? undefined
    : html`${reasons.map((one) => html`<p>${one}</p>`)}${fix}
        <p class="quiet">${sources.join(' · ')}</p>`;
}

function behind(input: RowInput): Markup {
  const { row } = input;
  const found = playOf(input);
  const missing =
    row.unmentioned !== undefined &&
    section(
      row.book === 'not-asked' ? 'Users also saw' : 'Not in the book',
      html`<p class="verdict">${missingSentence(row.unmentioned)}</p>
        ${idList(row.unmentioned.requestIds)}`,
    );
  const depends = dependsSentence(row.result);
  const statements = row.statements.map((one, index) => statementBlock(one, index + 1, row.statements.length));
  const head = html`${missing}${row.play?.trouble !== undefined && section('Trouble', html`<p>${row.play.trouble}</p>`)}${row.play?.unproven !== undefined && section('Not proven', html`<p>${row.play.unproven}</p>`)}${statements}${depends !== undefined && section('Depends', html`<p>${depends}</p>`)}`;
  if (found === undefined) return head;
  const { play, seen } = found;
  const titleOf = (journey: string): string => seen.play.journeys[journey]?.title ?? journey;
  const common = {
    phases: play.phases,
    faulty: seen.faulty,
    requests: seen.requests,
    patienceMs: seen.play.patienceMs,
  };
  const again = row.statements[0]?.repro;
  const table = play.budget;
  return html`${table !== undefined && section('Book, light, twin', budget(table))}${head}
  ${section('Requests that count', phaseTable(play, seen, titleOf))}
  ${section('Timeline', timeline({ ...common, marks: seen.marks, isUnproven: isUnproven(row) }))}
  ${section('One request', waterfalls({ ...common, exposed: seen.play.exposed, titleOf }))}
  ${table === undefined && section('Proof of fault', proof(seen.proofs))} ${section('Ledger', ledger(play.ledger))}
  ${section('Why', why(input))}
  ${!isUnproven(row) && row.play !== undefined && section('What would flip this', flipLines(seen.play.flips ?? [], row.result, row.variant))}
  ${section('Not seen here', play.notModelled.length === 0 ? undefined : html`<p class="quiet">${play.notModelled.join(' · ')}</p>`)}
  ${again !== undefined && section('Again', html`<div class="copyable"><code>${again}</code><button type="button" class="copy">copy</button></div>`)}`;
}

/** @param isOpen  a page of one row shows at once what it has */
export const tableRow = (input: RowInput, isOpen: boolean): Markup =>
  html`<details class="row" id="${input.row.address}" ${isOpen && html` open`}>
    ${line(input)}
    <div class="behind">${behind(input)}</div>
  </details> `;
