/** `--fast`: shorter phases, the same verdicts; on five seeds in test/long. */
import { describe, expect, test } from 'vitest';
import { totalMs, type Scenario } from '../../sim/scenario/scenario.ts';
import { cut, expectSameVerdicts, files, read } from './fast.ts';

const lengthOf = ({ variants }: Scenario): number =>
  Object.values(variants).reduce((sum, variant) => sum + totalMs(variant), 0);

describe.each(files)('%s, fast', (file) => {
  test('is shorter', async () => {
    const scenario = await read(file);
    expect(lengthOf(await cut(scenario))).toBeLessThan(lengthOf(scenario));
  });
  test('has the same verdicts as at full length', () => expectSameVerdicts(file, 7));
});
