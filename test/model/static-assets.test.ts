/** static-assets on the model: what the edge asks the origin for, what it has when that is gone, and what that hangs on. */
import { describe, expect, test } from 'vitest';
import staticAssets from '../../scenarios/static-assets.ts';
import { requestsIn, windowsOf } from '../../sim/checkers/window.ts';
import type { Outcome } from '../../sim/runtimes/contract.ts';
import type { Entry, Phase, PlayedEntry } from '../../sim/runtimes/entries.ts';
import { summarise } from '../../sim/scenario/summarise.ts';
import { BOOK, journalOf, summaryOf, verdictsOf } from './play.ts';

const scenario = staticAssets;
const journal = await journalOf({ scenario });
const playOf = (variant: string, entries: readonly Entry[] = journal): PlayedEntry[] =>
  entries.filter((one) => 'play' in one && one.play === `static-assets/${variant}`) as PlayedEntry[];
const requests = (variant: string, phase: Phase, journey: string): readonly Outcome[] =>
  requestsIn(playOf(variant), phase, [journey]).counted;
/** Requests of the fault's last window. */
const lastOf = (variant: string, journey: string): readonly Outcome[] => {
  const last = windowsOf(playOf(variant)).findLast((window) => window.phase === 'during');
  return last === undefined ? [] : requestsIn(playOf(variant), last, [journey]).counted;
};
const cacheStatuses = (all: readonly Outcome[]): string[] =>
  [...new Set(all.map((one) => one.evidence.headers['cf-cache-status'] ?? '-'))].toSorted();
const ends = (all: readonly Outcome[]): unknown[] =>
  [...new Set(all.map((one) => (one.end === 'ok' ? 'ok' : one.status)))].toSorted();

/** Without those that were under way when the origin came back. */
const untilItsEnd = (all: readonly Outcome[], underWay = 3): readonly Outcome[] =>
  all.toSorted((a, b) => a.atMs - b.atMs).slice(0, -underWay);

describe('model: static-assets', () => {
  test('each file misses once at the edge, every later request for it is a hit; the page is dynamic each time', () => {
    const files = [...requests('as-it-is', 'warm-up', 'loadAsset'), ...requests('as-it-is', 'before', 'loadAsset')];
    const missed = files.filter((one) => one.evidence.headers['cf-cache-status'] === 'MISS');
    expect([cacheStatuses(files), missed.length]).toEqual([['HIT', 'MISS'], 12]);
    expect(cacheStatuses(requests('as-it-is', 'before', 'openSite'))).toEqual(['DYNAMIC']);
  });

  test('without an origin files come from the edge alone, and the page is a 521 from the first moment', () => {
    const files = requests('as-it-is', 'during', 'loadAsset');
    expect([ends(files), cacheStatuses(files)]).toEqual([['ok'], ['HIT']]);
    expect(new Set(files.flatMap((one) => one.hops.map((hop) => hop.part)))).toEqual(new Set(['phone', 'edge']));
    const pages = untilItsEnd(requests('as-it-is', 'during', 'openSite'));
    expect(pages.length).toBeGreaterThan(100);
    expect(ends(pages)).toEqual([521]);
  });

  test('the book is wrong about the page and right about the files', async () => {
    const { scenarios } = summarise(journal, { expectations: {}, ci: false });
    const sees = scenarios[0]?.statements.find((one) => one.id === 'static-assets/as-it-is/sees');
    expect(sees).toMatchObject({ verdict: 'refuted', pain: 'high' });
    expect(sees?.findings.map(({ predicate, holds }) => [predicate?.where?.journey, holds])).toEqual([
      ['loadAsset', true],
      ['openSite', false],
    ]);
    const filesOnly = BOOK.replace('; the landing page comes from the edge, as its Cache-Control says', '');
    expect(verdictsOf(await summaryOf({ scenario, book: filesOnly }))['static-assets/as-it-is/sees']).toBe('confirmed');
  });

  test('with a Cache Rule the page is kept as its Cache-Control says, and asked after when it has run out', () => {
    const pages = [...requests('runs-out', 'warm-up', 'openSite'), ...requests('runs-out', 'before', 'openSite')];
    expect(cacheStatuses(pages)).toEqual(['HIT', 'MISS', 'REVALIDATED']);
  });

  test('a copy that has run out fails with its origin; one that may stand in (stale-if-error) is served as stale', () => {
    expect([ends(untilItsEnd(lastOf('runs-out', 'openSite'))), ends(lastOf('runs-out', 'loadAsset'))]).toEqual([
      [521],
      ['ok'],
    ]);
    const stale = untilItsEnd(lastOf('runs-out', 'loadAsset'), 12);
    expect(cacheStatuses(stale)).toEqual(['STALE']);
    // Each of them was asked after first, on two addresses: what a stale answer costs.
    expect(Math.min(...stale.map((one) => one.tookMs))).toBeGreaterThan(115);
    expect(cacheStatuses(requests('runs-out', 'after', 'openSite'))).toContain('HIT');
  });
});
