import { defineConfig } from 'vitest/config';

/** Whole rehearsals on the embedded runtime, one after the other: an hour in all. `npm run test:long`. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/long/*.test.ts'],
    globalSetup: ['test/redis.ts'],
    retry: 0,
    experimental: { viteModuleRunner: false },
    fileParallelism: false,
    testTimeout: 1_800_000,
  },
});
