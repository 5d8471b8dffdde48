import { expect, test } from 'vitest';
import { readbackOf } from '../../../sim/runtimes/docker/readback.ts';

test('where no Postgres stands outside of the cluster nothing is found, and that is no error', async () => {
  const { writes, jobs } = readbackOf(() => Promise.resolve(undefined), 'secret', new Map([['r-1', 1]]));
  expect([await writes(), await jobs()]).toEqual([new Map(), new Map([['r-1', 1]])]);
});
