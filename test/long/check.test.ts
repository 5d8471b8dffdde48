/** The whole reference document on the model, read and judged by both commands; two of its rows are in test/cli. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Checked } from '../../sim/scenario/checked.ts';
import { temporaryFolder, twin } from '../cli/command.ts';
import { expectSameWords } from '../cli/same-words.ts';

test('the reference document says the same to check and to rehearse', async () => {
  using folder = temporaryFolder();
  const args = ['--runtime', 'model', '--json', '--out', join(folder.path, 'out')];
  const checked = await twin(['check', 'topology/honeydue.md', ...args]);
  expect((JSON.parse(checked.out) as Checked).rows.length).toBeGreaterThan(3);
  expectSameWords(checked.out, (await twin(['rehearse', ...args])).out);
});
