/** The top of the page: one sentence for all three questions, the worst for users, and what it was judged on. */
import type { PartIdentity } from '../../sim/runtimes/contract.ts';
import type { RunSummary } from '../../sim/scenario/summary.ts';
import { count, glue, several } from '../figures.ts';
import type { Row } from '../rows.ts';
import { changeWords, controlSentence, endedSentence, lastRunWords, partName } from '../words.ts';
import { html, type Markup } from './markup.ts';

/** "The book is right in 6 statements, wrong in 5, silent on 1."; what there is none of is left out. */
function bookSentence({ totals }: RunSummary): Markup {
  const kinds = [
    { n: totals.right, word: 'right in', name: 'right' },
    { n: totals.wrong, word: 'wrong in', name: 'wrong' },
    { n: totals.missing, word: 'silent on', name: 'missing' },
    { n: totals.notProven, word: 'not proven in', name: 'unproven' },
    { n: totals.notJudged, word: 'not judged in', name: 'unproven' },
  ].filter((one) => one.n > 0);
  if (kinds.length === 0) return html`Nothing was judged.`;
  const pieces = kinds.map(({ n, word, name }, index) => {
    const text = `${word} ${index === 0 ? several(n, 'statement') : count(n)}`.replaceAll(' ', '\u00A0');
    return html`${index > 0 && ', '}<em class="is-${name}">${text}</em>`;
  });
  return html`The book is ${pieces}.`;
}

/** The worst row for users, and what was lost beside it. */
function worstSentence(rows: readonly Row[]): Markup | undefined {
  const hurt = rows.filter((one) => ['loss', 'outage', 'high', 'medium', 'low'].includes(one.pain));
  const loss = hurt.find((one) => one.pain === 'loss');
  const worst = ['outage', 'loss', 'high', 'medium', 'low']
    .map((pain) => hurt.find((one) => one.pain === pain))
    .find((one) => one !== undefined);
  if (worst === undefined) return undefined;
  const lost = loss !== undefined && loss !== worst && html`; <em class="is-loss">${glue(loss.saw)}</em>`;
  return html`<p class="worst">
    Worst for users:
    <a href="#${worst.address}">${worst.play === undefined ? `${worst.title}, ${worst.variant}` : worst.title}</a> →
    ${glue(worst.saw)}${lost}.
  </p>`;
}

const GROUPS: readonly { readonly kind: PartIdentity['kind']; readonly word: string }[] = [
  { kind: 'real', word: 'Real' },
  { kind: 'stand-in', word: 'Conformant' },
  { kind: 'from-documents', word: 'From documents' },
  { kind: 'arithmetic', word: 'Arithmetic' },
];
function judgedOn(summary: RunSummary): Markup {
  const parts = summary.scenarios.flatMap((one) => one.plays).flatMap((one) => one.parts);
  const groups = GROUPS.flatMap(({ kind, word }) => {
    const names = [...new Set(parts.filter((one) => one.kind === kind).map(partName))];
    return names.length === 0 ? [] : [html`<span class="group"><b>${word}</b> ${names.join(', ')}</span>`];
  });
  const about = summary.scenarios
    .flatMap((one) => one.statements)
    .filter((one) =>
      one.judgedOn.some((on) => on === 'reference-app' || on === 'our api' || on.includes('reference api')),
    ).length;
  const own =
    summary.api === 'reference'
      ? html`none: our reference api stands
          in${about > 0 && ` (${several(about, 'statement')} about the app ${about === 1 ? 'holds' : 'hold'} for it only)`};
          yours: <code>npx twin rehearse --api CMD</code>`
      : summary.api.replace(/^own: /, '');
  return html`<div class="judged">
    <span class="label">judged on</span>
    <div>
      ${groups}<span class="group"><b>Your api</b> ${own}</span>
    </div>
  </div>`;
}

const date = (iso: string): string => iso.slice(0, 16).replace('T', ' ');

/** @param rows  worst first */
export function head(summary: RunSummary, rows: readonly Row[], expectedFile: string): Markup {
  const control = controlSentence(summary);
  const failures = summary.scenarios.length;
  const cutShort = endedSentence(summary);
  const ended = cutShort !== undefined && html`<p class="worst">${cutShort}</p>`;
  const changed =
    summary.totals.changed > 0
      ? html`<em class="is-changed">${changeWords(summary, expectedFile)}</em>`
      : html`${changeWords(summary, expectedFile)}`;
  const last = lastRunWords(summary);
  const since = html`${changed}${last !== undefined && html` ${last}`}`;
  const sentence = control === undefined ? html`${bookSentence(summary)} ${since}` : html`${control}.`;
  return html`<header>
    <div class="top">
      <span
        ><b>${summary.topology.title}</b>
        <span class="quiet">${several(failures, 'failure')} · ${date(summary.startedAt)} UTC</span></span
      >
      <nav>
        <button type="button" id="copy-link">copy link</button><a href="corrected.md">corrected table</a
        ><a href="junit.xml">junit</a>
      </nav>
    </div>
    <h1>${sentence}</h1>
    ${(control === undefined || summary.mode === 'by-hand') && worstSentence(rows)}${ended}${judgedOn(summary)}
  </header>`;
}
