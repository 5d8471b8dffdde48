/** One statement of the book, opened: what it says, how we read it, what we saw, and the sentence that follows. */
import type { Counts, Finding, Statement } from '../../sim/scenario/summary.ts';
import { count, duration, percent } from '../figures.ts';
import { bookOf } from '../rows.ts';
import { BOOK_WORDS, changeAdvice, judgedOnWords, knownSentence, PRODUCER_WORDS, statementSentence } from '../words.ts';
import { html, type Markup } from './markup.ts';

/** A labelled part of an opened row. */
export const section = (label: string, body: Markup | readonly Markup[] | undefined): Markup | undefined =>
  body === undefined
    ? undefined
    : html`<div class="part">
        <h4>${label}</h4>
        <div>${body}</div>
      </div>`;

export const bookChip = (book: keyof typeof BOOK_WORDS, text: string = BOOK_WORDS[book]): Markup =>
  html`<span class="chip book-${book}">${text}</span>`;

function intervalWords({ interval95, predicate }: Finding): string {
  // A median's interval is in milliseconds, as a latency figure is.
  const words = predicate === undefined ? duration : predicate.unit === 'share' ? percent : undefined;
  return interval95 === undefined || words === undefined
    ? ''
    : `95 %: ${words(interval95.low)} to ${words(interval95.high)}`;
}
function findingRow(finding: Finding): Markup {
  const holds = finding.holds === undefined ? 'not decided' : finding.holds ? 'holds' : 'does not hold';
  const interval = intervalWords(finding);
  return html`<tr>
    <td>${finding.reading}</td>
    <td>${finding.seen}</td>
    <td class="quiet">${interval}</td>
    <td class="${finding.holds === false && 'off'}">${holds}</td>
  </tr>`;
}

const tallies = (tally: Readonly<Record<string, number>>, name: (key: string) => string): string =>
  Object.entries(tally)
    .toSorted(([, a], [, b]) => b - a)
    .map(([key, n]) => `${name(key)} × ${count(n)}`)
    .join(' · ');

/** "371 requests: 371 ok, 0 failed, 0 unknown; 0 within the users' patience", codes, and who produced them. */
export function countsSentence(counts: Counts): Markup {
  const excluded =
    counts.excluded > 0 &&
    html`; ${count(counts.excluded)} left out (due while an idle wait was shortened or the twin stood still)`;
  return html`<p>
      ${count(counts.exposed)} requests: ${count(counts.ok)} answered right, ${count(counts.fail)} failed,
      ${count(counts.unknown)} unknown. ${count(counts.inTime)} of ${count(counts.exposed)} came in time${excluded}.
    </p>
    <p class="quiet">
      ${tallies(counts.byStatus, (key) => key)}<br />answered by
      ${tallies(counts.byProducer, (key) => PRODUCER_WORDS[key] ?? key)}
    </p>`;
}

/** `n` of `m` is told when a row holds several statements. */
export function statementBlock(statement: Statement, n: number, m: number): Markup {
  const { source, since } = statement;
  // The sentences about right and wrong say it themselves.
  const said = ['right', 'wrong'].includes(bookOf(statement));
  const known = knownSentence(since);
  const unread =
    statement.unread.length > 0 &&
    html`<p class="quiet">not read: ${statement.unread.map((one) => `“${one}”`).join(', ')}</p>`;
  const changed =
    since.kind === 'changed' &&
    html`<p class="changed-line">
      <span class="chip changed">CHANGED</span> was ${since.was}; ${changeAdvice(statement)}
    </p>`;
  return html`<section class="statement">
    ${section(
      m > 1 ? `The book says · ${n} of ${m}` : 'The book says',
      html`<blockquote>“${statement.sentence}”</blockquote>
        <p class="quiet">
          ${source.file}, line ${source.line}${statement.about === 'recovers' && ' · about the recovery'}
        </p>`,
    )}
    ${section(
      'We read it as',
      html`<ul class="plain-list">
          ${statement.reading.map((one) => html`<li>${one}</li>`)}
        </ul>
        ${unread}`,
    )}
    ${section(
      'We saw',
      html`${
        statement.findings.length > 0 &&
        html`<div class="wide">
          <table class="findings">
            ${statement.findings.map(findingRow)}
          </table>
        </div>`
      }${countsSentence(statement.counts)}`,
    )}
    ${section(
      'So',
      html`<p class="verdict">
          ${bookOf(statement) === 'wrong' && html`${bookChip('wrong')} `}${statementSentence(statement)}
        </p>
        ${changed}${known !== undefined && html`<p class="quiet">${known}</p>`}${!said && html`<p class="quiet">judged on: ${judgedOnWords(statement.judgedOn)}</p>`}`,
    )}
  </section>`;
}
