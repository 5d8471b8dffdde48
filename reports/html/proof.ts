/** Proof of fault: raw looks before, during and after, with other eyes than the fault's own. And the ledger: what was acknowledged and what is there. */
import type { ProofEntry } from '../../sim/runtimes/entries.ts';
import type { Ledger } from '../../sim/scenario/summary.ts';
import { count, duration, instant } from '../figures.ts';
import { html, type Markup } from './markup.ts';

const STAGES = ['before', 'during', 'after'] as const;
const LINES_MAX = 12;
const IDS_MAX = 60;

const question = (entry: ProofEntry): string => {
  const { question: asked } = entry;
  return (
    { connect: 'connect', http: 'GET', name: 'name', ping: 'PING', length: 'LLEN', sql: 'SQL', status: 'reported' }[
      asked.ask
    ] + (asked.ask === 'http' ? ` ${asked.path}` : asked.ask === 'name' ? ` ${asked.name}` : '')
  );
};

function stage(name: (typeof STAGES)[number], all: readonly ProofEntry[]): Markup {
  const lines = all.filter((one) => one.stage === name);
  const held = lines.filter((one) => one.holds).length;
  const title = lines.length === 0 ? 'nobody looked' : `${count(held)} of ${count(lines.length)} looks as it must be`;
  const items = lines
    .slice(0, LINES_MAX)
    .map(
      (one) =>
        html`<li class="${!one.holds && 'off'}">
          <span class="num">${instant(one.atMs)}</span> ${one.about}: ${question(one)} →
          <b>${one.answer.saw}</b> ${one.answer.detail}
          <span class="quiet">(${duration(one.answer.tookMs)})</span>${!one.holds && ' ← not as it must be'}
        </li>`,
    );
  const more = lines.length > LINES_MAX && html`<li class="quiet">and ${count(lines.length - LINES_MAX)} more</li>`;
  return html`<div class="stage">
    <h5>${name} <span class="quiet">${title}</span></h5>
    <ul class="raw">
      ${items}${more}
    </ul>
  </div>`;
}

export const proof = (entries: readonly ProofEntry[]): Markup => html`${STAGES.map((name) => stage(name, entries))}`;

/** Request ids, at most a page's worth of them. */
export function idList(all: readonly string[]): Markup {
  const more = all.length > IDS_MAX && ` and ${count(all.length - IDS_MAX)} more in summary.json`;
  return html`<p class="ids">${all.slice(0, IDS_MAX).map((one) => html`<span>${one}</span> `)}${more}</p>`;
}

function ids(label: string, all: readonly string[], isLoss: boolean): Markup {
  if (all.length === 0) return html`<li>${label} <b>0</b></li>`;
  return html`<li class="${isLoss && 'lost'}">${label} <b>${count(all.length)}</b>${idList(all)}</li>`;
}

/** Writes against Postgres, jobs against the worker's record. */
export function ledger(found: Ledger): Markup {
  const unknown =
    found.unknownWrites > 0 &&
    html`<li>
      ended unknown <b>${count(found.unknownWrites)}</b>, of which <b>${count(found.unknownWritesFound)}</b> are there
    </li>`;
  return html`<div class="pair">
    <div>
      <h5>Tasks <span class="quiet">acknowledged against Postgres</span></h5>
      <ul class="plain-list">
        <li>acknowledged <b>${count(found.acknowledgedWrites)}</b>, found <b>${count(found.foundWrites)}</b></li>
        ${ids('lost', found.lostWrites, true)}${ids('doubled', found.doubledWrites, false)}${ids('phantom', found.phantomWrites, false)}${unknown}
      </ul>
    </div>
    <div>
      <h5>Jobs <span class="quiet">accepted against the worker’s record</span></h5>
      <ul class="plain-list">
        <li>accepted <b>${count(found.acceptedJobs)}</b></li>
        ${ids('never ran', found.lostJobs, true)}${ids('ran twice', found.doubledJobs, false)}${ids('phantom', found.phantomJobs, false)}
      </ul>
    </div>
  </div>`;
}
