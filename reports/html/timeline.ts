/**
 * Each request of a play as a dot, due time against latency, with the fault's window shaded and what happened to pods and
 * endpoints as numbered flags on the same axis. Shapes tell the ends apart, not colours alone.
 */
import type { Outcome } from '../../sim/runtimes/contract.ts';
import type { PhaseStats } from '../../sim/scenario/summary.ts';
import { endOf, type End, type Mark, type Spell } from '../evidence.ts';
import { count, duration, instant } from '../figures.ts';
import { coordinate, html, trusted, type Markup } from './markup.ts';

export interface TimelineInput {
  readonly phases: readonly PhaseStats[];
  readonly faulty: readonly Spell[];
  readonly requests: readonly Outcome[];
  readonly marks: readonly Mark[];
  readonly patienceMs: number;
  readonly isUnproven: boolean;
}
const WIDTH = 1_060;
const LEFT = 46;
const RIGHT = 10;
const LANES = 3;
const TOP = 20 + LANES * 16;
const PLOT = 190;
const HEIGHT = TOP + PLOT + 26;
/** Latency is drawn on a logarithmic axis: 10 ms and a minute must be seen on one page. */
const FLOOR_MS = 10;
const GRID_MS = [10, 100, 1_000, 10_000, 60_000];
const MARKS_MAX = 18;
const TICKS_MAX = 14;
const HOUR_MS = 3_600_000;
/** A letter of a phase's name, about; where it would run into the next one it is left out. */
const LETTER = 7;
const DOTS_MAX = 3_000;
const ENDS: readonly { readonly end: End; readonly word: string; readonly shape: string }[] = [
  { end: 'ok', word: 'ok', shape: 'h0' },
  { end: 'slow', word: 'too late', shape: 'm-2.6 0a2.6 2.6 0 1 0 5.2 0a2.6 2.6 0 1 0 -5.2 0' },
  { end: 'failed', word: 'failed', shape: 'm-2.6 -2.6l5.2 5.2m0 -5.2l-5.2 5.2' },
  { end: 'unknown', word: 'unknown', shape: 'm0 -3.6l3.6 3.6l-3.6 3.6l-3.6 -3.6z' },
];

class Axes {
  private readonly fromMs: number;
  private readonly toMs: number;
  private readonly topMs: number;
  constructor(fromMs: number, toMs: number, topMs: number) {
    this.fromMs = fromMs;
    this.toMs = toMs;
    this.topMs = topMs;
  }
  x(atMs: number): number {
    const share = (atMs - this.fromMs) / (this.toMs - this.fromMs);
    return LEFT + Math.min(1, Math.max(0, share)) * (WIDTH - LEFT - RIGHT);
  }
  y(tookMs: number): number {
    const share = Math.log(Math.max(FLOOR_MS, tookMs) / FLOOR_MS) / Math.log(this.topMs / FLOOR_MS);
    return TOP + PLOT * (1 - Math.min(1, share));
  }
  ticks(): number[] {
    const spanMs = this.toMs - this.fromMs;
    const stepMs =
      [1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000].find(
        (one) => spanMs / one <= TICKS_MAX,
      ) ?? Math.ceil(spanMs / TICKS_MAX / HOUR_MS) * HOUR_MS;
    const first = Math.ceil(this.fromMs / stepMs);
    return Array.from(
      { length: Math.max(0, Math.floor(this.toMs / stepMs) - first + 1) },
      (_, index) => (first + index) * stepMs,
    );
  }
}

/** One path for each end keeps a page of thousands of requests small. Every request that is not ok is drawn; of the ok ones at most a fixed number. */
function dots(input: TimelineInput, axes: Axes): Markup[] {
  return ENDS.map(({ end, shape }) => {
    const all = input.requests.filter((one) => endOf(one, input.patienceMs) === end);
    const every = Math.max(1, Math.ceil(all.length / DOTS_MAX));
    const path = all
      .filter((_, index) => index % every === 0)
      .map((one) => `M${coordinate(axes.x(one.atMs))} ${coordinate(axes.y(one.tookMs))}${shape}`);
    return html`<path class="d-${end}" d="${trusted(path.join(''))}" />`;
  });
}

function grid(input: TimelineInput, axes: Axes, topMs: number): Markup {
  const rows = GRID_MS.filter((ms) => ms <= topMs).map((ms) => {
    const y = coordinate(axes.y(ms));
    return html`<line class="t-grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}" /><text
        class="t-label"
        x="${LEFT - 8}"
        y="${y}"
        dy="3.5"
        text-anchor="end"
        >${duration(ms)}</text
      >`;
  });
  const columns = axes
    .ticks()
    .map(
      (ms) =>
        html`<text class="t-label" x="${coordinate(axes.x(ms))}" y="${TOP + PLOT + 17}" text-anchor="middle"
          >${ms / 1_000} s</text
        >`,
    );
  const patience = coordinate(axes.y(input.patienceMs));
  // Where nobody waited that long the line would lie outside of the drawing.
  if (input.patienceMs > topMs) return html`${rows}${columns}`;
  return html`${rows}${columns}<line
      class="t-patience"
      x1="${LEFT}"
      x2="${WIDTH - RIGHT}"
      y1="${patience}"
      y2="${patience}"
    /><text class="t-label" x="${WIDTH - RIGHT - 4}" y="${patience}" dy="-5" text-anchor="end"
      >users wait ${duration(input.patienceMs)}</text
    >`;
}

function windows(input: TimelineInput, axes: Axes): Markup[] {
  const shades = input.faulty.map(({ fromMs, toMs }) => {
    const x = axes.x(fromMs);
    const box = html`x="${coordinate(x)}" y="${TOP}" width="${coordinate(axes.x(toMs) - x)}" height="${PLOT}"`;
    return html`<rect class="t-window" ${box} />${input.isUnproven && html`<rect fill="url(#hatch)" ${box} />`}`;
  });
  const names = input.phases.map((one) => {
    const x = axes.x(one.fromMs);
    const name = one.phase === 'during' ? 'fault' : one.phase;
    const fits = axes.x(one.toMs) - x > LETTER * name.length;
    return html`${fits && html`<text class="t-phase" x="${coordinate(x + 5)}" y="12">${name}</text>`}<line
        class="t-border"
        x1="${coordinate(x)}"
        x2="${coordinate(x)}"
        y1="3"
        y2="${TOP + PLOT}"
      />`;
  });
  return [...shades, ...names];
}

/** Flags that would cover each other hang lower; all poles stand behind all flags. */
function flags(marks: readonly Mark[], axes: Axes): Markup {
  const freeFrom = Array.from({ length: LANES }, () => 0);
  const drawn = marks.map((mark, index) => {
    const x = axes.x(mark.atMs);
    const free = freeFrom.findIndex((one) => x >= one);
    const lane = Math.max(0, free === -1 ? freeFrom.indexOf(Math.min(...freeFrom)) : free);
    const left = Math.max(x, freeFrom[lane] ?? 0);
    freeFrom[lane] = left + 19;
    const y = 20 + lane * 16;
    const at = coordinate(x);
    return {
      pole: html`<line class="t-pole" x1="${at}" x2="${at}" y1="${y}" y2="${TOP + PLOT}" />`,
      flag: html`<g class="f-${mark.kind}"
        ><rect class="t-flag" x="${coordinate(left)}" y="${y}" width="17" height="13" rx="2" /><text
          class="t-number"
          x="${coordinate(left + 8.5)}"
          y="${y + 9.8}"
          text-anchor="middle"
          >${index + 1}</text
        ></g
      >`,
    };
  });
  return html`${drawn.map((one) => one.pole)}${drawn.map((one) => one.flag)}`;
}

function legend(input: TimelineInput): Markup {
  const ends = ENDS.map(({ end, word, shape }) => {
    const n = input.requests.filter((one) => endOf(one, input.patienceMs) === end).length;
    const sampled = n > DOTS_MAX ? `, one in ${Math.ceil(n / DOTS_MAX)} drawn` : '';
    return html`<span class="key"
      ><svg viewBox="-6 -6 12 12" width="12" height="12" aria-hidden="true">
        <path class="d-${end}" d="M0 0${trusted(shape)}" /></svg
      >${word} ${count(n)}${sampled}</span
    >`;
  });
  return html`<p class="keys">${ends}</p>`;
}

function happenings(marks: readonly Mark[], left: number): Markup | undefined {
  if (marks.length === 0) return undefined;
  const items = marks.map(
    (one, index) =>
      html`<li class="f-${one.kind}">
        <span class="flag">${index + 1}</span><span class="num">${instant(one.atMs)}</span> ${one.text}
      </li>`,
  );
  return html`<ol class="marks">
    ${items}${left > 0 && html`<li>and ${count(left)} more in <a href="journal.jsonl">journal.jsonl</a></li>`}
  </ol>`;
}

/** As many marks as fit, in order of time: what was done comes before what became of it. */
function foremost(marks: readonly Mark[]): Mark[] {
  const isDone = ({ kind }: Mark): boolean => kind === 'fault' || kind === 'operation';
  const kept = new Set([...marks.filter(isDone), ...marks.filter((one) => !isDone(one))].slice(0, MARKS_MAX));
  return marks.filter((one) => kept.has(one));
}

/** The drawing with its legend; `undefined` when the play sent no request. */
export function timeline(input: TimelineInput): Markup | undefined {
  const fromMs = input.phases[0]?.fromMs ?? 0;
  const toMs = input.phases.at(-1)?.toMs ?? 0;
  if (input.requests.length === 0 || toMs <= fromMs) return undefined;
  const slowest = input.requests.reduce((most, one) => Math.max(most, one.tookMs), 0);
  const topMs =
    [1_000, 3_000, 12_000, 30_000, 70_000].find((one) => one >= Math.max(slowest, 500) * 1.05) ?? slowest * 1.2;
  const axes = new Axes(fromMs, toMs, topMs);
  const shown = foremost(input.marks);
  const drawing = html`<svg
    class="timeline"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    role="img"
    aria-label="Each request by the time it was due and how long it took"
  >
    ${windows(input, axes)}${grid(input, axes, topMs)}${flags(shown, axes)}${dots(input, axes)}
  </svg>`;
  return html`<div class="wide">${drawing}</div>
    ${legend(input)}${happenings(shown, input.marks.length - shown.length)}`;
}
