/** Every scenario there is, on the model: what is accepted is seen on five seeds. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { renderJson } from '../../reports/json.ts';
import { summarySchema } from '../../reports/summary-schema.ts';
import { parseExpectations, select } from '../../sim/scenario/expectations.ts';
import { summarise } from '../../sim/scenario/summarise.ts';
import { files, read } from './fast.ts';
import { journalOf } from './play.ts';

const FILE = join(import.meta.dirname, '..', '..', 'scenarios', 'expected.yaml');
const expected = select(parseExpectations(readFileSync(FILE, 'utf8'), 'expected'), {
  topology: 'honeydue',
  runtime: 'model',
  api: 'reference',
});

describe.each(files)('model: %s', (file) => {
  test.each([1, 2, 3, 4, 5])('seed %i: verdicts and pain are as accepted', async (seed) => {
    const entries = await journalOf({ scenario: await read(file), seed });
    const summary = summarise(entries, { expectations: expected, ci: false });
    expect(summarySchema.safeParse(JSON.parse(renderJson(summary))).error).toBe(undefined);
    for (const one of summary.scenarios.flatMap((scenario) => scenario.statements))
      expect([one.id, one.since]).toMatchObject([one.id, { kind: 'same' }]);
  });
  test('each known wrong or unproven statement says why', async () => {
    const { id } = await read(file);
    const silent = Object.entries(expected).filter(
      ([key, { book, because = 'seen when' }]) =>
        key.startsWith(`${id}/`) && book !== 'right' && because.startsWith('seen when'),
    );
    expect(silent.map(([key]) => key)).toEqual([]);
  });
});
