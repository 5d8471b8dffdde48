/** Every scenario there is, on the model: a placebo and a wrong target prove nothing; what is accepted is seen on five seeds. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { renderJson } from '../../reports/json.ts';
import { summarySchema } from '../../reports/summary-schema.ts';
import type { Scenario } from '../../sim/scenario/scenario.ts';
import { parseExpectations, select } from '../../sim/scenario/expectations.ts';
import { summarise } from '../../sim/scenario/summarise.ts';
import { journalOf, summaryOf } from './play.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'scenarios');
const ids = readdirSync(FOLDER).flatMap((name) => (name.endsWith('.ts') ? [name.slice(0, -3)] : []));
const loadScenario = async (id: string): Promise<Scenario> =>
  ((await import(join(FOLDER, `${id}.ts`))) as { default: Scenario }).default;

const expected = select(parseExpectations(readFileSync(join(FOLDER, 'expected.yaml'), 'utf8'), 'expected'), {
  topology: 'honeydue',
  runtime: 'model',
  api: 'reference',
});

describe.each(ids)('model: %s', (id) => {
  test.each(['placebo', 'sabotage'] as const)('%s leaves every statement unproven', async (mode) => {
    const summary = await summaryOf({ scenario: await loadScenario(id), mode });
    const statements = summary.scenarios.flatMap((one) => one.statements);
    expect(statements.length).toBeGreaterThanOrEqual(1);
    expect(statements.filter((one) => one.verdict !== 'inconclusive').map((one) => one.id)).toEqual([]);
    expect(summary.exitCode).toBe(0);
  });
  test.each([1, 2, 3, 4, 5])('seed %i: verdicts and pain are as accepted', async (seed) => {
    const entries = await journalOf({ scenario: await loadScenario(id), seed });
    const summary = summarise(entries, { expectations: expected, ci: false });
    expect(summarySchema.safeParse(JSON.parse(renderJson(summary))).error).toBe(undefined);
    for (const one of summary.scenarios.flatMap((scenario) => scenario.statements))
      expect([one.id, one.since]).toMatchObject([one.id, { kind: 'same' }]);
  });
  test('each known wrong or unproven statement says why', () => {
    const silent = Object.entries(expected).filter(
      ([key, { book, because = 'seen when' }]) =>
        key.startsWith(`${id}/`) && book !== 'right' && because.startsWith('seen when'),
    );
    expect(silent.map(([key]) => key)).toEqual([]);
  });
});
