/** What changed since the last run, in every report: told apart from the expectations, quiet where nothing did. */
import { describe, expect, it } from 'vitest';
import { renderComparison } from '../../reports/compare.ts';
import { renderHtml } from '../../reports/html/page.ts';
import { renderMarkdown } from '../../reports/markdown.ts';
import { finalTable } from '../../reports/terminal.ts';
import { lastRunWords } from '../../reports/words.ts';
import { compareRuns } from '../../sim/scenario/compare-runs.ts';
import type { LastRun, RunSummary } from '../../sim/scenario/summary.ts';
import { redisRun, withTexts } from './fixtures.ts';
import { fc, hostileWord } from './property.ts';
import { FakeStream } from './stream.ts';

const { entries, summary } = redisRun();
const statement = summary.scenarios[0]?.statements[1]?.id ?? '';
const since = (changes: LastRun['changes'], compared = 3): RunSummary => ({
  ...summary,
  lastRun: { runId: 'r', startedAt: '2026-11-22T09:30:00.000Z', compared, changes },
});
const WAS = 'right, pain low: 386 of 386 lists served';
const terminal = (one: RunSummary): string =>
  finalTable(one, { stream: new FakeStream(false, 120), reportPath: 'x', leftBehind: 'nothing' }).replaceAll(
    /\s+/g,
    ' ',
  );
const every = (one: RunSummary): string[] => [
  terminal(one),
  renderMarkdown(one).replaceAll('\\', ''),
  renderHtml(entries, one).replaceAll(/\s+/g, ' '),
];

describe('reports: the last run', () => {
  it('is one sentence in each of them', () => {
    for (const text of every(since([]))) expect(text).toContain('Since the last run (22 Nov 09:30): nothing.');
    for (const text of every(since([{ id: statement, was: WAS }]))) {
      expect(text).toContain('Since the last run (22 Nov 09:30): 1 of 3 changed.');
      expect(text).toContain(`run: ${WAS}`);
    }
  });
  it('is not mentioned where there is none, or nothing in common with it', () => {
    expect(lastRunWords(summary)).toBeUndefined();
    for (const text of [...every(summary), ...every(since([], 0))]) expect(text).not.toMatch(/last run/);
  });
  it('what it said is inert text', () => {
    const plain = renderHtml(entries, since([{ id: statement, was: 'ab' }]));
    const tags = (html: string): number => html.match(/<[^>]*>/g)?.length ?? 0;
    fc.assert(
      fc.property(hostileWord, (was) => {
        expect(tags(renderHtml(entries, since([{ id: statement, was }])))).toBe(tags(plain));
      }),
      { numRuns: 20 },
    );
  });
});

describe('reports: two runs side by side', () => {
  it('has one line for each statement and no control character, whatever names and sentences hold', () => {
    fc.assert(
      fc.property(hostileWord, (text) => {
        const run = withTexts(redisRun(), text);
        const told = renderComparison(compareRuns(run, run), true);
        // oxlint-disable-next-line no-control-regex -- their absence is the point
        expect(told).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
        expect(told).toContain('Nothing got worse');
      }),
      { numRuns: 20 },
    );
  });
});
