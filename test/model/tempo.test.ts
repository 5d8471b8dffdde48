/** Tempo divides idle waits only: verdicts stay, and shares lie within each other's intervals. */
import { expect, test } from 'vitest';
import { summaryOf, verdictsOf } from './play.ts';

test('tempo 1, 5 and 20 give the same verdicts, and shares within each other’s intervals', async () => {
  const summaries = await Promise.all([1, 5, 20].map((tempo) => summaryOf({ tempo })));
  const [first, ...others] = summaries.map(verdictsOf);
  for (const other of others) expect(other).toEqual(first);
  const statements = summaries.map((summary) => summary.scenarios.flatMap((one) => one.statements));
  for (const [index, one] of (statements[0] ?? []).entries())
    for (const other of statements.slice(1)) {
      const there = other[index];
      expect(there?.id).toBe(one.id);
      for (const [n, finding] of one.findings.entries()) {
        const interval = there?.findings[n]?.interval95;
        if (interval === undefined || finding.value === undefined) continue;
        expect(finding.value).toBeGreaterThanOrEqual(interval.low);
        expect(finding.value).toBeLessThanOrEqual(interval.high);
      }
    }
});
