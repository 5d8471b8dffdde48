/**
 * index.html: one file that fetches nothing and runs one small script, both enforced by its own Content-Security-Policy.
 *
 *   page ─▶ head (three questions, judged on)
 *        └▶ row × n (row.ts) ─▶ strip · statement · timeline · waterfall · proof, ledger
 *
 * Nothing is computed here that decides anything: verdicts and counts come from the summary, drawings from the journal.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Entry } from '../../sim/runtimes/entries.ts';
import type { RunSummary } from '../../sim/scenario/summary.ts';
import { evidenceByPlay } from '../evidence.ts';
import { count, duration } from '../figures.ts';
import { rowsOf, worstFirst } from '../rows.ts';
import { EXPECTED_FILE, lastTimeOf, playedWords } from '../words.ts';
import { head } from './head.ts';
import { html, trusted, type Markup } from './markup.ts';
import { tableRow } from './row.ts';

const asset = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** A style or script exactly as its hash was taken: not one blank more. */
const element = (name: 'style' | 'script', text: string): Markup => trusted(`<${name}>${text}</${name}>`);

/** Hatching for whatever is not proven; referred to by every drawing. */
const HATCH = html`<svg width="0" height="0" class="defs" aria-hidden="true">
  <defs>
    <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <line class="hatch-line" x1="0" y1="0" x2="0" y2="6" />
    </pattern>
  </defs>
</svg>`;

function facts(summary: RunSummary): Markup {
  const { host } = summary;
  const lag = Math.max(0, ...summary.scenarios.flatMap((one) => one.plays).map((one) => one.load.lagP99Ms));
  const idle = summary.tempo === 1 ? 'idle waits in full' : `idle waits ${summary.tempo}×`;
  const all = [
    `seed ${summary.seed}`,
    summary.runtime,
    `${summary.topology.nodes} nodes`,
    `${count(summary.rateRps)} req/s`,
    `latencies ${summary.profile}`,
    idle,
    ...playedWords(summary),
    `own lag p99 ${duration(lag)}`,
    `${host.platform}, ${host.cores} cores, load ${host.loadAverage.toFixed(1)}, Node ${host.node}`,
    `took ${duration(summary.wallMs)}`,
  ];
  return html`<p class="facts">
    ${all.join(' · ')}<br />again: <code>${summary.command}</code> · <a href="journal.jsonl">journal</a> ·
    <a href="summary.json">summary.json</a> · <a href="summary.md">summary.md</a>
  </p>`;
}

const KEYS = [
  ['failed', 'failed'],
  ['slow', 'too late'],
  ['lost', 'lost'],
  ['window', 'fault in force'],
  ['hatch', 'not proven'],
] as const;
const KEY = html`<p class="facts key-line">
  ${KEYS.map(([name, word]) => html`<span><span class="swatch s-key-${name}"></span>${word}</span>`)}
</p>`;
const COLUMNS = html`<div class="columns" aria-hidden="true">
  <span>failure</span><span>what users saw</span><span>pain</span><span>the book</span><span>since last</span
  ><span>before · fault · after</span>
</div>`;

/** The whole page as text. */
export function renderHtml(
  entries: readonly Entry[],
  summary: RunSummary,
  options: { readonly expectedFile?: string } = {},
): string {
  const style = asset('page.css');
  const script = asset('page-script.js');
  const evidence = evidenceByPlay(entries);
  const rows = worstFirst(rowsOf(summary));
  const policy = `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(script)}; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${summary.topology.title}: rehearsal ${summary.runId}</title>
        ${element('style', style)}
      </head>
      <body>
        ${HATCH}
        <main>
          ${head(summary, rows, options.expectedFile ?? EXPECTED_FILE)}
          <div class="table">
            ${COLUMNS}
            ${rows.map((row) => tableRow({ row, evidence, lastTime: lastTimeOf(row, summary) }, rows.length === 1))}
          </div>
          ${KEY} ${facts(summary)}
        </main>
        ${element('script', script)}
      </body>
    </html> `.text;
}
