import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { gfmTable } from 'micromark-extension-gfm-table';
import { describe, expect, it } from 'vitest';
import type { Unmentioned } from '../../sim/scenario/summary.ts';
import { correctedRow, correctedTable } from '../../reports/corrected.ts';
import { renderAnnotations } from '../../reports/github.ts';
import { renderMarkdown } from '../../reports/markdown.ts';
import { changedRun, placeboRun, redisRun, transcriptRun, unsaidRun, withTexts } from './fixtures.ts';
import { fc, hostileWord } from './property.ts';

interface Node {
  readonly type: string;
  readonly children?: readonly Node[];
}
const shape = (node: Node): string => `${node.type}(${(node.children ?? []).map(shape).join(' ')})`;
const shapeOf = (markdown: string): string =>
  shape(fromMarkdown(markdown, { extensions: [gfmTable()], mdastExtensions: [gfmTableFromMarkdown()] }));

describe('reports: summary.md', () => {
  it('opens with the head line, then the table, worst pain first', () => {
    const lines = renderMarkdown(transcriptRun().summary).split('\n');
    expect(lines[2]).toBe(
      '**The book: 6 statements right, 5 wrong, 1 missing. Nothing changed since scenarios/expected.yaml.**',
    );
    expect(lines[6]).toBe(
      '| redis-down, both | 41 of 41 notification jobs were accepted and never ran | LOSS | not in book | same |',
    );
  });
  it('tells what changed, what is wrong and what is missing, and is quiet about what is right', () => {
    const text = renderMarkdown(changedRun().summary);
    expect(text).toContain('- CHANGED since scenarios/expected.yaml: rolling-update, 31 of 2,410 got 502');
    expect(text).not.toContain('The book is right');
  });
  it('says under its head that a run was cut short', () => {
    const { summary } = redisRun();
    expect(
      renderMarkdown({ ...summary, ended: 'interrupted' })
        .split('\n')
        .slice(3, 5),
    ).toEqual(['', 'This run was interrupted: it says nothing about what was not played.']);
    expect(renderMarkdown(summary)).not.toContain('This run was');
  });
  it.each([
    ['Not judged: the play broke off.', { trouble: 'the play broke off', steady: false }],
    ['Not proven: nobody looked.', { unproven: 'nobody looked' }],
  ])('tells why a variant that no statement is about shows nothing: %s', (sentence, change) => {
    expect(renderMarkdown(unsaidRun(change).summary)).toContain(`\n- redis-down dead: ${sentence}\n`);
  });
  it('tells of a fault by hand that is not proven', () => {
    const { summary } = unsaidRun({ trouble: 'Redis still answered', steady: false });
    const text = renderMarkdown({ ...summary, mode: 'by-hand' });
    expect(text).toContain('\n- redis-down dead: Not proven: Redis still answered.\n');
    expect(text).not.toContain('Not judged');
  });
  it('keeps its shape whatever names and sentences hold', () => {
    const run = redisRun();
    const expected = shapeOf(renderMarkdown(withTexts(run, 'x').summary));
    fc.assert(
      fc.property(hostileWord, (text) => {
        expect(shapeOf(renderMarkdown(withTexts(run, text).summary))).toBe(expected);
      }),
      { numRuns: 30 },
    );
  });
});

describe('reports: corrected.md', () => {
  it('the row tells each variant apart and adds what was missing; the sentence of the right one stays', () => {
    const [redis] = redisRun().summary.scenarios;
    expect(redis && correctedRow(redis)).toBe(
      '| Redis down | dead: api serves without cache (degraded) (386 of 386 served, lists 96 ms slower); hung: 0 of 371 lists within 10 s; both: 41 of 41 notification jobs were accepted and never ran |  |',
    );
  });
  it('a row whose statements are all right is still corrected where it is silent', () => {
    const [redis] = redisRun().summary.scenarios;
    const right = redis && { ...redis, statements: redis.statements.slice(0, 1) };
    expect(right && correctedRow(right)).toContain('never ran');
    expect(right && correctedRow({ ...right, unmentioned: [] })).toBeUndefined();
  });
  it('a variant that no sentence is about is told as it was seen, and left out where nothing was proven', () => {
    const [redis] = redisRun().summary.scenarios;
    const ofDead = redis && { ...redis, statements: redis.statements.filter((one) => one.variant === 'dead') };
    expect(ofDead && correctedRow(ofDead)).toContain('; hung: 0 of 371 lists within 10 s; both: ');
    const open = ofDead?.plays.map((one) => (one.variant === 'hung' ? { ...one, unproven: 'no proof' } : one)) ?? [];
    expect(ofDead && correctedRow({ ...ofDead, plays: open })).not.toContain('hung');
  });
  it('a sentence that was not proven stays, and says so', () => {
    const [redis] = redisRun().summary.scenarios;
    const open = redis?.statements.map((one) =>
      one.variant === 'hung' ? { ...one, verdict: 'inconclusive' as const } : one,
    );
    expect(redis && correctedRow({ ...redis, statements: open ?? [] })).toContain(
      '; hung: api serves without cache (degraded) (not proven); both: ',
    );
  });
  it('a row that is right is not corrected', () => {
    const oom = transcriptRun().summary.scenarios.find((one) => one.id === 'api-pod-oom');
    expect(oom && correctedRow(oom)).toBeUndefined();
  });
  it('stays one table of three columns whatever the texts hold', () => {
    const run = redisRun();
    const expected = shapeOf(correctedTable(withTexts(run, 'x').summary));
    fc.assert(
      fc.property(hostileWord, (text) => {
        expect(shapeOf(correctedTable(withTexts(run, text).summary))).toBe(expected);
      }),
      { numRuns: 30 },
    );
  });
});

describe('reports: GitHub annotations', () => {
  it('only what changed is annotated, as an error on its line in the document', () => {
    expect(renderAnnotations(changedRun().summary)).toEqual([
      '::error file=topology/honeydue.md,line=14,title=CHANGED rolling-update::CHANGED since scenarios/expected.yaml: rolling-update, 31 of 2,410 got 502 within 2.1 s (was 0 of 2,398).',
    ]);
    expect(renderAnnotations(transcriptRun().summary)).toEqual([]);
    expect(renderAnnotations(placeboRun().summary)).toEqual([]);
  });
  it('a play that fails and is not in the book is annotated too, once, without a line', () => {
    const { summary } = transcriptRun();
    const scenarios = summary.scenarios.map((one) => ({
      ...one,
      unmentioned: one.plays.slice(0, 1).map((play): Unmentioned => ({
        id: `${play.play}/failed`,
        variant: play.variant,
        sentence: '12 of 60 lists failed',
        pain: 'high',
        requestIds: [],
        since: one.id === 'redis-down' ? { kind: 'changed', was: 'not in book, pain low' } : { kind: 'same' },
      })),
    }));
    expect(renderAnnotations({ ...summary, scenarios })).toEqual([
      expect.stringMatching(
        /^::error title=CHANGED redis-down.*::CHANGED since scenarios\/expected\.yaml: redis-down dead, .* \(was not in book, pain low\)\.$/,
      ),
    ]);
  });
  it('files are named as the forge knows them; what it does not have bears no place', () => {
    const run = changedRun().summary;
    expect(renderAnnotations(run, 'e.yaml', (file) => `book/${file}`)[0]).toContain(
      'file=book/topology/honeydue.md,line=14,',
    );
    expect(renderAnnotations(run, 'e.yaml', () => undefined)[0]).toMatch(/^::error title=/);
  });
  it('no text can begin a command of its own', () => {
    const run = changedRun();
    fc.assert(
      fc.property(hostileWord, (text) => {
        for (const line of renderAnnotations(withTexts(run, text).summary))
          expect(line).toMatch(/^::error file=[^:,\r\n]*,line=\d+,title=[^:,\r\n]*::[^\r\n]*$/);
      }),
      { numRuns: 30 },
    );
  });
});
