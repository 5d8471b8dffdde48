/** Figures on journals written by hand: what it takes to be right, wrong and not proven. */
import { describe, expect, test } from 'vitest';
import { floorsOf, judgeFigure, physicsOf } from '../../sim/scenario/judge-figure.ts';
import type { Hop } from '../../sim/runtimes/contract.ts';
import type { Claim, Figure, Leg, PlayedEntry, PlayEntry } from '../../sim/runtimes/entries.ts';
import { end, request, step } from '../checkers/entries.ts';

const neon: Leg = {
  ...{ from: 'api', to: 'postgres', between: ['node:a', 'external:neon'], km: 6_736 },
  ...{ rttMs: 95, jitterMs: 5, source: 'made up for a test' },
};
const atlantic: Leg = {
  ...{ from: 'edge', to: 'ingress', between: ['pop:dallas', 'node:a'], km: 8_440 },
  ...{ rttMs: 120, jitterMs: 5, source: 'made up for a test' },
};
const near: Leg = {
  ...atlantic,
  from: 'ingress',
  to: 'api',
  between: ['node:a', 'node:b'],
  km: 0,
  rttMs: 0.6,
  jitterMs: 0.2,
};
const play = (kind: 'real' | 'arithmetic' = 'arithmetic'): PlayEntry => ({
  ...{ kind: 'play', atMs: 0, play: 'p', scenario: 'budget', variant: 'well', title: 'T', scenarioTitle: 'T' },
  ...{ layer: 'L', minHits: 10, patienceMs: 10_000, hypothesis: [], exposed: ['list'], expectedExposed: 40 },
  ...{ shortened: [], parts: [{ role: 'Postgres', kind, version: '1' }], legs: [atlantic, near, neon] },
  journeys: { list: { title: 'lists', enqueues: false, writes: false } },
});
const figure = (change: Partial<Figure> = {}): Figure => ({
  ...{ label: 'api → Neon', text: '20–60 ms', minMs: 20, maxMs: 60, lowMs: 18, highMs: 65 },
  ...{ between: ['api', 'postgres'], connection: 'warm', per: 'request', way: 'round-trip' },
  ...change,
});
const claim = (read: Figure | undefined): Claim => ({
  ...{ source: { file: 'book.md', line: 7, text: 'api → Neon: 20–60 ms' }, scenario: 'budget', about: 'figure' },
  ...{ name: 'api-neon', predicates: [], unread: read === undefined ? ['neon'] : [] },
  ...(read === undefined ? {} : { figure: read }),
});
interface Ways {
  readonly n?: number;
  readonly edgeMs?: number;
  readonly nearMs?: number;
  readonly sqlMs?: number;
  readonly handshakes?: number;
}
/** Requests whose hops took this long; every way makes one trip, Postgres four. */
function journal({ n = 20, edgeMs = 121, nearMs = 1, sqlMs = 381, handshakes = 0 }: Ways = {}): PlayedEntry[] {
  const hop = (part: string, tookMs: number, trips = 1): Hop => ({ part, instance: '', tookMs, trips, handshakes: 0 });
  const hops = [
    hop('edge', sqlMs + nearMs + edgeMs),
    hop('ingress', sqlMs + nearMs),
    hop('api', sqlMs),
    { ...hop('sql', sqlMs, 4 + handshakes), handshakes },
  ];
  return [step(0, 'before'), ...Array.from({ length: n }, (_, i) => request(`r${i}`, i, { hops })), end(9_000)];
}
const judged = (read: Figure | undefined, ways: Ways = {}, kind?: 'real' | 'arithmetic', more: PlayedEntry[] = []) =>
  judgeFigure(claim(read), play(kind), [...journal(ways), ...more]);

describe('a figure', () => {
  test('is wrong when neither what was counted nor what was seen lies within it', () => {
    const verdict = judged(figure());
    expect(verdict).toMatchObject({
      verdict: 'refuted',
      judged: true,
      id: 'budget/well/api-neon',
      counts: { exposed: 20 },
    });
    expect(verdict.reason).toContain('381 ms: 4 trips to Neon at 95 ms (assumed); 20 requests');
    expect(verdict.interval95).toEqual({ low: 381, high: 381 });
  });
  test('is right when both do', () => {
    expect(judged(figure({ minMs: 350, maxMs: 400, lowMs: 345, highMs: 405 })).verdict).toBe('confirmed');
  });
  test('of a trip is held against one of them', () => {
    const trip = figure({ per: 'trip', minMs: 90, maxMs: 100, lowMs: 85, highMs: 105 });
    expect(judged(trip)).toMatchObject({ verdict: 'confirmed' });
    expect(judged(trip).findings[0]?.value).toBeCloseTo(95.25, 9);
  });
  test('that does not say whether one way or both is right when either reading is, and the reading is told', () => {
    const unsaid = figure({
      between: ['edge', 'ingress'],
      way: 'unsaid',
      minMs: 90,
      maxMs: 120,
      lowMs: 85,
      highMs: 125,
    });
    expect(judged(unsaid)).toMatchObject({ verdict: 'confirmed' });
    expect(judged(unsaid).reason).toMatch(/^121 ms there and back/);
    expect(judged({ ...unsaid, way: 'one-way' })).toMatchObject({ verdict: 'refuted' });
    const half = { ...unsaid, minMs: 55, maxMs: 65, lowMs: 54.5, highMs: 65.5 };
    expect(judged(half).reason).toMatch(/^61 ms one way/);
  });
  test('always tells that the latencies are assumed', () => {
    expect(judged(figure()).judgedOn).toContain('assumed latencies');
  });
});

describe('a figure is not proven', () => {
  test.each([9, 0])('when only %i requests came that way, 10 are needed', (n) => {
    expect(judged(figure(), { n })).toMatchObject({ verdict: 'inconclusive', judged: true, pain: 'unknown' });
  });
  test('when the connections it is about were not of its kind', () => {
    expect(judged(figure({ connection: 'cold' })).reason).toContain(
      'only 0 requests came this way on a cold connection',
    );
    expect(judged(figure({ connection: 'cold' }), { handshakes: 6, sqlMs: 960 }).verdict).toBe('refuted');
  });
  test('when requests were faster than the assumed delays allow: these were not in force', () => {
    const verdict = judged(figure({ minMs: 1, maxMs: 9, lowMs: 0.5, highMs: 9.5 }), { sqlMs: 4 });
    expect(verdict.verdict).toBe('inconclusive');
    expect(verdict.reason).toContain('the delays were not in force');
  });
  test('when the delays were withheld', () => {
    const withheld: PlayedEntry = {
      ...{ kind: 'fault', atMs: 1, play: 'p', as: 'delays', fault: 'delay', params: {}, state: 'withheld' },
    };
    expect(judged(figure(), {}, undefined, [withheld]).reason).toContain('withheld');
  });
  test('when no way was read in its label', () => {
    expect(judged(undefined)).toMatchObject({ verdict: 'inconclusive', findings: [] });
    expect(judged(undefined).reason).toContain('unread: neon');
  });
  test('when it is finer than live hops can tell; the model, whose programs take no time here, tells it', () => {
    const fine = figure({ between: ['ingress', 'api'], minMs: 0, maxMs: 1, lowMs: 0, highMs: 1 });
    expect(judged(fine, { nearMs: 0.8 }, 'real').verdict).toBe('inconclusive');
    expect(judged(fine, { nearMs: 2.4 }, 'real').verdict).toBe('inconclusive');
    expect(judged(fine, { nearMs: 0.8 }).verdict).toBe('confirmed');
  });
  test('when this machine alone takes it out of its bounds; and not when the counts do', () => {
    const wide = figure({ between: ['edge', 'ingress'], minMs: 110, maxMs: 130, lowMs: 105, highMs: 135 });
    expect(judged(wide, { edgeMs: 122 }, 'real').verdict).toBe('confirmed');
    expect(judged(wide, { edgeMs: 180 }, 'real').reason).toContain("this machine's own work would decide");
    expect(judged(figure(), { sqlMs: 500 }, 'real').verdict).toBe('refuted');
  });
  test('when the play broke off: nothing is judged', () => {
    const broken = judgeFigure(claim(figure()), play(), journal().slice(0, -1));
    expect(broken).toMatchObject({ verdict: 'inconclusive', judged: false });
  });
});

describe('light', () => {
  const floors = floorsOf([neon], { between: ['api', 'postgres'], way: 'round-trip' });
  test('there and back to Ashburn needs 44.9 ms in vacuum, 67.4 ms in straight fibre (facts 4.4)', () => {
    expect([floors.vacuum.toFixed(1), floors.fibre.toFixed(1)]).toEqual(['44.9', '67.4']);
  });
  test.each([
    [40, 'impossible'],
    [44, 'impossible'],
    [46, 'faster than straight fibre'],
    [67, 'faster than straight fibre'],
    [68, undefined],
    [10_000, undefined],
    [undefined, undefined],
  ] as const)('%s ms is %s', (ms, physics) => {
    expect(physicsOf(ms, floors)).toBe(physics);
  });
  test('half of it where one way may be meant', () => {
    expect(floorsOf([neon], { between: ['api', 'postgres'], way: 'unsaid' }).fibre).toBeCloseTo(floors.fibre / 2, 9);
  });
  test('"more than 20 ms" is true of whatever takes longer', () => {
    const { maxMs: _most, highMs: _high, ...open } = figure();
    expect(judged(open).reason).not.toContain('impossible');
  });
  test('a figure with an end below it says so beside its verdict', () => {
    expect(judged(figure()).reason).toContain('20 ms is impossible, 60 ms is faster than straight fibre');
  });
});
