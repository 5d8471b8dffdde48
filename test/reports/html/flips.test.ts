/** "What would flip this" in an opened row: from the journal alone, and never more than the run bears out. */
import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../../reports/html/page.ts';
import { notJudgedRun, notProvenRun, redisRun, withStatements, type Run } from '../fixtures.ts';
import { fc, hostileWord } from '../property.ts';

/** The part of a row, or undefined where it has none. */
function flipsIn({ entries, summary }: Run, address = 'redis-down-hung'): string | undefined {
  const [, row = ''] = renderHtml(entries, summary).split(`id="${address}"`);
  return /<h4>What would flip this<\/h4>(.*?)<\/ul>/s.exec(row.split('</details>')[0] ?? '')?.[1];
}
const linesIn = (part: string | undefined): string[] =>
  [...(part ?? '').matchAll(/<li>(.*?)<\/li>/gs)].map(([, line = '']) => line.replaceAll(/<[^>]*>/g, ''));
/** The run, what is told in its journal's plays changed. */
const telling = (run: Run, says: string, set: string): Run => ({
  ...run,
  entries: run.entries.map((one) => (one.kind === 'play' ? { ...one, flips: [{ says, set }] } : one)),
});

describe('reports: what would flip a row', () => {
  it('is a value as --set takes it, or a variant that this run saw come out otherwise', () => {
    expect(linesIn(flipsIn(redisRun()))).toEqual([
      'a read time-out of 200 ms in the api&#39;s client --set workloads.api.settings.redisReadTimeoutMs=200ms',
      'a Redis that refuses as in: Redis, dead',
    ]);
  });
  it('is no variant that came to the same in this run', () => {
    const same = withStatements(redisRun(), () => ({ verdict: 'refuted', pain: 'outage' }));
    expect(linesIn(flipsIn(same)).join()).not.toContain('Redis, dead');
    const notProven = withStatements(redisRun(), (one) =>
      one.variant === 'dead' ? { verdict: 'inconclusive', pain: 'unknown' } : {},
    );
    expect(linesIn(flipsIn(notProven)).join()).not.toContain('Redis, dead');
    const worse = withStatements(redisRun(), () => ({ verdict: 'refuted' }));
    expect(linesIn(flipsIn(worse)).join()).toContain('Redis, dead');
  });
  it('is not told where nothing was proven, of what is not in the book, or where a journal knows of none', () => {
    expect(flipsIn(notProvenRun(), 'redis-down')).toBe(undefined);
    expect(flipsIn(notJudgedRun(), 'redis-down')).toBe(undefined);
    expect(flipsIn(redisRun(), 'redis-down-both-not-in-book')).toBe(undefined);
    expect(flipsIn(redisRun(), 'redis-down-dead')).toBe(undefined);
  });
  it('stays text, whatever a scenario says', () => {
    const skeleton = (run: Run): string => (flipsIn(run)?.match(/<[^>]*>/g) ?? []).join('');
    const run = redisRun();
    const small: Run = { summary: run.summary, entries: run.entries.filter((one) => one.kind !== 'request') };
    const expected = skeleton(telling(small, 'ab', 'ab'));
    expect(expected).toContain('<li>');
    fc.assert(
      fc.property(hostileWord, (text) => {
        expect(skeleton(telling(small, text, text))).toBe(expected);
      }),
      { numRuns: 30 },
    );
  });
});
