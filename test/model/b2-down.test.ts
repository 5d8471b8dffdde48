/** b2-down on the model: how uploads fail and after how long, what the edge goes on serving, and what that hangs on. */
import { describe, expect, test } from 'vitest';
import b2Down from '../../scenarios/b2-down.ts';
import { requestsIn } from '../../sim/checkers/window.ts';
import type { Outcome } from '../../sim/runtimes/contract.ts';
import type { Entry, PlayedEntry } from '../../sim/runtimes/entries.ts';
import { summarise } from '../../sim/scenario/summarise.ts';
import { applySet } from '../../topology/set.ts';
import honeydue from '../../topology/honeydue.ts';
import { BOOK, journalOf, summaryOf, verdictsOf } from './play.ts';

const scenario = b2Down;
const journal = await journalOf({ scenario });
/** Requests of one journey while one variant's fault lasted. */
const during = (variant: string, journey: string, entries: readonly Entry[] = journal): readonly Outcome[] => {
  const own = entries.filter((one) => 'play' in one && one.play === `b2-down/${variant}`);
  return requestsIn(own as PlayedEntry[], 'during', [journey]).counted;
};
const shareOf = (all: readonly Outcome[], hit: (one: Outcome) => boolean): number =>
  all.filter(hit).length / all.length;
const cacheStatuses = (all: readonly Outcome[]): unknown[] => [
  ...new Set(all.map((one) => one.evidence.headers['cf-cache-status'])),
];

describe('model: b2-down', () => {
  test('the book is right in each of three ways of being down', () => {
    const verdicts = verdictsOf(summarise(journal, { expectations: {}, ci: false }));
    expect(verdicts).toEqual(
      Object.fromEntries(
        ['busy', 'hung', 'refused'].flatMap((one) => [
          [`b2-down/${one}/sees`, 'confirmed'],
          [`b2-down/${one}/recovers`, 'confirmed'],
        ]),
      ),
    );
  });

  test.each(['refused', 'busy', 'hung'])(
    '%s: what the edge has is served by it, without a hop behind it',
    (variant) => {
      const photos = during(variant, 'viewPhoto');
      expect(photos.length).toBeGreaterThan(300);
      expect([shareOf(photos, (one) => one.end === 'ok'), cacheStatuses(photos)]).toEqual([1, ['HIT']]);
      expect(new Set(photos.flatMap((one) => one.hops.map((hop) => hop.part)))).toEqual(new Set(['phone', 'edge']));
    },
  );

  test.each(['refused', 'busy'])('%s: an upload ends with 500 within the back-off of three tries, 6 s', (variant) => {
    const failed = during(variant, 'uploadPhoto').filter((one) => one.end !== 'ok');
    expect(failed.length).toBeGreaterThan(50);
    expect(new Set(failed.map((one) => one.status))).toEqual(new Set([500]));
    expect(Math.max(...failed.map((one) => one.tookMs))).toBeLessThan(7_500);
    expect(cacheStatuses(failed)).toEqual(['DYNAMIC']);
  });

  test('hung: an upload on a new connection fails after three TLS time-outs, one on a warm connection waits on', () => {
    const failed = during('hung', 'uploadPhoto').filter((one) => one.status === 500);
    expect(failed.length).toBeGreaterThan(0);
    expect(Math.min(...failed.map((one) => one.tookMs))).toBeGreaterThan(30_000);
    const waited = during('hung', 'uploadPhoto').filter((one) => one.end === 'ok' && one.tookMs > 10_000);
    expect(waited.length).toBeGreaterThan(0);
  });

  test.each(['refused', 'busy'])('%s: what nobody has asked for fails, and its error is not kept', async (variant) => {
    const uncached = during(variant, 'viewNewPhoto');
    expect(shareOf(uncached, (one) => one.end !== 'ok')).toBeGreaterThan(0.8);
    expect(cacheStatuses(uncached)).toEqual(['MISS']);
  });

  test('every photo that was acknowledged is in the store, and none that certainly failed', () => {
    const plays = summarise(journal, { expectations: {}, ci: false }).scenarios[0]?.plays ?? [];
    expect(plays).toHaveLength(3);
    for (const { ledger } of plays) {
      expect(ledger.acknowledgedWrites).toBeGreaterThan(50);
      expect([ledger.foundWrites, ledger.lostWrites]).toEqual([ledger.acknowledgedWrites, []]);
      expect(ledger.phantomWrites).toEqual([]);
    }
  });

  test('the proof sees the status that a busy B2 answers, and a 403 to strangers before and after', () => {
    const busy = summarise(journal, { expectations: {}, ci: false }).scenarios[0]?.statements.find(
      (one) => one.id === 'b2-down/busy/sees',
    );
    expect(busy?.proofOfFault).toMatchObject({ before: true, during: true, after: true });
    const statuses = journal.flatMap((one) =>
      one.kind === 'proof' && one.play === 'b2-down/busy' ? [`${one.stage} ${one.answer.status}`] : [],
    );
    expect(new Set(statuses)).toEqual(new Set(['before 403', 'during 503', 'after 403']));
  });

  test('the verdict follows the topology: photos that may not be kept are an outage, and nothing was cached', async () => {
    const topology = applySet(honeydue, { 'workloads.api.settings.mediaCacheControl': 'private' });
    const kept = await journalOf({ scenario, topology });
    expect(shareOf(during('busy', 'viewPhoto', kept), (one) => one.end === 'ok')).toBeLessThan(0.2);
    const summary = summarise(kept, { expectations: {}, ci: false });
    const sees = summary.scenarios[0]?.statements.find((one) => one.id === 'b2-down/busy/sees');
    expect(sees).toMatchObject({ verdict: 'inconclusive', pain: 'unknown' });
    expect(sees?.reason).toBe("nothing came from the edge's cache before the fault");
  });

  test('a changed cell flips that statement and no other', async () => {
    const book = BOOK.replace('Uploads fail, content that exists', 'Photos fail, content that exists');
    const verdicts = verdictsOf(await summaryOf({ scenario, book }));
    expect(Object.values(verdicts).filter((one) => one === 'refuted')).toHaveLength(3);
    expect(verdicts['b2-down/busy/sees']).toBe('refuted');
  });
});
