/** `--fast` on five seeds, on the model: shorter phases, the same verdicts and degrees of pain. */
import { describe, test } from 'vitest';
import { expectSameVerdicts, files } from '../model/fast.ts';

describe.each(files)('%s, fast', (file) => {
  test.each([1, 2, 3, 4, 5])('seed %i: the same verdicts as at full length', (seed) => expectSameVerdicts(file, seed));
});
