/** Every scenario there is, on the model: a placebo and a wrong target prove nothing. */
import { describe, expect, test } from 'vitest';
import { files, read } from './fast.ts';
import { summaryOf } from './play.ts';

describe.each(files)('model: %s', (file) => {
  test.each(['placebo', 'sabotage'] as const)('%s leaves every statement unproven', async (mode) => {
    const summary = await summaryOf({ scenario: await read(file), mode });
    const statements = summary.scenarios.flatMap((one) => one.statements);
    expect(statements.length).toBeGreaterThanOrEqual(1);
    expect(statements.filter((one) => one.verdict !== 'inconclusive').map((one) => one.id)).toEqual([]);
    expect(summary.exitCode).toBe(0);
  });
});
