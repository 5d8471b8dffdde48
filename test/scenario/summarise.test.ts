/** From a journal to what a run comes to, on journals written by hand. */
import { describe, expect, test } from 'vitest';
import { NOT_MODELLED } from '../../sim/scenario/not-modelled.ts';
import { summarise } from '../../sim/scenario/summarise.ts';
import type { Outcome } from '../../sim/runtimes/contract.ts';
import type { Entry, PlayedEntry, Predicate } from '../../sim/runtimes/entries.ts';
import type { RunSummary, Statement } from '../../sim/scenario/summary.ts';
import { correctedRow } from '../../reports/corrected.ts';
import { readback, request, stall, step } from '../checkers/entries.ts';
import { claim, journal, run, works, type Shape } from './journal.ts';

const options = { expectations: {}, ci: false };
const of = (shape?: Shape): RunSummary => summarise(journal(shape), options);
const first = (summary: RunSummary): Statement => {
  const statement = summary.scenarios[0]?.statements[0];
  if (statement === undefined) throw new Error('no statement');
  return statement;
};
const create = (id: string, change: Partial<Outcome> = {}) =>
  request(id, 1_100, { journey: 'create', status: 201, ...change });

describe('summarise', () => {
  test('is pure: the same journal gives the same summary, and is left as it was', () => {
    const entries = journal({ bad: 12 });
    const copy = structuredClone(entries);
    expect(summarise(entries, options)).toEqual(summarise(copy, options));
    expect(entries).toEqual(copy);
  });
  test('does not depend on the order in which plays side by side wrote their entries', () => {
    const other = (entry: Entry): Entry =>
      'play' in entry ? { ...entry, play: 'q', ...(entry.kind === 'play' ? { variant: 'w' } : {}) } : entry;
    const [head, ...rest] = journal({ bad: 12 });
    if (head === undefined) throw new Error('empty');
    const played = rest.filter((entry) => 'play' in entry);
    const about = rest.filter((entry) => !('play' in entry));
    const mixed = [head, ...about, ...played.flatMap((entry) => [other(entry), entry])];
    const inTurn = [head, ...about, ...played, ...played.map(other)];
    expect(summarise(mixed, options)).toEqual(summarise(inTurn, options));
  });
  test('a journal without its first entry is refused by name', () => {
    expect(() => summarise(journal().slice(1), options)).toThrowError(
      expect.objectContaining({ code: 'SIM_JOURNAL_INVALID' }) as Error,
    );
  });
  test('a journal that ends after its first entry is a run without scenarios, interrupted', () => {
    expect(summarise([run], options)).toMatchObject({ scenarios: [], ended: 'interrupted', wallMs: 0, readyMs: 0 });
  });
  test('a changed sentence flips its own statement and no other', () => {
    const recovers = claim('recovers', 'restart', [{ measure: 'recovery-time', max: 500, unit: 'ms' }]);
    const before = of({ claims: [claim('sees', 'keeps serving', [works]), recovers] });
    const fails = {
      measure: 'share-status',
      where: { journey: 'list', status: 500 },
      min: 0.5,
      unit: 'share',
    } as const;
    const after = of({ claims: [claim('sees', '500 errors', [fails]), recovers] });
    const verdicts = ({ scenarios }: RunSummary) => scenarios[0]?.statements.map(({ verdict }) => verdict);
    expect(verdicts(before)).toEqual(['confirmed', 'confirmed']);
    expect(verdicts(after)).toEqual(['refuted', 'confirmed']);
    expect(after.scenarios[0]?.plays).toEqual(before.scenarios[0]?.plays);
  });
  test('what users saw is told whatever the book says', () => {
    expect(of({ bad: 40 }).scenarios[0]?.plays[0]).toMatchObject({
      saw: '40 of 400 lists got 500',
      pain: 'medium',
      steady: true,
    });
  });
  test('steps that say when they were are told apart, and are one phase of the counts', () => {
    const told = (atMs: number, when: string): PlayedEntry => ({ ...step(atMs, 'during'), told: when }) as PlayedEntry;
    const bad = (atMs: number) => request(`b${atMs}`, atMs, { end: 'fail', status: 502 });
    const entries = journal({ bad: 0 }).flatMap((one) =>
      one.kind === 'step' && one.phase === 'during'
        ? [told(1_000, 'while pools were warm'), told(1_200, 'once they were cold'), bad(1_300), bad(1_301)]
        : [one],
    );
    const result = summarise(entries, options).scenarios[0]?.plays[0];
    expect(result?.saw).toBe(
      '0 of 200 lists failed while pools were warm, then 2 of 202 once they were cold; 2 got 502',
    );
    expect(result?.phases).toMatchObject([{ phase: 'before' }, { phase: 'during', fromMs: 1_000, toMs: 2_000 }, {}]);
  });
  test('a play whose baseline was not steady says so, and nothing of pain', () => {
    const summary = of({ badBefore: 10 });
    expect(summary.scenarios[0]?.plays[0]).toMatchObject({ steady: false, pain: 'unknown' });
    expect(summary.totals).toMatchObject({ notJudged: 1, notProven: 0, right: 0 });
    expect(summary.exitCode).toBe(3);
  });
  test('a variant that no statement is about is held to the same: steady before, its fault proven', () => {
    const unsaid = (entries: readonly Entry[]) =>
      summarise(
        entries.map((one) => (one.kind === 'play' ? { ...one, unsaid: true } : one)),
        options,
      );
    expect(unsaid(journal({ bad: 40 })).exitCode).toBe(0);
    expect(unsaid(journal({ badBefore: 10 })).exitCode).toBe(3);
    const unproven = unsaid(journal({ bad: 40 }).filter((one) => one.kind !== 'proof' || one.stage !== 'during'));
    expect(unproven.scenarios[0]?.plays[0]).toMatchObject({
      pain: 'unknown',
      steady: true,
      unproven: 'nobody looked: the fault was not in force',
    });
    expect(unproven.scenarios[0]?.unmentioned).toEqual([]);
    expect(unproven.exitCode).toBe(2);
    const unclaimed = journal({ claims: [] }).filter((one) => one.kind !== 'proof' || one.stage !== 'during');
    expect(summarise(unclaimed, options).exitCode).toBe(2);
  });
  test('Ready is when the first cluster was, however many came after it', () => {
    const ready = (play: string, readyMs: number): Entry => ({
      kind: 'ready',
      atMs: 0,
      play,
      pods: 1,
      nodes: 1,
      readyMs,
    });
    const two = journal().flatMap((one): Entry[] =>
      one.kind === 'play' ? [one, { ...one, play: 'q', variant: 'w' }] : [one],
    );
    expect(summarise([...two, ready('q', 9_000), ready('p', 1_400)], options).readyMs).toBe(1_400);
  });
  test('of a placebo no pain is told', () => {
    expect(of({ mode: 'placebo', bad: 40 }).scenarios[0]?.plays[0]?.pain).toBe('unknown');
  });
  test('requests under way while the twin stood still are told as excluded', () => {
    const statement = first(of({ played: [stall(1_150, 100), readback({})] }));
    expect(statement.counts.excluded).toBeGreaterThan(0);
    expect(statement.counts.exposed + statement.counts.excluded).toBe(400);
  });
  test('a statement says how to see it again', () => {
    expect(first(of())).toMatchObject({
      id: 's/v/sees',
      repro: 'npx twin rehearse s',
      source: { file: 'book.md', line: 3 },
    });
    const whole = { ...run, command: 'npx twin rehearse a b --runtime model --seed 7 --shard 2/3 --fast' };
    const again = first(summarise([whole, ...journal().slice(1)], options)).repro;
    expect(again).toBe('npx twin rehearse s --runtime model --seed 7 --fast');
  });
});

describe('what the book does not mention', () => {
  const jobsLost: Predicate = { measure: 'jobs-lost', min: 0.01, unit: 'share' };
  /** Accepted before the fault; its job ran. */
  const early = request('c0', 100, { journey: 'create', status: 201 });
  const found = (played: Shape['played'], text = 'keeps serving', more: readonly Predicate[] = []) =>
    of({
      claims: [claim('sees', text, [works, ...more])],
      ...(played === undefined ? {} : { played }),
    }).scenarios[0]?.unmentioned.map(({ id, sentence, pain }) => ({ id, sentence, pain }));
  test('nothing, when nothing was lost', () => {
    expect(found([create('c1'), readback({ c1: 1 }, { c1: 1 })])).toEqual([]);
  });
  test('jobs that were accepted and never ran', () => {
    const played = [early, create('c1'), create('c2'), readback({ c0: 1, c1: 1, c2: 1 }, { c0: 1, c1: 1 })];
    expect(found(played)).toEqual([
      { id: 's/v/jobs-lost', sentence: '1 of 2 notification jobs were accepted and never ran', pain: 'loss' },
    ]);
    expect(found(played, 'keeps serving, jobs are lost', [jobsLost])).toEqual([]);
  });
  test('jobs that were lost though the book names them, where no statement is judged on that', () => {
    const played = [early, create('c1'), readback({ c0: 1, c1: 1 }, { c0: 1 })];
    expect(found(played, 'keeps serving; notifications are sent later')).toMatchObject([{ id: 's/v/jobs-lost' }]);
  });
  test('nothing of jobs that were lost where the book says so in words that were not read; a denial is no such words', () => {
    const played = [early, create('c1'), readback({ c0: 1, c1: 1 }, { c0: 1 })];
    expect(found(played, 'keeps serving; all queued jobs are lost')).toEqual([]);
    expect(found(played, 'keeps serving; not a job is lost')).toMatchObject([{ id: 's/v/jobs-lost' }]);
  });
  test('nothing of a play whose fault was not in force: its pain is not known either, and not proven is no news', () => {
    const played = [early, create('c1'), readback({ c0: 1, c1: 1 }, { c0: 1 })];
    const unproven = journal({ played }).filter((one) => one.kind !== 'proof' || one.stage !== 'during');
    const right = { book: 'right', pain: 'none', saw: 'x' } as const;
    const summary = summarise(unproven, { expectations: { 's/v/sees': right }, ci: true });
    expect(summary.scenarios[0]?.plays[0]?.pain).toBe('unknown');
    expect(summary.scenarios[0]?.unmentioned).toEqual([]);
    expect(summary.exitCode).toBe(2);
  });
  test('acknowledged writes that are gone, and writes done twice', () => {
    const played = [create('c1'), create('c2'), readback({ c2: 2 }, { c1: 1, c2: 1 })];
    expect(found(played)?.map(({ id, pain }) => [id, pain])).toEqual([
      ['s/v/writes-lost', 'loss'],
      ['s/v/writes-doubled', 'medium'],
    ]);
  });
  test('nothing is lost of an app whose jobs never ran and whose writes nobody finds; that is told', () => {
    const { scenarios } = of({ played: [early, create('c1'), readback({})] });
    expect(scenarios[0]?.unmentioned).toEqual([]);
    expect(scenarios[0]?.plays[0]?.notModelled).toEqual([
      ...(NOT_MODELLED['model'] ?? ['the runtime says what it leaves out']),
      expect.stringMatching(/^no write of this api was found in task_task: .*docs\/own-api\.md#writes/),
      expect.stringMatching(/^no job of this api ran before the fault: .*docs\/own-api\.md#queue/),
    ]);
  });
  test('loss on file that can not be told any more, as no job was seen to run, is a change', () => {
    const lost = { book: 'not in book', pain: 'loss', saw: '7 of 7' } as const;
    const { scenarios } = summarise(journal({ played: [early, readback({ c0: 1 })] }), {
      expectations: { 's/v/jobs-lost': lost },
      ci: false,
    });
    expect(scenarios[0]?.unmentioned).toMatchObject([
      { id: 's/v/jobs-lost', pain: 'unknown', since: { kind: 'changed' } },
    ]);
  });
  test.each([
    ['jobs-still-lost', 'no notification job was seen to run, not even before the fault'],
    ['writes-lost', 'no write was found, not even from before the fault'],
  ] as const)('%s on file that cannot be known any more is not told as gone', (kind, sentence) => {
    const expectations = { [`s/v/${kind}`]: { book: 'not in book', pain: 'loss', saw: '7 of 7' } as const };
    const { scenarios } = summarise(journal({ played: [early, readback({})] }), { expectations, ci: false });
    expect(scenarios[0]?.unmentioned).toMatchObject([{ id: `s/v/${kind}`, pain: 'unknown', sentence }]);
  });
  test('jobs that ran more than once', () => {
    const played = [create('c1'), create('c2'), readback({ c1: 1, c2: 1 }, { c1: 2, c2: 1 })];
    expect(found(played)).toEqual([
      { id: 's/v/jobs-doubled', sentence: '1 notification jobs ran more than once', pain: 'medium' },
    ]);
  });
  test('loss that was on file and is seen no more is a change too', () => {
    const lost = { book: 'not in book', pain: 'loss', saw: '7 of 7' } as const;
    const played = [create('c1'), early, readback({ c1: 1, c0: 1 }, { c1: 1, c0: 1 })];
    const summary = summarise(journal({ played }), { expectations: { 's/v/jobs-lost': lost }, ci: false });
    expect(summary.scenarios[0]?.unmentioned).toMatchObject([
      { id: 's/v/jobs-lost', pain: 'none', since: { kind: 'changed', was: 'not in book, pain loss: 7 of 7' } },
    ]);
    expect(summary.exitCode).toBe(1);
    // The book lacks nothing for it.
    expect(summary.totals.missing).toBe(0);
    expect(summary.scenarios.map(correctedRow)).toEqual([undefined]);
    const unproven = summarise(
      journal({ played }).filter((one) => one.kind !== 'proof' || one.stage !== 'during'),
      { expectations: { 's/v/jobs-lost': lost }, ci: false },
    );
    expect(unproven.scenarios[0]?.unmentioned).toEqual([]);
  });
  test('jobs still lost when the fault is long over, whatever the book says of jobs; not those lost at its end', () => {
    const jobs = ['c1', 'c2', 'c3', 'c4'].map((id, n) =>
      create(id, { requestId: id, atMs: [2_100, 2_200, 2_600, 2_700][n] ?? 0 }),
    );
    const played = (ran: Readonly<Record<string, number>>) => [
      early,
      ...jobs,
      readback({ c0: 1, c1: 1, c2: 1, c3: 1, c4: 1 }, { c0: 1, ...ran }),
    ];
    const said = 'keeps serving, jobs are lost';
    expect(found(played({ c3: 1, c4: 1 }), said, [jobsLost])).toEqual([]);
    expect(found(played({ c4: 1 }), said, [jobsLost])).toEqual([
      {
        id: 's/v/jobs-still-lost',
        sentence: '1 of 2 notification jobs accepted well after the fault never ran either',
        pain: 'loss',
      },
    ]);
  });
  test('what was done though its request had failed', () => {
    const played = [create('c1', { end: 'fail', status: 409 }), readback({ c1: 1 }, { c1: 1 })];
    expect(found(played)?.map(({ id }) => id)).toEqual(['s/v/jobs-phantom', 's/v/writes-phantom', 's/v/others-failed']);
  });
  test('requests that failed and that no statement is about, from 2 % on', () => {
    const creates = (failed: number) =>
      Array.from({ length: 100 }, (_, n) =>
        create(`c${n}`, n < failed ? { end: 'unknown', status: 500 } : { end: 'ok' }),
      );
    const record = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`c${n}`, 1]));
    expect(found([...creates(1), readback(record, record)])).toEqual([]);
    expect(found([...creates(30), readback(record, record)])).toEqual([
      { id: 's/v/others-failed', sentence: '30 of 100 new tasks failed (500)', pain: 'high' },
    ]);
  });
  test('lists that lacked what the user had been told was saved', () => {
    const evidence = { headers: { 'x-cache': 'HIT' }, bodyHead: '[]' };
    const stale = request('l', 2_100, { end: 'fail', error: 'wrong-body', evidence });
    expect(found([stale, readback({})])?.map(({ id }) => id)).toEqual(['s/v/stale']);
    expect(found([stale, readback({})], 'keeps serving stale lists')).toEqual([]);
  });
  test('answers that looked well and were wrong, whatever the cache has to do with it', () => {
    const wrong = request('l', 2_100, { end: 'fail', error: 'wrong-body', detail: 'the body is not a list' });
    expect(found([wrong, readback({})], 'keeps serving stale lists')).toEqual([
      {
        id: 's/v/wrong-answers',
        sentence: '1 answers looked well and were wrong, the first: the body is not a list',
        pain: 'high',
      },
    ]);
  });
  test('is held against the expectations like a statement, and counted as missing', () => {
    const played = [early, create('c1'), readback({ c0: 1, c1: 1 }, { c0: 1 })];
    const entry = { book: 'not in book', pain: 'loss', saw: 'x', because: 'known' } as const;
    const right = { book: 'right', pain: 'none', saw: 'x' } as const;
    const summary = summarise(journal({ played }), {
      expectations: { 's/v/jobs-lost': entry, 's/v/sees': right },
      ci: true,
    });
    expect(summary.totals.missing).toBe(1);
    expect(summary.scenarios[0]?.asExpected).toBe(true);
    expect(summary.exitCode).toBe(0);
  });
});
