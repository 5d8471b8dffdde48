/** redis-down on the model: the seed decides, the tool proves itself, verdicts hold over seeds and settings. */
import { describe, expect, test } from 'vitest';
import honeydue from '../../topology/honeydue.ts';
import type { Topology } from '../../topology/schema.ts';
import { BOOK, journalOf, summaryOf, verdictsOf } from './play.ts';

const EXPECTED = {
  'redis-down/dead/sees': 'confirmed',
  'redis-down/dead/recovers': 'confirmed',
  'redis-down/hung/sees': 'refuted',
  'redis-down/hung/recovers': 'confirmed',
};

describe('model: redis-down', () => {
  test('the seed decides the journal, and nothing else does', async () => {
    const first = await journalOf({ seed: 7 });
    expect(await journalOf({ seed: 7 })).toEqual(first);
    expect(await journalOf({ seed: 8 })).not.toEqual(first);
  });

  test('every acknowledged write is found, and jobs accepted while Redis was down never ran', async () => {
    const summary = await summaryOf();
    for (const play of summary.scenarios.flatMap((one) => one.plays.filter(({ variant }) => variant !== 'emptied'))) {
      expect(play.ledger.lostWrites).toEqual([]);
      expect(play.ledger.foundWrites).toBe(play.ledger.acknowledgedWrites);
      expect(play.ledger.phantomWrites).toEqual([]);
      expect(play.ledger.lostJobs.length).toBeGreaterThanOrEqual(60);
    }
    expect(summary.scenarios[0]?.unmentioned.map((one) => one.id)).toContain('redis-down/dead/jobs-lost');
  });

  test('a changed cell flips that statement and no other', async () => {
    const book = BOOK.replace('api serves without cache (degraded)', '500 errors from api');
    const changed = verdictsOf(await summaryOf({ book }));
    expect(changed).toEqual({ ...EXPECTED, 'redis-down/dead/sees': 'refuted', 'redis-down/hung/sees': 'refuted' });
  });

  test('a sentence without an outcome is never judged', async () => {
    const summary = await summaryOf({ book: BOOK.replace('api serves without cache (degraded)', 'see the runbook') });
    const sees = summary.scenarios[0]?.statements.filter((one) => one.about === 'sees') ?? [];
    expect(sees.map((one) => one.verdict)).toEqual(['inconclusive', 'inconclusive']);
    expect(sees[0]?.reason).toContain('no outcome');
  });

  test('the verdict follows the topology: a read time-out of the client decides whether a hung Redis is an outage', async () => {
    const api = honeydue.workloads['api'];
    if (api === undefined) throw new Error('no api');
    const patient: Topology = {
      ...honeydue,
      workloads: {
        ...honeydue.workloads,
        api: { ...api, settings: { ...api.settings, redisMaxRetries: 0, redisPoolSize: 500 } },
      },
    };
    const usual = await summaryOf();
    const other = await summaryOf({ topology: patient });
    const inTime = (summary: typeof usual): number =>
      summary.scenarios[0]?.statements.find((one) => one.id === 'redis-down/hung/sees')?.counts.inTime ?? 0;
    expect(inTime(other)).toBeGreaterThan(inTime(usual));
  });

  test('too few requests prove nothing: the number needed is said', async () => {
    const summary = await summaryOf({ rateRps: 4 });
    const sees = summary.scenarios[0]?.statements.find((one) => one.id === 'redis-down/dead/sees');
    expect(sees?.verdict).toBe('inconclusive');
    expect(sees?.reason).toMatch(/only \d+ requests met it, 300 are needed/);
  });
});
