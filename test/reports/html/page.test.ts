import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../../reports/html/page.ts';
import type { Entry } from '../../../sim/runtimes/entries.ts';
import type { Unmentioned } from '../../../sim/scenario/summary.ts';
import { changedRun, notProvenRun, placeboRun, redisRun, transcriptRun, withTexts, type Run } from '../fixtures.ts';
import { fc, hostileWord } from '../property.ts';

const STEP = { kind: 'step', step: 'waits' } as const;
const page = ({ entries, summary }: Run): string => renderHtml(entries, summary);
const textOf = (html: string): string =>
  html
    .replaceAll(/<(style|script)>.*?<\/\1>/gs, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/[\s\u00A0]+/g, ' ');
/** Tags with the names of their attributes: what a browser would build, without any text. */
const skeleton = (html: string): string =>
  (html.replaceAll(/<(style|script)>.*?<\/\1>/gs, '').match(/<[^>]*>/g) ?? [])
    .map((tag) => tag.replaceAll(/"[^"]*"/g, '""'))
    .join('');

describe('reports: index.html', () => {
  it('begins with one sentence that answers all three questions, then what it was judged on', () => {
    const text = textOf(page(transcriptRun()));
    expect(text).toContain(
      'The book is right in 6 statements , wrong in 5 , silent on 1 . Nothing changed since scenarios/expected.yaml.',
    );
    expect(text).toContain(
      'Worst for users: Redis, hung → 0 of 371 lists within 10 s; 41 of 41 notification jobs were accepted and never ran .',
    );
    expect(text).toMatch(
      /judged on Real Postgres 18\.4, Redis 7\.0 Conformant ingress, resolver, kube-proxy, toxiproxy From documents Cloudflare Your api none: our reference api stands in/,
    );
  });
  it('an opened row tells, in this order, book, reading, sight, time, one request, proof, ledger, why, what would flip it and what is not modelled', () => {
    const [, row = ''] = page(redisRun()).split('id="redis-down-hung"');
    const labels = [...(row.split('</details>')[0] ?? '').matchAll(/<h4>([^<]*)<\/h4>/g)].map(([, label]) => label);
    expect(labels).toEqual([
      'The book says',
      'We read it as',
      'We saw',
      'So',
      'Depends',
      'Requests that count',
      'Timeline',
      'One request',
      'Proof of fault',
      'Ledger',
      'Why',
      'What would flip this',
      'Not seen here',
      'Again',
    ]);
  });
  it('draws every request once, by how it ended', () => {
    const run = redisRun();
    const [, row = ''] = page(run).split('id="redis-down-hung"');
    const dots = Object.fromEntries(
      [...(row.split('</details>')[0] ?? '').matchAll(/<path class="d-(\w+)" d="(M[^"]{200,})"/g)].map(
        ([, end = '', path = '']) => [end, path.split('M').length - 1],
      ),
    );
    expect(Object.values(dots).reduce((sum, n) => sum + n, 0)).toBe(
      run.entries.filter((one) => one.kind === 'request' && one.play === 'redis-down/hung').length,
    );
    expect(Object.keys(dots)).toEqual(['ok', 'slow', 'failed', 'unknown']);
  });
  it.each([
    ['others-failed', 's-failed'],
    ['slower', 's-slow'],
  ])(
    'the strip of what the book does not mention draws who it is about, red only where something is lost: %s',
    (id, drawn) => {
      const run = redisRun();
      const { scenarios } = run.summary;
      const lists = run.entries.flatMap((one) =>
        one.kind === 'request' && one.play === 'redis-down/dead' && one.outcome.journey === 'listTasks'
          ? [one.outcome]
          : [],
      );
      const requestIds = lists.filter((one) => one.atMs > 20_000 && one.atMs < 24_000).map((one) => one.requestId);
      const told: Unmentioned = {
        id: `redis-down/dead/${id}`,
        variant: 'dead',
        sentence: 'x',
        pain: 'medium',
        since: { kind: 'same' },
        requestIds,
      };
      const html = page({
        ...run,
        summary: { ...run.summary, scenarios: scenarios.map((one) => ({ ...one, unmentioned: [told] })) },
      });
      const strip =
        /<summary>(.*?)<\/summary>/s.exec(html.split('id="redis-down-dead-not-in-book"')[1] ?? '')?.[1] ?? '';
      expect(strip).toContain(`class="${drawn}"`);
      expect(strip).not.toContain('s-lost');
      const during = lists.filter((one) => one.atMs >= 14_000 && one.atMs < 36_000).length;
      expect(strip).toContain(`fault: ${requestIds.length} of ${during} requests`);
    },
  );
  it('table and spoken strip are of the same requests; how many were sent in steps that count for no share is said', () => {
    const run = redisRun();
    const isDead = (one: Entry): boolean => 'play' in one && one.play === 'redis-down/dead';
    const waits: Entry = { ...STEP, atMs: 30_000, play: 'redis-down/dead', phase: 'during', counts: false };
    const entries = run.entries.flatMap((one) =>
      isDead(one) && one.kind === 'step' && one.phase === 'after' ? [waits, one] : [one],
    );
    const rowOf = (own: readonly Entry[]): string =>
      page({ ...run, entries: own })
        .split('id="redis-down-dead"')[1]
        ?.split('</details>')[0] ?? '';
    const sentIn = (fromMs: number, toMs: number): number =>
      entries.filter(
        (one) => isDead(one) && one.kind === 'request' && one.outcome.atMs >= fromMs && one.outcome.atMs < toMs,
      ).length;
    const row = rowOf(entries);
    expect(textOf(row)).toContain(`${sentIn(30_000, 36_000)} more count for no share`);
    expect(row).toMatch(new RegExp(`fault: \\d+ of ${sentIn(14_000, 30_000)} requests`));
    expect(textOf(rowOf(run.entries))).not.toContain('count for no share');
  });
  it('p50 and p95 are said to be of right answers', () => {
    const [, table = ''] = page(redisRun()).split('<table class="phases">');
    expect(textOf(table.split('</thead>')[0] ?? '')).toContain('p50 of right ones p95 of right ones');
  });
  it('red is used only for what changed or was lost', () => {
    const red = /class="(?:[^"]* )?(?:changed|is-changed|is-loss|pain-loss|lost|s-lost|was)"/g;
    expect(page(placeboRun()).match(red)).toBeNull();
    expect(page(changedRun())).toContain('<span class="chip changed">CHANGED</span>');
  });
  it('what is not proven is hatched and says so in words', () => {
    const html = page(notProvenRun());
    expect(/<summary>(.*?)<\/summary>/s.exec(html)?.[1]).toContain('fill="url(#hatch)"');
    expect(/<svg\s+class="timeline".*?<\/svg>/s.exec(html)?.[0]).toContain('fill="url(#hatch)"');
    expect(textOf(html)).toContain('Nothing is said about your cluster. Try: npx twin doctor redis.');
  });
  it('holds no score, no gauge and no share of rows', () => {
    expect(textOf(page(transcriptRun()))).not.toMatch(/\bscore\b|\bgrade\b|% of (?:rows|statements)/i);
  });
  it('its policy allows its own style and script by hash, and nothing else at all', () => {
    const html = page(redisRun());
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1]?.replaceAll('&#39;', "'") ?? '';
    const hash = (tag: string): string =>
      createHash('sha256')
        .update(new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(html)?.[1] ?? '')
        .digest('base64');
    expect(policy).toBe(
      `default-src 'none'; style-src 'sha256-${hash('style')}'; script-src 'sha256-${hash('script')}'; base-uri 'none'; form-action 'none'`,
    );
  });
  it('fetches nothing: no source, no inline handler or style attribute, links only within the page and the run', () => {
    const html = page(transcriptRun());
    expect(html).not.toMatch(/\s(?:src|style|on\w+)=|@import|url\((?!#hatch)/);
    for (const [, href = ''] of html.matchAll(/\shref="([^"]*)"/g))
      expect(href).toMatch(/^#[a-z0-9-]+$|^(?:corrected\.md|junit\.xml|journal\.jsonl|summary\.(?:json|md))$/);
  });
  it('each row has an address of its own', () => {
    const ids = [...page(transcriptRun()).matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(['redis-down-hung', 'redis-down-dead', 'rolling-update']));
  });
  it('texts from outside stay text: the page keeps its shape whatever they hold', () => {
    const run = notProvenRun();
    const small: Run = {
      summary: run.summary,
      entries: run.entries.filter((one, index) => one.kind !== 'request' || index % 40 === 0),
    };
    const expected = skeleton(page(withTexts(small, 'ab')));
    fc.assert(
      fc.property(hostileWord, (text) => {
        expect(skeleton(page(withTexts(small, text)))).toBe(expected);
      }),
      { numRuns: 30 },
    );
  });
  it('a run without any play is a page too', () => {
    const run = placeboRun();
    expect(
      textOf(
        page({
          entries: run.entries.slice(0, 1),
          summary: {
            ...run.summary,
            mode: 'normal',
            scenarios: [],
            totals: { right: 0, wrong: 0, notProven: 0, notJudged: 0, missing: 0, changed: 0, fresh: 0 },
          },
        }),
      ),
    ).toContain('Nothing was judged.');
  });
});
