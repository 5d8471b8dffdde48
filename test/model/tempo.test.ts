/** Tempo divides idle waits only, and a seed draws who asks when: verdicts stay, and shares lie within each other's intervals. */
import { describe, expect, test } from 'vitest';
import { pairs, sharesApart, verdicts } from '../intervals.ts';
import { summaryOf, type PlayOptions } from './play.ts';

describe.each<[string, readonly PlayOptions[]]>([
  ['tempo 1, 5 and 20', [1, 5, 20].map((tempo) => ({ tempo }))],
  ['seeds 1 to 5', [1, 2, 3, 4, 5].map((seed) => ({ seed }))],
])('redis-down at %s', (_, runs) => {
  test('gives the same verdicts, and shares within each other’s intervals', async () => {
    const summaries = await Promise.all(runs.map(summaryOf));
    const statements = summaries.map((summary) => summary.scenarios.flatMap((one) => one.statements));
    expect(statements[0]?.length).toBeGreaterThanOrEqual(4);
    for (const [one, other] of pairs(statements)) {
      expect(verdicts(other)).toEqual(verdicts(one));
      expect(sharesApart(one, other)).toEqual([]);
    }
  });
});
