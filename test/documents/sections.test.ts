/** Failures with a section of their own, as runbooks write them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import redisDown from '../../scenarios/redis-down.ts';
import { lexiconOf } from '../../sim/documents/concepts.ts';
import { claimsFor } from '../../sim/documents/failure-table.ts';
import { failureSections, readSections } from '../../sim/documents/sections.ts';
import honeydue from '../../topology/honeydue.ts';

const lexicon = lexiconOf(honeydue);
const told = (markdown: string): string[] =>
  failureSections(markdown, lexicon).map(
    ({ line, layer, sees, recovers }) => `${line} ${layer} > ${sees} > ${recovers}`,
  );

describe('a section', () => {
  test.each([
    ['bold labels', '**User impact:** works\n\n**Recovery:** restart\n'],
    ['bullets', '- Severity: 2\n- Impact: works\n- Fix: restart\n'],
    ['bold bullets', '* **Impact**: works\n* **Mitigation**: restart\n'],
    ['bold labels and dashes', '**What users see** — works\n\n**Recovery** — restart\n'],
    ['German labels', '- Auswirkung: works\n- Behebung: restart\n'],
    ['Spanish labels', '- Efecto: works\n- Recuperación: restart\n'],
  ])('with %s is a row', (_how, body) => {
    const [row, ...more] = failureSections(`## RB-1 Redis unavailable\n\n${body}`, lexicon);
    expect(row).toMatchObject({ layer: 'RB-1 Redis unavailable', sees: 'works', recovers: 'restart' });
    expect(more).toEqual([]);
  });
  test('in which no line is marked as what users see is no row, and its place is told', () => {
    const faq = '### What happens when Redis goes away?\n\nLists get slower.\n\n### Who pays?\n\nWe do.\n';
    expect(readSections(faq, lexicon)).toEqual({ rows: [], silent: [3] });
  });
  test('has its sentences at their own lines, also where the heading stands twice', () => {
    const section = '## Redis down\n\n- Impact: works\n- Fix: restart\n\n';
    expect(told(section + section)).toEqual(['3 Redis down > works > restart', '8 Redis down > works > restart']);
    expect(claimsFor(section, 'b.md', redisDown, honeydue).map(({ about, source }) => [about, source.line])).toEqual([
      ['sees', 3],
      ['recovers', 4],
    ]);
  });
  test.each([
    ['that tells of no failure', '## Draining a node\n\n- Impact: none\n'],
    [
      'about something done on purpose',
      '## Restart Redis\n\n- Impact: none\n\n## Rolling update of the api\n\n- Impact: none\n',
    ],
    ['that names no part', '## When all fails\n\n- Impact: none\n'],
    ['without what users see', '## Redis down\n\n- Owner: Ana\n- Fix: restart\n'],
    ['of prose', '## Redis down\n\nThe impact is small.\n'],
    ['in a code block', '## Redis down\n\n```\nImpact: works\n```\n'],
    ['of users or results in general', '## Redis down\n\n- Users: 500\n- Result: good\n'],
    ['above the first heading', 'Redis down\n\nImpact: works\n'],
  ])('%s is none', (_what, markdown) => {
    expect(told(markdown)).toEqual([]);
  });
  test('of any text is read without an error, each at or above its label', () => {
    const line = fc.oneof(
      fc.constantFrom(
        '## Redis down',
        '## x',
        '- Impact: works',
        '**Recovery:** restart',
        'Impact:',
        '```',
        '',
        '> - Effect: a: b',
        '# ',
      ),
      fc.string({ unit: 'binary', maxLength: 20 }),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const markdown = lines.join('\n');
        const all = markdown.split(/\r\n|\n|\r/);
        return failureSections(markdown, lexicon).every(
          ({ line: at, sees }) =>
            sees !== '' &&
            all
              .slice(at - 1)
              .join('\n')
              .includes(':'),
        );
      }),
    );
  });
});
