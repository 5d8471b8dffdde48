/** What `twin check` says of a sentence is what `twin rehearse` says of it. */
import { expect } from 'vitest';
import { summarySchema } from '../../reports/summary-schema.ts';
import type { Checked } from '../../sim/scenario/checked.ts';

/** Each sentence of the table that was checked, in what both print with --json: the same reading, and wrong in both or in neither. */
export function expectSameWords(check: string, rehearse: string): void {
  const { rows } = JSON.parse(check) as Checked;
  const rehearsed = summarySchema.parse(JSON.parse(rehearse)).scenarios.flatMap((one) => one.statements);
  const sentences = rows.flatMap((row) => row.sentences.map((one) => ({ ...one, line: row.line })));
  expect(sentences.length).toBeGreaterThan(3);
  for (const sentence of sentences) {
    const same = rehearsed.filter(
      (one) => one.source.line === sentence.line && one.about === sentence.about && one.sentence === sentence.sentence,
    );
    expect(same.length).toBeGreaterThan(0);
    expect(same.map((one) => one.reading)).toEqual(same.map(() => sentence.reading));
    expect(same.some((one) => one.verdict === 'refuted')).toBe(sentence.verdict === 'refuted');
  }
}
