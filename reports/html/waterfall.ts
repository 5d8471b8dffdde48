/** One request as bars, a hop inside the hop that called it: the worst of the fault's window beside one from before it. */
import type { Outcome } from '../../sim/runtimes/contract.ts';
import type { PhaseStats } from '../../sim/scenario/summary.ts';
import { producedBy } from '../../sim/behaviour/attribution.ts';
import { endOf, type End } from '../evidence.ts';
import { duration, instant } from '../figures.ts';
import { PRODUCER_WORDS } from '../words.ts';
import { coordinate, html, type Markup } from './markup.ts';

const NAME_WIDTH = 92;
const BAR_WIDTH = 300;
const VALUE_WIDTH = 118;
const LINE = 22;
/** Hops that the api calls one after the other; all others contain the next. */
const CALLED: ReadonlySet<string> = new Set(['sql', 'redis']);
const RANK: Readonly<Record<End, number>> = { failed: 3, unknown: 2, slow: 1, ok: 0 };

interface Bar {
  readonly name: string;
  readonly note: string;
  readonly fromMs: number;
  readonly tookMs: number;
}

/** Only durations are known: a hop is drawn in the middle of its caller, calls of the api one after the other. */
function barsOf(outcome: Outcome): Bar[] {
  const bars: Bar[] = [{ name: 'phone', note: '', fromMs: 0, tookMs: outcome.tookMs }];
  let outer = { fromMs: 0, tookMs: outcome.tookMs };
  let calledMs = 0;
  for (const hop of outcome.hops.filter((one) => one.part !== 'phone')) {
    // Whoever had to connect did that first; the way begins when it is done.
    if (hop.part === 'connect') {
      bars.push({ name: hop.part, note: hop.instance, fromMs: 0, tookMs: hop.tookMs });
      outer = { fromMs: hop.tookMs, tookMs: Math.max(0, outcome.tookMs - hop.tookMs) };
      continue;
    }
    const isCalled = CALLED.has(hop.part);
    const fromMs = isCalled ? outer.fromMs + calledMs : outer.fromMs + Math.max(0, outer.tookMs - hop.tookMs) / 2;
    if (isCalled) calledMs += hop.tookMs;
    else outer = { fromMs, tookMs: hop.tookMs };
    bars.push({ name: hop.part, note: hop.instance, fromMs, tookMs: hop.tookMs });
  }
  return bars;
}

function drawing(outcome: Outcome): Markup {
  const bars = barsOf(outcome);
  const scale = BAR_WIDTH / Math.max(outcome.tookMs, 0.1);
  const lines = bars.map((bar, index) => {
    const y = index * LINE;
    const width = Math.max(1.5, Math.min(bar.tookMs * scale, BAR_WIDTH));
    const x = NAME_WIDTH + Math.min(bar.fromMs * scale, BAR_WIDTH - width);
    return html`<text class="w-name" x="0" y="${y + 14.5}">${bar.name}</text
      ><rect class="w-track" x="${NAME_WIDTH}" y="${y + 4}" width="${BAR_WIDTH}" height="13" /><rect
        class="w-bar ${CALLED.has(bar.name) && 'w-called'}"
        x="${coordinate(x)}"
        y="${y + 4}"
        width="${coordinate(width)}"
        height="13"
        rx="1"
      /><text class="w-value" x="${NAME_WIDTH + BAR_WIDTH + 8}" y="${y + 14.5}">${duration(bar.tookMs)}</text>`;
  });
  return html`<svg
    class="waterfall"
    viewBox="0 0 ${NAME_WIDTH + BAR_WIDTH + VALUE_WIDTH} ${bars.length * LINE + 2}"
    role="img"
    aria-label="${bars.map((bar) => `${bar.name} ${duration(bar.tookMs)}`).join(', ')}"
  >
    ${lines}
  </svg>`;
}

/** "4 round trips to Postgres", as the api counted them. */
function roundTrips(outcome: Outcome): string | undefined {
  const n = outcome.hops.find((one) => one.part === 'sql')?.trips;
  return n === undefined ? undefined : `${n} round ${n === 1 ? 'trip' : 'trips'} to Postgres`;
}

function card(title: string, outcome: Outcome, journeyTitle: string): Markup {
  const ended = outcome.status === undefined ? (outcome.error ?? outcome.end) : String(outcome.status);
  const cache = outcome.evidence.headers['x-cache'];
  const facts = [
    `${ended} after ${duration(outcome.tookMs)}`,
    outcome.end !== 'ok' && `by ${PRODUCER_WORDS[producedBy(outcome)] ?? 'unknown'}`,
    cache !== undefined && `cache ${cache}`,
    roundTrips(outcome),
    ...outcome.hops.filter((one) => one.part === 'api' || one.part === 'ingress').map((one) => one.instance),
  ];
  const known = facts.filter((one) => typeof one === 'string' && one !== '');
  const body =
    outcome.hops.length === 0
      ? html`<p class="quiet">No hop could be seen: the answer carries no timings.</p>`
      : undefined;
  return html`<figure class="request">
    <figcaption>
      <b>${title}</b> ${journeyTitle}, due at ${instant(outcome.atMs)}<br /><span class="quiet"
        >${known.join(' · ')}</span
      >
    </figcaption>
    ${drawing(outcome)}${body}
    <p class="id">${outcome.requestId}</p>
  </figure>`;
}

const within = (requests: readonly Outcome[], phase: PhaseStats | undefined): Outcome[] =>
  phase === undefined ? [] : requests.filter((one) => one.atMs >= phase.fromMs && one.atMs < phase.toMs);
const median = (requests: readonly Outcome[]): Outcome | undefined =>
  requests.toSorted((a, b) => a.tookMs - b.tookMs)[Math.floor(requests.length / 2)];

/** The request that tells most: a hurt one, among those one that shows its hops, then the worst end, then the slowest. */
export function worstOf(requests: readonly Outcome[], patienceMs: number): Outcome | undefined {
  const seen = (one: Outcome): number => (one.hops.length > 0 ? 1 : 0);
  const hurt = (one: Outcome): number => (endOf(one, patienceMs) === 'ok' ? 0 : 1);
  return requests.toSorted(
    (a, b) =>
      hurt(b) - hurt(a) ||
      seen(b) - seen(a) ||
      RANK[endOf(b, patienceMs)] - RANK[endOf(a, patienceMs)] ||
      b.tookMs - a.tookMs,
  )[0];
}

export interface WaterfallInput {
  readonly phases: readonly PhaseStats[];
  readonly requests: readonly Outcome[];
  readonly exposed: readonly string[];
  readonly patienceMs: number;
  readonly titleOf: (journey: string) => string;
}
/** Two cards side by side; each has its own scale, which its first bar tells. */
export function waterfalls(input: WaterfallInput): Markup | undefined {
  const about = input.requests.filter((one) => input.exposed.includes(one.journey));
  const phase = (name: string): PhaseStats | undefined => input.phases.find((one) => one.phase === name);
  const worst = worstOf(within(about, phase('during')), input.patienceMs);
  if (worst === undefined) return undefined;
  const before = median(
    within(about, phase('before')).filter((one) => one.end === 'ok' && one.journey === worst.journey),
  );
  const isHurt = endOf(worst, input.patienceMs) !== 'ok';
  return html`<div class="pair">
      ${before !== undefined && card('Before the fault:', before, input.titleOf(before.journey))}${card(isHurt ? 'Hurt by it:' : 'Slowest in it:', worst, input.titleOf(worst.journey))}
    </div>
    <p class="quiet">
      Each drawing has its own scale. Only durations are known: a hop is drawn in the middle of its caller.
    </p>`;
}
