/** The judge on journals written by hand: what it takes to be right, wrong, not proven and not judged. */
import { describe, expect, test } from 'vitest';
import { judge } from '../../sim/scenario/judge.ts';
import { SOME_SHARE } from '../../sim/scenario/phrases.ts';
import type { Claim, PlayedEntry, PlayEntry } from '../../sim/runtimes/entries.ts';
import { end, request, step } from '../checkers/entries.ts';
import { play, proof as seenWell, type ProofStage } from './journal.ts';

const works: Claim = {
  source: { file: 'book.md', line: 3, text: 'keeps serving' },
  scenario: 's',
  about: 'sees',
  unread: [],
  predicates: [{ measure: 'share-ok', where: { journey: 'list' }, min: 0.99, unit: 'share' }],
};
const fails500: Claim = {
  ...works,
  predicates: [{ measure: 'share-status', where: { journey: 'list', status: 500 }, min: 0.5, unit: 'share' }],
};

const proof = (stage: ProofStage, holds = true): PlayedEntry => ({ ...seenWell(stage, 1), holds });
interface Shape {
  readonly during?: number;
  readonly bad?: number;
  readonly badBefore?: number;
  readonly without?: 'before' | 'during' | 'after';
  readonly refutedProof?: 'before' | 'during' | 'after';
  readonly extra?: readonly PlayedEntry[];
  readonly ended?: PlayedEntry;
}
function journal(shape: Shape = {}): PlayedEntry[] {
  const stages = (['before', 'during', 'after'] as const).filter((stage) => stage !== shape.without);
  const bad = {
    end: 'fail',
    status: 500,
    evidence: { headers: {}, bodyHead: '{' },
  } as const;
  return [
    step(0, 'before'),
    ...Array.from({ length: 100 }, (_, n) => request(`r${n}`, n, n < (shape.badBefore ?? 0) ? bad : {})),
    step(1_000, 'during'),
    ...Array.from({ length: shape.during ?? 400 }, (_, n) =>
      request(`r${1_000 + n}`, 1_000 + n, n < (shape.bad ?? 0) ? bad : {}),
    ),
    step(2_000, 'after'),
    ...stages.map((stage) => proof(stage, stage !== shape.refutedProof)),
    ...(shape.extra ?? []),
    shape.ended ?? end(3_000),
  ];
}

describe('judge', () => {
  test('right: the fault was proven and enough requests were well', () => {
    const verdict = judge(works, play, journal());
    expect(verdict).toMatchObject({
      verdict: 'confirmed',
      judged: true,
      counts: { exposed: 400, ok: 400 },
      pain: 'none',
    });
    expect(verdict.reason).toBe('400 of 400 lists answered right');
    expect(verdict.interval95?.low).toBeGreaterThan(0.99);
  });
  test('wrong: the share does not hold, and what was seen is told', () => {
    const verdict = judge(works, play, journal({ bad: 40 }));
    expect(verdict).toMatchObject({
      verdict: 'refuted',
      pain: 'medium',
      counts: { fail: 40, byStatus: { '200': 360, '500': 40 }, byProducer: { api: 400 } },
    });
    expect(verdict.reason).toBe('360 of 400 lists answered right');
  });
  test('the opposite sentence about the same journal gets the opposite verdict', () => {
    expect(judge(fails500, play, journal({ bad: 400 })).verdict).toBe('confirmed');
    expect(judge(fails500, play, journal()).verdict).toBe('refuted');
  });
  test('"some get a 500" is refuted by nobody only where enough were asked', () => {
    const some: Claim = {
      ...works,
      predicates: [
        { measure: 'share-status', where: { journey: 'list', status: 500 }, min: SOME_SHARE, unit: 'share' },
        { measure: 'longest-spell', where: { journey: 'list', status: 500 }, max: 5_000, unit: 'ms' },
      ],
    };
    expect(judge(some, play, journal({ bad: 1 }))).toMatchObject({
      verdict: 'confirmed',
      reason: '1 of 400 lists ended with 500; 500 for 0 ms at the longest',
    });
    expect(judge(some, play, journal())).toMatchObject({
      verdict: 'refuted',
      reading: ['some lists end with 500', 'a 500 lasts at most 5 s at a stretch'],
    });
    expect(judge(some, play, journal({ during: 200 }))).toMatchObject({ verdict: 'inconclusive' });
  });
  test.each(['before', 'during', 'after'] as const)('not proven: nobody looked %s the fault', (without) => {
    expect(judge(works, play, journal({ without }))).toMatchObject({ verdict: 'inconclusive', judged: true });
  });
  test.each(['before', 'during', 'after'] as const)(
    'not proven: the look %s the fault saw something else',
    (refutedProof) => {
      const verdict = judge(works, play, journal({ refutedProof }));
      expect(verdict).toMatchObject({ verdict: 'inconclusive', pain: 'unknown' });
      expect(verdict.next).toBeDefined();
    },
  );
  test('not proven: of the requests that a predicate is about there were too few', () => {
    const needed = (n: number): PlayedEntry[] =>
      Array.from({ length: n }, (_, index) =>
        request(`r${9_000 + index}`, 1_500, {
          end: 'fail',
          status: 500,
          hops: [{ part: 'api', instance: '', tookMs: 1, questions: 8 }],
        }),
      );
    const cold: Claim = {
      ...works,
      predicates: [{ measure: 'share-failed', where: { connection: 'new' }, min: 0.5, unit: 'share' }],
    };
    expect(judge(cold, play, journal({ extra: needed(10) })).verdict).toBe('confirmed');
    expect(judge(cold, play, journal({ extra: needed(9) }))).toMatchObject({
      verdict: 'inconclusive',
      reason:
        '9 of 9 requests that needed a new connection failed, each after up to 8 DNS questions (up to 0 before): 10 such requests are needed',
    });
    expect(judge(cold, play, journal()).reason).toContain('no requests that needed a new connection to measure');
    // Another part that is wrong makes the whole wrong; this one never would.
    const broken: Claim = {
      ...cold,
      predicates: [...cold.predicates, { measure: 'share-failed', min: 0.9, unit: 'share' }],
    };
    expect(judge(broken, play, journal({ extra: needed(9) })).verdict).toBe('refuted');
    const well: Claim = {
      ...works,
      predicates: [{ measure: 'share-failed', where: { connection: 'new' }, max: 0.5, unit: 'share' }],
    };
    expect(judge(well, play, journal({ extra: needed(9) })).verdict).toBe('inconclusive');
  });
  test('of looks at what is reported the last one tells: it may come late, and may be taken back', () => {
    const report = (atMs: number, stage: 'during' | 'after', holds: boolean): PlayedEntry =>
      ({ ...proof(stage, holds), atMs, as: 'oom', question: { ask: 'status' } }) as PlayedEntry;
    const late = [report(1_100, 'during', false), report(1_900, 'during', true)];
    expect(judge(works, play, journal({ extra: late })).verdict).toBe('confirmed');
    expect(judge(works, play, journal({ extra: late.toReversed() })).verdict).toBe('inconclusive');
    // Of several that were taken at once each tells of its own.
    const atOnce = [report(1_900, 'during', false), report(1_900.01, 'during', true)];
    expect(judge(works, play, journal({ extra: [report(1_100, 'during', true), ...atOnce] })).verdict).toBe(
      'inconclusive',
    );
  });
  test('not proven: a fault that was withheld proves nothing', () => {
    const withheld: PlayedEntry = {
      kind: 'fault',
      atMs: 1_000,
      play: 'p',
      as: 'f',
      fault: 'crash',
      params: {},
      state: 'withheld',
    };
    expect(judge(works, play, journal({ extra: [withheld] })).reason).toContain('no fault was applied');
  });
  test('"nobody" needs 300 requests, any other statement 10', () => {
    expect(judge(works, play, journal({ during: 299 })).reason).toContain('only 299 requests met it, 300 are needed');
    expect(judge(works, play, journal({ during: 300 })).verdict).toBe('confirmed');
    expect(judge(fails500, play, journal({ during: 9, bad: 9 })).verdict).toBe('inconclusive');
    expect(judge(fails500, play, journal({ during: 10, bad: 10 })).verdict).toBe('confirmed');
    const none: Claim = {
      ...fails500,
      predicates: [{ measure: 'share-status', where: { journey: 'list', status: 500 }, max: 0, unit: 'share' }],
    };
    expect(judge(none, play, journal({ during: 299 })).reason).toContain('300 are needed');
    expect(judge(none, play, journal({ during: 300 })).verdict).toBe('confirmed');
  });
  test('"nobody" among some of them needs as many of just these', () => {
    const few: Claim = {
      ...works,
      predicates: [{ measure: 'share-ok', where: { journey: 'list', connection: 'new' }, min: 0.99, unit: 'share' }],
    };
    const judged = judge(few, play, journal());
    expect(judged).toMatchObject({ verdict: 'inconclusive', next: 'raise --rate' });
  });
  test('not proven: nothing in the sentence can be measured', () => {
    expect(judge({ ...works, predicates: [], unread: ['runbook'] }, play, journal())).toMatchObject({
      verdict: 'inconclusive',
      judged: true,
    });
  });
  test.each([
    ['busy', { loadAverage: 9.1, lagP99Ms: 340 }, '. this machine: load 9.1 on 2 cores, twin 340 ms late'],
    ['idle', { loadAverage: 0.4, lagP99Ms: 1 }, ''],
  ])('not judged: the play broke off on a machine that was %s', (_, figures, words) => {
    const host = { kind: 'host', atMs: 0, play: 'p', cores: 2, ...figures } as const;
    const entries = journal().map((one) => (one.kind === 'play-end' ? { ...one, error: 'api-1 not Ready' } : one));
    expect(judge(works, play, [host, ...entries]).reason).toBe(`the play broke off: api-1 not Ready${words}`);
  });
  test('not judged: before the fault it was not steady on a slow machine, which is named', () => {
    const host = { kind: 'host', atMs: 0, play: 'p', cores: 2, loadAverage: 9.1, lagP99Ms: 340 } as const;
    expect(judge(works, play, [host, ...journal({ badBefore: 6 })]).reason).toContain(
      '. this machine: load 9.1 on 2 cores, twin 340 ms late',
    );
  });
  test('not judged: the baseline was not steady, with counts', () => {
    const verdict = judge(works, play, journal({ badBefore: 6 }));
    expect(verdict).toMatchObject({ verdict: 'inconclusive', judged: false });
    expect(verdict.reason).toContain('before any fault 6 of 100 requests failed');
  });
  test('a request that the fault met though it was due before it makes no baseline unsteady', () => {
    const [early, late] = [500, 4_800].map((atMs) => {
      const steps = journal().map((one) =>
        one.kind === 'step' && one.phase !== 'before' ? { ...one, atMs: one.atMs + 4_000 } : one,
      );
      const bad = Array.from({ length: 6 }, (_, n) => request(`met${n}`, atMs + n, { end: 'fail', status: 502 }));
      return judge(works, play, [...steps, ...bad]);
    });
    expect(early?.judged).toBe(false);
    expect(late?.judged).toBe(true);
  });
  describe('what an app never does', () => {
    const noCache: Claim = {
      ...works,
      predicates: [
        { measure: 'share-cache-hit', where: { journey: 'list' }, max: 0.01, unit: 'share' },
        ...works.predicates,
      ],
    };
    const cached = (cache: string): PlayedEntry =>
      request('r900', 900, { evidence: { headers: { 'x-cache': cache }, bodyHead: '[]' } });
    test('not proven: "without its cache" of an app that does not say whether it has one', () => {
      expect(judge(noCache, play, journal())).toMatchObject({
        verdict: 'inconclusive',
        judged: true,
        reason: 'the api sends no X-Cache header',
        next: 'send it: docs/own-api.md#cache',
      });
    });
    test('not proven: nothing came from the cache before the fault either', () => {
      const { verdict, reason } = judge(noCache, play, journal({ extra: [cached('MISS')] }));
      expect(verdict).toBe('inconclusive');
      expect(reason).toBe('none of 1 answers came from the cache before the fault');
    });
    test('right: what came from the cache before did not while it lasted', () => {
      expect(judge(noCache, play, journal({ extra: [cached('HIT')] })).verdict).toBe('confirmed');
    });
    test('wrong: another part of the sentence does not hold, whatever the cache does', () => {
      const verdict = judge(noCache, play, journal({ bad: 40 }));
      expect(verdict).toMatchObject({ verdict: 'refuted', reason: '360 of 400 lists answered right' });
    });
    test('not proven, and nothing unsteady: the own api does not serve what users do', () => {
      const contract: PlayedEntry = {
        kind: 'contract',
        play: 'p',
        atMs: 0,
        clauses: [{ clause: 'journey', journey: 'list', kept: false, saw: 'GET / got 404' }],
      };
      expect(judge(works, play, [contract, end(0)])).toMatchObject({
        verdict: 'inconclusive',
        judged: true,
        reason: 'the api does not take part in it: GET / got 404',
        next: 'serve it: docs/own-api.md#journeys',
      });
    });
    test('not proven: what breaks Redis reaches no api that was never seen to connect there', () => {
      const kept = (clause: 'REDIS_URL' | 'DATABASE_URL'): PlayedEntry => {
        const saw = `no connection to ${clause} was seen`;
        return { kind: 'contract', play: 'p', atMs: 0, clauses: [{ clause, kept: false, saw }] };
      };
      expect(judge(works, play, journal({ extra: [kept('REDIS_URL')] }))).toMatchObject({
        verdict: 'inconclusive',
        reason: 'the api does not take part in it: no connection to REDIS_URL was seen',
      });
      expect(judge(works, play, journal({ extra: [kept('DATABASE_URL')] })).verdict).toBe('confirmed');
    });
    test("not proven: a faulty resolver never reaches a foreign api that does not ask the cluster's DNS", () => {
      const named = journal().map((entry) =>
        entry.kind === 'proof' ? { ...entry, question: { ask: 'name', name: 'redis' } as const } : entry,
      );
      const own: PlayEntry = { ...play, parts: [{ role: 'api', kind: 'own-app', version: 'mine' }] };
      const asking = request('r901', 901, { hops: [{ part: 'api', instance: '', tookMs: 1, questions: 2 }] });
      expect(judge(works, own, named)).toMatchObject({
        verdict: 'inconclusive',
        reason: "the api does not ask the cluster's DNS: it is given addresses",
        next: 'docs/own-api.md#names',
      });
      expect(judge(works, own, [...named, asking]).verdict).toBe('confirmed');
      expect(judge(works, play, named).verdict).toBe('confirmed');
      expect(judge(works, own, journal())).toMatchObject({ verdict: 'confirmed', judgedOn: ['own-app'] });
    });
  });
  test('requests under way while the twin stood still count for nothing', () => {
    const stall: PlayedEntry = { kind: 'stall', atMs: 1_150, play: 'p', stalledMs: 100 };
    const verdict = judge(works, play, journal({ bad: 60, extra: [stall] }));
    expect(verdict.counts.excluded).toBeGreaterThan(100);
    expect(verdict.counts.exposed + verdict.counts.excluded).toBe(400);
  });
});
