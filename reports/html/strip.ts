/** The strip of a row: when users were hurt. Share of requests that failed or came too late, in buckets of time: before, fault, after. */
import type { Outcome } from '../../sim/runtimes/contract.ts';
import type { PhaseStats } from '../../sim/scenario/summary.ts';
import { endOf, type Spell } from '../evidence.ts';
import { count } from '../figures.ts';
import { coordinate, html, type Markup } from './markup.ts';

export interface StripInput {
  readonly phases: readonly PhaseStats[];
  readonly faulty: readonly Spell[];
  readonly requests: readonly Outcome[];
  /** Ids of those that count; the others are drawn, and not spoken of unless they are marked. */
  readonly counted: ReadonlySet<string>;
  readonly patienceMs: number;
  /** Nothing is proven about the fault's window: it is hatched. */
  readonly isUnproven: boolean;
  /** Requests that were hurt though their answer was right; who lost something is drawn so whatever the answer was. */
  readonly marks: ReadonlyMap<string, Hurt>;
}
export type Hurt = 'failed' | 'slow' | 'lost';
interface Bucket extends Record<Hurt, number> {
  readonly fromMs: number;
  all: number;
}
const WIDTH = 224;
const HEIGHT = 26;
const BUCKETS = 44;
const BASE = 2;

function hurtOf(request: Outcome, { marks, patienceMs }: StripInput): Hurt | undefined {
  const mark = marks.get(request.requestId);
  const end = endOf(request, patienceMs);
  if (mark === 'lost' || end === 'ok') return mark;
  return end === 'slow' ? 'slow' : 'failed';
}

function bucketsOf(input: StripInput, fromMs: number, toMs: number): Bucket[] {
  const stepMs = (toMs - fromMs) / BUCKETS;
  const buckets = Array.from({ length: BUCKETS }, (_, index): Bucket => ({
    fromMs: fromMs + index * stepMs,
    all: 0,
    failed: 0,
    slow: 0,
    lost: 0,
  }));
  for (const request of input.requests) {
    const bucket = buckets[Math.floor((request.atMs - fromMs) / stepMs)];
    if (bucket === undefined) continue;
    const hurt = hurtOf(request, input);
    bucket.all += 1;
    if (hurt !== undefined) bucket[hurt] += 1;
  }
  return buckets;
}

function bar(bucket: Bucket, x: number, width: number): Markup | undefined {
  if (bucket.all === 0) return undefined;
  const full = HEIGHT - BASE - 1;
  const heightOf = (n: number): number => (n === 0 ? 0 : Math.max(2, (n / bucket.all) * full));
  let top = HEIGHT - BASE;
  const piece = (className: string, n: number): Markup | undefined => {
    const height = Math.min(heightOf(n), top);
    top -= height;
    return n === 0
      ? undefined
      : html`<rect
          class="${className}"
          x="${coordinate(x)}"
          y="${coordinate(top)}"
          width="${coordinate(width)}"
          height="${coordinate(height)}"
        />`;
  };
  const base = html`<rect
    class="s-base"
    x="${coordinate(x)}"
    y="${HEIGHT - BASE}"
    width="${coordinate(width)}"
    height="${BASE}"
  />`;
  return html`${base}${piece('s-lost', bucket.lost)}${piece('s-failed', bucket.failed)}${piece('s-slow', bucket.slow)}`;
}

/** The same in words, for those who cannot see it. */
function spoken(input: StripInput): string {
  const spokenOf = input.requests.filter((one) => input.counted.has(one.requestId) || input.marks.has(one.requestId));
  return input.phases
    .filter((one) => one.phase !== 'warm-up')
    .map(({ phase, fromMs, toMs }) => {
      const inPhase = spokenOf.filter((one) => one.atMs >= fromMs && one.atMs < toMs);
      const hurt = inPhase.filter((one) => hurtOf(one, input) !== undefined).length;
      return `${phase === 'during' ? 'fault' : phase}: ${count(hurt)} of ${count(inPhase.length)} requests failed, too late or lost`;
    })
    .join('; ');
}

/** An SVG of fixed height that fills its column; empty when the play never got as far as its baseline. */
export function strip(input: StripInput): Markup {
  const told = input.phases.filter((one) => one.phase !== 'warm-up');
  const fromMs = told[0]?.fromMs;
  const toMs = told.at(-1)?.toMs;
  if (fromMs === undefined || toMs === undefined || toMs <= fromMs) return html`<span class="strip"></span>`;
  const x = (ms: number): number => ((ms - fromMs) / (toMs - fromMs)) * WIDTH;
  const faults = input.faulty.map((one) => {
    const box = html`x="${coordinate(x(one.fromMs))}" y="0" width="${coordinate(x(one.toMs) - x(one.fromMs))}"
    height="${HEIGHT}"`;
    return html`<rect class="s-window" ${box} />${input.isUnproven && html`<rect fill="url(#hatch)" ${box} />`}`;
  });
  const width = WIDTH / BUCKETS - 1;
  const bars = bucketsOf(input, fromMs, toMs).map((one) => bar(one, x(one.fromMs) + 0.5, width));
  return html`<svg
    class="strip"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    preserveAspectRatio="none"
    role="img"
    aria-label="${spoken(input)}"
  >
    ${faults}${bars}
  </svg>`;
}
