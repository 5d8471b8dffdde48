import type { StageOptions } from '../sim/runtimes/contract.ts';

/** Options of a stage on which a test is the only play: real pace, one seed, nothing noted. */
export const BARE_STAGE = {
  seed: 7,
  tempo: 1,
  profile: 'physical',
  tokenSecret: 'test',
  order: [],
  journal: { append: () => undefined },
} as const satisfies StageOptions;
