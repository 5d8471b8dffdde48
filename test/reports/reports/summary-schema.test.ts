import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { renderJson } from '../../reports/json.ts';
import { renderSchema, summarySchema } from '../../reports/summary-schema.ts';
import { changedRun, notJudgedRun, notProvenRun, placeboRun, transcriptRun } from './fixtures.ts';

describe('reports: summary.json', () => {
  it('summary.schema.json is what the zod schema generates (node reports/summary-schema.ts > reports/summary.schema.json)', () => {
    const file = readFileSync(new URL('../../reports/summary.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(file)).toEqual(JSON.parse(renderSchema()));
  });
  it.each([
    ['a transcript', transcriptRun],
    ['a change', changedRun],
    ['nothing proven', notProvenRun],
    ['nothing judged', notJudgedRun],
    ['a placebo', placeboRun],
  ])('a run with %s is valid as written', (_, run) => {
    const { summary } = run();
    expect(summarySchema.parse(JSON.parse(renderJson(summary)))).toEqual(JSON.parse(JSON.stringify(summary)));
  });
  it('a key that the schema does not know is refused, so that a new one cannot stay undocumented', () => {
    const parsed = summarySchema.safeParse({ ...transcriptRun().summary, score: 11 });
    expect(parsed.error?.issues.map((one) => one.code)).toEqual(['unrecognized_keys']);
  });
});
