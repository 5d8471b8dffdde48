/** The latency budget in every report: book, floors, twin; what is assumed is called so. */
import { beforeAll, describe, expect, test } from 'vitest';
import latencyBudget from '../../scenarios/latency-budget.ts';
import { correctedTable } from '../../reports/corrected.ts';
import { renderHtml } from '../../reports/html/page.ts';
import { renderJunit } from '../../reports/junit.ts';
import { renderMarkdown } from '../../reports/markdown.ts';
import { summarySchema } from '../../reports/summary-schema.ts';
import type { Entry } from '../../sim/runtimes/entries.ts';
import { summarise } from '../../sim/scenario/summarise.ts';
import type { RunSummary } from '../../sim/scenario/summary.ts';
import { BOOK, journalOf } from '../model/play.ts';

const INERT = BOOK.replace('api → Postgres, one query', 'api → Postgres, one query <img src=x> [a](b) \\| c');
let entries: readonly Entry[];
let summary: RunSummary;
beforeAll(async () => {
  entries = await journalOf({ scenario: latencyBudget, book: INERT });
  summary = summarise(entries, { expectations: {}, ci: false });
});

describe('a latency budget', () => {
  test('in HTML: the table stands first in the opened row, with floors, counts and the sources of what is assumed', () => {
    const page = renderHtml(entries, summary, { expectedFile: 'expected.yaml' });
    const [, row = ''] = page.split('id="latency-budget"');
    expect(row).toContain('Book, light, twin');
    expect(row.indexOf('Book, light, twin')).toBeLessThan(row.indexOf('The book says'));
    expect(row).toContain('vacuum floor');
    expect(row).toMatch(/20–60 ms: faster than straight fibre/);
    expect(row).toContain('4 trips to Neon at 95 ms (assumed)');
    expect(row).toContain('assumed: api → postgres 95 ms there and back (floor 67.4 ms;');
    expect(row).not.toContain('Proof of fault');
    expect(page).not.toContain('<img');
  });
  test('in Markdown: the same table, and nothing of a label is markup', () => {
    const text = renderMarkdown(summary, 'expected.yaml');
    expect(text).toContain('| way | book | vacuum floor | straight-fibre floor | twin | how |');
    expect(text).toMatch(/\| create task \(cold\) \| – \|/);
    expect(text).not.toContain('<img');
    expect(text).not.toContain('[a](b)');
  });
  test('in JUnit: a test case for each figure', () => {
    const xml = renderJunit(summary, { ci: false });
    expect(xml.match(/<testcase /g)).toHaveLength(12);
    expect(xml).toContain('name="figure: api → Postgres (query): 20–60 ms"');
    expect(xml).toContain('value="arithmetic, assumed latencies"');
  });
  test('in corrected.md: only what is wrong, in a table of its own; no failure row is made up', () => {
    const text = correctedTable(summary);
    expect(text).toContain('| Way | Latency |');
    expect(text).toMatch(/\| Total, both ways \(warm\) \| 5\d\d ms: .* \(was: 220–310 ms\) \|/);
    expect(text).not.toContain('User → CF');
    expect(text.split('\n').slice(0, 4).join('\n')).toBe(
      '| Layer fails | User sees | Recovery |\n|---|---|---|\n\n| Way | Latency |',
    );
  });
  test('in summary.json: as the schema says, floors and trips as numbers', () => {
    expect(summarySchema.safeParse(JSON.parse(JSON.stringify(summary))).error?.issues).toBeUndefined();
    const row = summary.scenarios[0]?.plays[0]?.budget?.find((one) => one.way === 'api → Postgres (query)');
    expect(row).toMatchObject({ book: { text: '20–60 ms' }, trips: [{ trips: 4, handshakes: 0, rttMs: 95 }] });
    expect(row?.floorsMs.fibre).toBeCloseTo(67.4, 0);
  });
});
