/** The tool judged by itself on real Postgres and Redis: without the fault, or with it on a wrong target, nothing is proven. */
import { expect, test } from 'vitest';
import { summarySchema } from '../../reports/summary-schema.ts';
import { rehearseLive } from './twin.ts';

test.concurrent.each(['--placebo', '--sabotage'])(
  '%s leaves every statement unproven, and is as it must be',
  async (mode) => {
    await using live = rehearseLive('dead', [mode, '--json']);
    const { code, out } = await live.ended;
    const { scenarios } = summarySchema.parse(JSON.parse(out));
    const statements = scenarios.flatMap((one) => one.statements);
    expect(statements.length).toBeGreaterThan(0);
    expect(statements.map(({ verdict }) => verdict)).toEqual(statements.map(() => 'inconclusive'));
    expect(scenarios.flatMap((one) => one.unmentioned)).toEqual([]);
    expect(code).toBe(0);
  },
);
